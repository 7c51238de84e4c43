"""Every kind of made-up matter, by the step that opens it."""

from .budgets import SCENARIOS as OF_RESIDENTS
from .claims import SCENARIOS as OF_CLAIMS
from .forums import SCENARIOS as OF_FORUMS
from .homes import SCENARIOS as OF_HOMES
from .led import SCENARIOS as OF_LED
from .lots import SCENARIOS as OF_LOTS
from .towns import SCENARIOS as OF_TOWNS

SCENARIOS = {**OF_FORUMS, **OF_TOWNS, **OF_HOMES, **OF_RESIDENTS, **OF_LOTS, **OF_CLAIMS, **OF_LED}
