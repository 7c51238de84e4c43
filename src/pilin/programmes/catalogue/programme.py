"""The catalogue of cooperation projects: searched by anybody, each question answered by a day."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import OPPORTUNITY
from .workbook import CATALOGUE

PROGRAMME = Programme(
    "catalogue",
    procedures=(OPPORTUNITY,),
    apply=(apply.OPPORTUNITY,),
    nav=(pages.NAV,),
    urls=pages.URLS,
    shown=(Shown("opportunity", pages.facts),),
    figures=figures,
    sheets=(CATALOGUE,),
)
