"""What another programme shows on a matter's page: a matter of its own that belongs there, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from pilin.engine.models import Matter
from pilin.engine.programme import registry


@dataclass(frozen=True)
class Beside:
    """`words` are what the other matter has come to; "" while it has not."""

    title: str
    matter: Matter
    words: str = ""


def beside(matter: Matter) -> tuple[Beside, ...]:
    """All that programmes show on this matter's page; nothing is asked for kinds that none names."""
    found = (of.get(matter.kind) for of in registry.each("beside"))
    return tuple(one for show in found if show is not None for one in show(matter))
