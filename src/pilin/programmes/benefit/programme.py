"""Policies found by those they are for: clauses with their conditions, applications, what is there for me."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .firms import FIRMS_SHEET
from .procedure import CLAUSE, GRANT
from .workbook import CLAUSES

PROGRAMME = Programme(
    "benefit",
    procedures=(CLAUSE, GRANT),
    apply=(apply.CLAUSE, apply.GRANT),
    sentences={
        "granted_within_budget": _("More would be granted than there is."),
        "granted_once_to_each": _("It is given once to each, and was applied for already."),
    },
    listing=pages.LISTING,
    nav=(pages.NAV,),
    urls=pages.URLS,
    shown=(Shown("clause", pages.clause_facts, own=pages.own), Shown("grant", pages.grant_facts)),
    figures=figures,
    sheets=(FIRMS_SHEET, CLAUSES),
    leaves=pages.leaves,
    held=pages.held,
)
