"""Registers (台账): a workbook, or one row, becomes part of the record."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Procedure, Register, Step, registry, states
from pilin.engine.rules import holder, house, office, same, to_actor, workdays

from .forms import OpenForm, RecordForm

REGISTER = registry.add(
    Procedure(
        "register",
        1,
        _("Register"),
        states(
            ("open", _("Being recorded"), "decided"),
            ("closed.", _("Recorded"), "confirmed"),
        ),
        (
            Step(
                "open",
                None,
                "open",
                by=office("operator") | house,
                title=_("Open a register"),
                done=_("opened the register"),
                asks=OpenForm,
                holder=to_actor,
                due=workdays(1),
            ),
            Step(
                "record",
                ("open",),
                "=",
                by=holder,
                title=_("Record a row"),
                done=_("recorded a row"),
                asks=RecordForm,
                holder=same,
                due=workdays(1),
            ),
            Step(
                "close",
                ("open",),
                "closed",
                by=holder,
                title=_("Confirm and close"),
                done=_("confirmed the register"),
                closes="confirmed",
                bare=True,
            ),
        ),
        listed=False,
        register=Register(open="open", record="record", close="close"),
    )
)
