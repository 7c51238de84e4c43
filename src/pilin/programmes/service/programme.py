"""A request to a service desk that serves both sides of the border."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import SERVICE

PROGRAMME = Programme(
    "service",
    procedures=(SERVICE,),
    apply=(apply.SERVICE,),
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("service", pages.facts),),
    figures=figures,
)
