"""A renovation: surveyed, planned, voted on by the owners, approved, done, accepted, accounted for."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, counting, owners, pages, votes
from .figures import figures
from .procedure import RENOVATION
from .workbook import RENOVATIONS, UNITS

PROGRAMME = Programme(
    "renovation",
    procedures=(RENOVATION,),
    apply=(apply.RENOVATION,),
    sentences={"renovation_accounts_balance": _("The accounts do not balance.")},
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("renovation", pages.facts, "renovation/facts.html", own=pages.own),),
    turns=pages.asked,
    figures=figures,
    recounts=counting.recounts,
    votes=votes.under_way,
    unseen=owners.unseen,
    sheets=(
        RENOVATIONS,
        UNITS,
    ),
)
