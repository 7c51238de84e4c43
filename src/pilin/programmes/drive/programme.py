"""A drive: announced, goods received, shipped in batches, handed over, confirmed by who got them."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import DRIVE
from .workbook import DRIVES

PROGRAMME = Programme(
    "drive",
    procedures=(DRIVE,),
    apply=(apply.DRIVE,),
    sentences={"given_within_what_came": _("More would be given out than came in.")},
    listing=pages.LISTING,
    shown=(Shown("drive", pages.facts, own=pages.own),),
    figures=figures,
    sheets=(DRIVES,),
)
