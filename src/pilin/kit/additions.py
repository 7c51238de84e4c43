"""What programmes add to the pages of the house."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilin.engine.models import Matter
from pilin.engine.procedure import Words
from pilin.people.models import Office

# What a programme adds to the house --------------------------------------------------------------

Facts = Callable[[Matter, Any], Mapping[str, Any]]
_facts: dict[str, tuple[str, Facts]] = {}
_also: list[str] = []


@dataclass(frozen=True)
class NavItem:
    """A page of a programme. `main` ones stand in the bar on every page, the rest on one list."""

    title: Words
    url_name: str
    kind: str = ""
    lead: Words = ""
    main: bool = False


_nav: list[NavItem] = []


def shows(kind: str, template: str, also: Sequence[str] = ()) -> Callable[[Facts], Facts]:
    """Register what a programme shows on a matter's page: `facts(matter, actor)` for `template`.

    `also` are scopes beside the matter's own that may change it.
    """

    def keep(function: Facts) -> Facts:
        _facts[kind] = (template, function)
        _also.extend(also)
        return function

    return keep


def shown_with(key: int) -> list[str]:
    """The scopes of a matter's page: its own, and those programmes named for theirs."""
    return [f"matter:{key}", *_also]


def facts_of(matter: Matter, actor: Any) -> tuple[str, Mapping[str, Any]] | None:
    entry = _facts.get(matter.kind)
    return (entry[0], entry[1](matter, actor)) if entry else None


Turns = Callable[[Sequence[Office]], Iterable[int]]
_turns: list[Turns] = []


def turns(function: Turns) -> Turns:
    """Register which matters wait for somebody with these offices beside those they hold."""
    _turns.append(function)
    return function


def waiting_for(offices: Sequence[Office]) -> list[int]:
    """Matters in which it is the turn of somebody with these offices though another holds them."""
    return [key for function in _turns for key in function(offices)]


def nav(title: Words, url_name: str, kind: str = "", lead: Words = "", main: bool = False) -> None:
    """Put a page of a programme among the pages of shared work (`main`: in the bar too)."""
    _nav.append(NavItem(title, url_name, kind, lead, main))


def nav_items() -> tuple[NavItem, ...]:
    return tuple(_nav)
