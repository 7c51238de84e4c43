"""Lending tools between villages: as small as a programme can be."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Procedure, states
from pilin.engine.rules import holder, in_charge, member, raiser, to_raiser, workdays
from pilin.engine.steps import closes, moves, opens

from .forms import LendForm

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
        opens(
            "ask",
            "asked",
            by=member,
            title=_("Ask for a tool"),
            done=_("asked for a tool"),
            asks=LendForm,
            holder=in_charge,
            due=workdays(2),
        ),
        moves(
            "lend",
            "asked",
            "lent",
            by=holder,
            title=_("Lend it"),
            done=_("lent it"),
            holder=to_raiser,
            due=workdays(5),
            bare=True,
        ),
        closes(
            "return",
            "lent",
            "back",
            "confirmed",
            by=raiser,
            title=_("Bring it back"),
            done=_("brought it back"),
            bare=True,
        ),
    ),
)
