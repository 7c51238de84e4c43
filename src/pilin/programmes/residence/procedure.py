"""Where somebody lives is checked: by a register, a code handed out in person, or face to face."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Procedure, states
from pilin.engine.rules import house, office
from pilin.engine.steps import opens

from . import checking, entries, forms
from .batches import VOUCHERS

STATES = states(
    ("verified.", _("Home checked"), "confirmed"),
    ("made.", _("Codes made"), "confirmed"),
    ("brought.", _("Register of residents brought in"), "confirmed"),
    ("ended.", _("A checked home has ended"), "confirmed"),
    ("withdrawn.", _("Codes withdrawn"), "confirmed"),
)
#: Who sees people face to face, and who runs the place.
seeing = office(*VOUCHERS, "operator")
#: What the button says, and what the history says, of each step.
WORDS = {
    "vouch": (_("Vouch for somebody face to face"), _("vouched face to face for where they live")),
    "make_codes": (_("Make codes to hand out"), _("made codes to be handed out in person")),
    "withdraw_codes": (_("Withdraw codes"), _("withdrew codes that were unused")),
    "enter_code": (_("Enter a code"), _("checked a home by a code handed out in person")),
    "match": (_("Look in the register"), _("found a home in the register of residents")),
    "bring": (_("Bring in a register"), _("brought in a register of residents")),
    "enrol": (_("Enrol made-up residents"), _("enrolled made-up residents")),
    "end": (_("End a checked home"), _("ended a checked home")),
}

RESIDENCE = Procedure(
    "residence",
    1,
    _("Where people live"),
    STATES,
    (
        opens(
            "vouch",
            "verified",
            by=seeing,
            asks=forms.VouchForm,
            payload=entries.Checked,
            how="confirmed",
        ),
        opens("make_codes", "made", by=seeing, asks=forms.CodesForm, how="confirmed"),
        opens(
            "withdraw_codes",
            "withdrawn",
            by=seeing,
            asks=forms.WithdrawForm,
            how="confirmed",
            afterwards=checking.withdrawn,
        ),
        opens("enter_code", "verified", by=house, asks=forms.CodeForm, how="confirmed"),
        opens("match", "verified", by=house, asks=forms.MatchForm, how="confirmed"),
        opens(
            "bring", "brought", by=office("operator") | house, asks=forms.BringForm, how="confirmed"
        ),
        opens("enrol", "verified", by=house, asks=forms.EnrolForm, how="confirmed"),
        opens(
            "end",
            "ended",
            by=seeing | house,
            asks=forms.EndForm,
            how="confirmed",
        ),
    ),
    words=WORDS,
    listed=False,
)
