"""Registers (台账): a workbook, or one row, becomes part of the record."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Entering, Procedure, states
from pilin.engine.rules import holder, house, to_actor, workdays
from pilin.engine.steps import closes, opens, stays

from .forms import OpenForm, RecordForm

#: What the button says, and what the history says, of each step.
WORDS = {
    "open": (_("Open a register"), _("opened the register")),
    "record": (_("Record a row"), _("recorded a row")),
    "close": (_("Confirm and close"), _("confirmed the register")),
}

REGISTER = Procedure(
    "register",
    1,
    _("Register"),
    states(
        ("open", _("Being recorded"), "decided"),
        ("closed.", _("Recorded"), "confirmed"),
    ),
    (
        opens(
            "open",
            "open",
            by=house,
            asks=OpenForm,
            holder=to_actor,
            due=workdays(1),
        ),
        stays("record", "open", by=house, asks=RecordForm, due=workdays(1)),
        closes("close", "open", "closed", "confirmed", by=holder, bare=True),
    ),
    words=WORDS,
    listed=False,
    entering=Entering(open="open", record="record", close="close"),
)
