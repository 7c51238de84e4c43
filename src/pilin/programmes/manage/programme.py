"""Administration in the record: offices, places, organisations, what is done to accounts."""

from pilin.kit.programme import Programme

from . import apply, erasing, leaving
from .procedure import MANAGE

PROGRAMME = Programme(
    "manage",
    procedures=(MANAGE,),
    apply=(apply.MANAGE,),
    leaves=leaving.leaves,
    erased=erasing.erased,
    daily=leaving.daily,
)
