"""Administration in the record: offices, places, organisations, what is done to accounts."""

from pilin.kit.programme import Programme

from . import apply, leaving
from .procedure import MANAGE

PROGRAMME = Programme(
    "manage",
    procedures=(MANAGE,),
    apply=(apply.MANAGE,),
    leaves=leaving.leaves,
    daily=leaving.daily,
)
