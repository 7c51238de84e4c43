"""Lending tools between villages: as small as a programme can be."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Procedure, states
from pilin.engine.rules import holder, in_charge, member, raiser, to_raiser, workdays
from pilin.engine.steps import closes, moves, opens

from .forms import LendForm

#: What the button says, and what the history says, of each step.
WORDS = {
    "ask": (_("Ask for a tool"), _("asked for a tool")),
    "lend": (_("Lend it"), _("lent it")),
    "return": (_("Bring it back"), _("brought it back")),
}

TOY = Procedure(
    "toy",
    1,
    _("Lending"),
    states(
        ("asked", _("Asked for"), "raised"),
        ("lent", _("Lent"), "done"),
        ("back.", _("Brought back"), "confirmed"),
    ),
    (
        opens("ask", "asked", by=member, asks=LendForm, holder=in_charge, due=workdays(2)),
        moves("lend", "asked", "lent", by=holder, holder=to_raiser, due=workdays(5), bare=True),
        closes("return", "lent", "back", "confirmed", by=raiser, bare=True),
    ),
    words=WORDS,
)
