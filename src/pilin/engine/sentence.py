"""What an entry says, in one sentence: who did what, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pilin.ledger.log import Record
from pilin.people.models import ROLES

from .models import Matter
from .positions import registers
from .programme import registry

#: Signs of somebody's words that a sentence holds.
QUOTED = 60


def who(matter: Matter, body: Mapping[str, Any], viewer: str = "") -> str:
    """The role somebody acted in; a person's name is nowhere in the record."""
    match body["actor"]:
        case "clock":
            return _("The calendar")
        case "link":
            return _("The linked matter")
        case "house":
            by_row = matter.rules.entering is not None or "row" in body["data"]
            return _("The register") if by_row else _("The calendar")
    if body["office"]:
        role, org = body["office"]["role"], registers().organisation(body["office"]["org"])
        found = f"{org.called if org else ''} · {ROLES.get(role, role)}"
    elif body["actor"] == matter.raiser:
        found = _("The person who raised it")
    else:
        found = _("A resident")
    return _("%(who)s (you)") % {"who": found} if viewer == body["actor"] else found


def sentence(matter: Matter, record: Record, viewer: str = "") -> str:
    """ "Dushangang hall · Clerk: reported that it is done. “The lamp is in place”" """
    step = registry.step(matter.rules, record.body["step"])
    assert step is not None  # what was entered is declared for ever
    said = {"who": who(matter, record.body, viewer), "done": step.done}
    quoted = "" if matter.rules.discreet else _quoted(record.body["data"])
    if quoted:
        return _("%(who)s: %(done)s. “%(quoted)s”") % {**said, "quoted": quoted}
    return _("%(who)s: %(done)s.") % said


def _quoted(data: Mapping[str, Any]) -> str:
    """The first thing somebody wrote in it that is a sentence rather than a name, a code or a day."""
    for name in ("words", "reason", "answer", "text", "results", "minutes", "agenda"):
        value = data.get(name)
        if isinstance(value, str) and value.strip():
            flat = " ".join(value.split())
            return flat if len(flat) <= QUOTED else flat[: QUOTED - 1] + "…"
    return ""
