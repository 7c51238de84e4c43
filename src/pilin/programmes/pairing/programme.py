"""A pairing: proposed or found through a listing, accepted by both, active, renewed, ended."""

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import PAIRING
from .workbook import PAIRINGS

PROGRAMME = Programme(
    "pairing",
    procedures=(PAIRING,),
    apply=(apply.PAIRING,),
    listing=pages.LISTING,
    shown=(Shown("pairing", pages.facts, also=("kind:pairing",)),),
    figures=figures,
    sheets=(PAIRINGS,),
)
