"""A panel drawn by lot inside a consultation: roll, quotas, commitment, draw, substitutes."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import PANEL

PROGRAMME = Programme(
    "panel",
    procedures=(PANEL,),
    apply=(apply.PANEL,),
    sentences={"volunteer_once": _("You are on the roll already.")},
    recounts=pages.recounts,
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("panel", pages.facts, own=pages.own),),
    beside={"consultation": pages.of_consultation},
    figures=figures,
)
