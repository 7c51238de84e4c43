"""Registers (台账): a workbook, or one row, becomes part of the record."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Procedure, states
from pilin.engine.rules import holder, house, office, to_actor, workdays
from pilin.engine.steps import closes, opens, stays

from .forms import OpenForm, RecordForm

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
            by=office("operator") | house,
            title=_("Open a register"),
            done=_("opened the register"),
            asks=OpenForm,
            holder=to_actor,
            due=workdays(1),
        ),
        stays(
            "record",
            "open",
            by=holder,
            title=_("Record a row"),
            done=_("recorded a row"),
            asks=RecordForm,
            due=workdays(1),
        ),
        closes(
            "close",
            "open",
            "closed",
            "confirmed",
            by=holder,
            title=_("Confirm and close"),
            done=_("confirmed the register"),
            bare=True,
        ),
    ),
    listed=False,
)
