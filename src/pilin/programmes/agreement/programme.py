"""An agreement: drafted, signed by every party, in force, reviewed, renewed or expired."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import AGREEMENT
from .workbook import AGREEMENTS

PROGRAMME = Programme(
    "agreement",
    procedures=(AGREEMENT,),
    apply=(apply.AGREEMENT,),
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("agreement", pages.facts),),
    figures=figures,
    sheets=(AGREEMENTS,),
)
