"""A joint project: registered, approved, under way, delivered, accepted, closed."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import PROJECT
from .workbook import PROJECTS

PROGRAMME = Programme(
    "project",
    procedures=(PROJECT,),
    apply=(apply.PROJECT,),
    listing=pages.LISTING,
    shown=(Shown("project", pages.facts, "project/facts.html"),),
    figures=figures,
    sheets=(PROJECTS,),
)
