"""A wish: collected, checked, published without identity, claimed, delivered, confirmed."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import WISH
from .workbook import WISHES

PROGRAMME = Programme(
    "wish",
    procedures=(WISH,),
    apply=(apply.WISH,),
    sentences={"wish_not_over_pledged": _("More was pledged than the wish costs.")},
    listing=pages.LISTING,
    shown=(Shown("wish", pages.facts, own=pages.own),),
    figures=figures,
    unseen=pages.unseen,
    sheets=(WISHES,),
)
