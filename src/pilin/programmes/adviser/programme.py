"""Advisers and specialists exchanged: sought, offered, placed, days worked, ended."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import PLACEMENT
from .workbook import ADVISERS

PROGRAMME = Programme(
    "adviser",
    procedures=(PLACEMENT,),
    apply=(apply.PLACEMENT,),
    sentences={"day_worked_once": _("Days worked are entered for this day already.")},
    listing=pages.LISTING,
    shown=(Shown("placement", pages.facts, also=("kind:placement",)),),
    turns=pages.to_confirm,
    figures=figures,
    sheets=(ADVISERS,),
)
