"""The pages of programmes that every page leads to."""

from __future__ import annotations

from dataclasses import dataclass

from pilin.engine.procedure import Words
from pilin.engine.programme import registry


@dataclass(frozen=True)
class NavItem:
    """A page of a programme. `main` ones stand in the bar on every page, the rest on one list."""

    title: Words
    url_name: str
    kind: str = ""
    lead: Words = ""
    main: bool = False


def nav_items() -> tuple[NavItem, ...]:
    return tuple(registry.each("pages"))
