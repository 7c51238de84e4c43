"""Warnings: taken in, shown where they concern, passed on by every station, over by the clock."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.registers import Register
from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .entries import IssuerRow
from .figures import figures
from .procedure import WARNING
from .turns import turns
from .workbook import ISSUERS, WARNINGS

PROGRAMME = Programme(
    "warning",
    procedures=(WARNING,),
    apply=(apply.WARNING,),
    registers=(Register("issuer", _("issuer of warnings"), IssuerRow, apply.issuer),),
    sentences={
        "alert_once": _("This message came in already: it is not taken in twice."),
        "answer_once": _("You have said so already."),
    },
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("warning", pages.facts, own=pages.own),),
    turns=turns,
    figures=figures,
    urgent=pages.urgent,
    sheets=(ISSUERS, WARNINGS),
)
