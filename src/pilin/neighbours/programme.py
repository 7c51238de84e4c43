"""Neighbours as a programme: who they are, what people ask for in their records, what crosses."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .crossing import HANDOVER, TAKEOVER
from .procedure import NEIGHBOUR

PROGRAMME = Programme(
    "neighbours",
    procedures=(NEIGHBOUR, HANDOVER, TAKEOVER),
    apply=(apply.NEIGHBOUR, apply.HANDOVER, apply.TAKEOVER),
    sentences={"cause_once": _("This was done already.")},
    urls=pages.URLS,
    shown=(
        Shown("neighbour", pages.neighbour_facts, own=pages.neighbour_own),
        Shown("handover", pages.given_facts, own=pages.crossing_own),
        Shown("takeover", pages.taken_facts, own=pages.crossing_own),
    ),
)
