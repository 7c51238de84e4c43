"""A participatory budget: announced, ideas, vetted, voted on, counted, done, confirmed."""

from pilin.kit.programme import Programme, Shown

from . import apply, ballots, lists, pages
from .figures import figures
from .procedure import BUDGET

PROGRAMME = Programme(
    "budget",
    procedures=(BUDGET,),
    apply=(apply.BUDGET,),
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("budget", pages.facts, "budget/facts.html", own=pages.own),),
    figures=figures,
    votes=ballots.votes,
    unseen=lists.unseen,
    recounts=lists.recounts,
)
