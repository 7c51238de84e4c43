"""Where on the loop a matter is: raised → deliberated → decided → done → confirmed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.engine.procedure import STAGES

TITLES = {
    "raised": _("Raised"),
    "deliberated": _("Deliberated"),
    "decided": _("Decided"),
    "done": _("Done"),
    "confirmed": _("Confirmed"),
}


@dataclass(frozen=True)
class Stage:
    name: str
    title: Any
    status: str  # past | current | ahead; where it ended: confirmed | silence | ended


def stages(matter: Matter) -> list[Stage]:
    """The five stages, as far as this kind of matter has them."""
    own = {s.stage for s in matter.rules.states.values()}
    here = STAGES.index(matter.stage)
    found = []
    for n, name in enumerate(STAGES):
        if name in own:
            status = _here(matter) if n == here else "past" if n < here else "ahead"
            found.append(Stage(name, TITLES[name], status))
    return found


def _here(matter: Matter) -> str:
    """Silence has a mark of its own: nobody has said that it is done."""
    if matter.is_open:
        return "current"
    return matter.closed_how if matter.closed_how in ("confirmed", "silence") else "ended"
