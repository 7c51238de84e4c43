"""A delegate's suggestion: reviewed, assigned, answered by a deadline, rated by its author."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import SUGGESTION
from .workbook import SUGGESTIONS

PROGRAMME = Programme(
    "suggestion",
    procedures=(SUGGESTION,),
    apply=(apply.SUGGESTION,),
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("suggestion", pages.facts),),
    figures=figures,
    sheets=(SUGGESTIONS,),
)
