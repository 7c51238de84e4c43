"""Checked homes: who lives where, found out without keeping anybody's papers."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme

from . import apply, checking, pages
from .procedure import RESIDENCE
from .workbook import RESIDENTS

PROGRAMME = Programme(
    "residence",
    procedures=(RESIDENCE,),
    apply=(apply.RESIDENCE,),
    urls=pages.URLS,
    sheets=(RESIDENTS,),
    leaves=checking.leave,
    sentences={"tries_once_a_day": _("Please try again.")},
)
