"""Consultation on two levels: a village station and a town hall pass matters up and down."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.registers import Register
from pilin.kit.programme import Programme, Shown

from . import apply, entries, pages
from .figures import figures
from .procedure import CONSULTATION
from .statements.lists import unseen
from .statements.opinions import recounts
from .statements.pages import votes
from .workbook import STATIONS

PROGRAMME = Programme(
    "consultation",
    procedures=(CONSULTATION,),
    apply=(apply.CONSULTATION,),
    registers=(
        Register("coverage", _("coverage with stations"), entries.CoverageRow, apply.coverage),
        Register("readiness", _("readiness of stations"), entries.ReadinessRow, apply.readiness),
    ),
    nav=(pages.NAV,),
    urls=pages.URLS,
    shown=(Shown("consultation", pages.facts, "consultation/facts.html", own=pages.own),),
    figures=figures,
    votes=votes,
    recounts=recounts,
    unseen=unseen,
    opening="raise",
    sheets=(STATIONS,),
)
