"""What a programme is, pages and sheets included: one object, `PROGRAMME`, in its folder."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.urls import URLPattern, URLResolver

from pilin.engine import programme as engine
from pilin.engine.attributes import kind_of
from pilin.engine.models import Matter
from pilin.engine.procedure import Words
from pilin.engine.programme import registry
from pilin.people.actor import Actor
from pilin.people.models import Office
from pilin.workbook.sheets import Sheet

from .beside import Beside
from .facts import TEMPLATE, Facts, Table, rows_of
from .listing import Listing
from .nav import NavItem
from .printed import Printed
from .urgent import Urgent
from .votes import OpenVote


@dataclass(frozen=True)
class Shown:
    """What a matter's page says beyond its history: `facts(matter, *own)`, drawn by `template`.

    `facts` gives `Facts`, or what a template of its own needs. `also` are scopes beside the
    matter's own that may change it. `own(matter, actor)` is all of it that depends on who reads:
    whoever has the same there is shown the same page. It is asked for at each visit, so what no
    scope of the page covers has its place there, too.
    """

    kind: str
    facts: Callable[..., Facts | Mapping[str, Any]]
    template: str = TEMPLATE
    also: tuple[str, ...] = ()
    own: Callable[[Matter, Actor], tuple[Hashable, ...]] = lambda matter, actor: ()


class Unseen(NamedTuple):
    """What somebody sent in by the entry `entry`: it is not shown before it was looked at, at `url`."""

    entry: int
    matter: int
    what: Words
    url: str


class Held(NamedTuple):
    """What a programme keeps that is no matter and holds what was looked for: `said` are its sentences."""

    title: Words
    url: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Programme(engine.Programme):
    """A whole programme. What is left out it does not have.

    `listing` is its register's page, `nav` further pages among those of shared work, `urls` its
    own addresses. `turns(offices)` gives the numbers of matters in which it is the turn of somebody
    with these offices though another holds them, as rows that the desk's own question asks for.
    `figures()` gives its numbers, `votes()` what can be voted on now, `urgent(place)` what must be seen before
    anything else, there or anywhere, `unseen()` what people sent in and nobody looked at yet. `holding(asked)` gives
    what it keeps beside matters in which some words stand. `opening` is the step with which anybody raises what
    they have to say, where the programme takes that. `beside` is what it shows on pages of other programmes'
    matters, by their kind. `documents` read the bytes of
    a file that is no workbook as rows of sheets, or give None where it is none of theirs.
    """

    listing: Listing | None = None
    nav: tuple[NavItem, ...] = ()
    urls: tuple[URLPattern | URLResolver, ...] = ()
    shown: tuple[Shown, ...] = ()
    turns: Callable[[Sequence[Office]], QuerySet[Any, Any]] | None = None
    figures: Callable[[], Iterable[Printed]] | None = None
    votes: Callable[[], Iterable[OpenVote]] | None = None
    urgent: Callable[[int | None], Iterable[Urgent]] | None = None
    unseen: Callable[[], Iterable[Unseen]] | None = None
    holding: Callable[[str], Iterable[Held]] | None = None
    opening: str | None = None
    sheets: tuple[Sheet, ...] = ()
    beside: Mapping[str, Callable[[Matter], Iterable[Beside]]] = field(default_factory=dict)
    documents: tuple[Callable[[bytes], Iterable[tuple[Sheet, Any]] | None], ...] = ()

    @cached_property
    def pages(self) -> tuple[NavItem, ...]:
        """Its pages among those of shared work, the list first."""
        own = self.listing
        if own is None:
            return self.nav
        first = NavItem(own.title, f"{self.name}:list", own.kind, own.lead)
        return (first, *self.nav)

    @property
    def urlpatterns(self) -> list[URLPattern | URLResolver]:
        return [*([self.listing.url()] if self.listing else []), *self.urls]


def shown(
    model: type[Model],
    title: Words,
    tables: Callable[[Any], Sequence[Table]] = lambda row: (),
    also: tuple[str, ...] = (),
) -> Shown:
    """What is shown of a matter that has one row of `model`: its attributes, and these tables."""

    def facts(matter: Matter) -> Facts:
        row = model._default_manager.get(pk=matter.pk)
        return Facts(title, rows_of(row), tables=tables(row))

    return Shown(kind_of(model), facts, also=also)


def shown_with(key: int) -> list[str]:
    """The scopes of a matter's page: its own, and those programmes named for theirs."""
    return [f"matter:{key}", *(scope for shown in registry.each("shown") for scope in shown.also)]


def own_of(matter: Matter, actor: Actor) -> tuple[Hashable, ...]:
    """What of `facts_of` depends on who reads."""
    shown = _shown_of(matter)
    return shown.own(matter, actor) if shown else ()


def facts_of(matter: Matter, own: tuple[Hashable, ...]) -> Mapping[str, Any]:
    """The context of what a matter's page says of it, its template as `facts_template`."""
    shown = _shown_of(matter)
    if shown is None:
        return {}
    facts = shown.facts(matter, *own)
    context = facts.context() if isinstance(facts, Facts) else facts
    return {"facts_template": shown.template, **context}


def _shown_of(matter: Matter) -> Shown | None:
    return next((s for s in registry.each("shown") if s.kind == matter.kind), None)


def waiting_for(offices: Sequence[Office]) -> Iterator[QuerySet[Any, Any]]:
    """Matters in which it is the turn of somebody with these offices though another holds them."""
    return (turns(offices) for turns in registry.each("turns"))


def figures() -> Iterator[Printed]:
    """The figures of every programme."""
    for of_programme in registry.each("figures"):
        yield from of_programme()
