"""Lead projects (领办项目): an office takes a project on for a year and accounts for it every quarter."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import LEAD
from .workbook import LEADS

PROGRAMME = Programme(
    "lead",
    procedures=(LEAD,),
    apply=(apply.LEAD,),
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("lead", pages.facts),),
    figures=figures,
    sheets=(LEADS,),
)
