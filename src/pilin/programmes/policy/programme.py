"""Policies and rules, as documents with what they require."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.registers import Register
from pilin.kit.programme import Programme

from . import apply, pages
from .entries import DocumentRow
from .workbook import DOCUMENTS

PROGRAMME = Programme(
    "policy",
    registers=(Register("document", _("policy or rule"), DocumentRow, apply.document),),
    nav=(pages.NAV,),
    urls=pages.URLS,
    holding=pages.holding,
    sheets=(DOCUMENTS,),
)
