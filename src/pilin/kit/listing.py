"""The register page of a programme: tabs by how matters stand, side, and a table of columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from pilin.engine.attributes import Attribute, attributes_of, kind_of
from pilin.engine.models import Matter
from pilin.engine.positions import named, registers
from pilin.engine.procedure import Words
from pilin.engine.programme import registry
from pilin.people.models import LEFT, RIGHT

from .conditional import conditional
from .definitions import SHOW, Asked, narrowed
from .figures import figures
from .page import page
from .paging import slice_of


@dataclass(frozen=True)
class Column:
    """A column of the table: `show(matter)` gives its words."""

    title: Words
    show: Callable[[Matter], Any]


def columns_of(model: type[Model]) -> tuple[Column, ...]:
    """The columns of the model's attributes that are listed; the model belongs to a matter."""
    related = kind_of(model)
    return tuple(_column(a, related) for a in attributes_of(model) if a.listed)


def _column(a: Attribute, related: str) -> Column:
    return Column(a.label, lambda matter: a.words(getattr(getattr(matter, related), a.name)))


@dataclass(frozen=True)
class Listing:
    """`related` are the programme's rows to read with each matter, in the same query.

    `more()` gives what the page shows above the table: figures, tables, links (`kit/facts.py`). Where
    that changes in the course of a day, `apply` says at which moments (`changes_at`).
    `moves`: whether its matters go round the loop; else they are things, which nobody waits for.
    `telling`: the columns that a phone shows below the title, by their places; a table shows all.
    """

    kind: str
    address: str
    title: Words
    lead: Words
    columns: Sequence[Column]
    related: Sequence[str] = ()
    more: Callable[[], Mapping[str, Any]] | None = None
    scopes: Sequence[str] = ()
    template: str = "kit/listing.html"
    openings: Sequence[str] = field(default=())  # steps offered as buttons
    moves: bool = True
    telling: Sequence[int] = (0,)

    def url(self) -> URLPattern:
        """The page's address, under the name `list`."""
        scopes = [f"kind:{self.kind}", *self.scopes]
        return path(self.address, conditional(lambda request: scopes)(self.page), name="list")

    def page(self, request: HttpRequest) -> HttpResponse:
        show, side, after = (request.GET.get(name, "") for name in ("show", "side", "after"))
        show = show if show in SHOW else ""
        side = side if side in (LEFT, RIGHT) else ""
        return page(request, self.template, self._shown, show, side, after)

    def _shown(self, show: str, side: str, after: str) -> dict[str, Any]:
        own = Matter.objects.filter(kind=self.kind)
        own = own.select_related(*self.related) if self.related else own
        today = timezone.localdate()
        rows = narrowed(own.defer("search"), Asked(side=side, show=show), today)
        order = ("due", "id") if show == "late" else ("-last",)
        found = slice_of(rows, order, after, size=30)
        chosen = {k: v for k, v in {"show": show, "side": side}.items() if v}
        scope = f"side:{side}" if side else "all"
        rules = registry.latest(self.kind)
        shown = named(found.items)
        buttons = [s for n in self.openings if rules and (s := rules.step(n))]
        return {
            "listing": self,
            "page": found,
            "table": [(m, self._cells(m)) for m in shown],
            "states": " ".join({str(m.state_title): "" for m in shown}) if self.moves else "",
            "next": "?" + urlencode({**chosen, "after": found.after}) if found.after else "",
            "show": show,
            "side": side,
            "shows": [(k, t, "?" + urlencode({**chosen, "show": k})) for k, t in SHOW.items()],
            "sides": registers().sides,
            "figures": figures([scope], today, self.kind)[scope],
            "buttons": buttons,
            **(self.more() if self.more else {}),
        }

    def _cells(self, matter: Matter) -> list[tuple[Words, Any, bool]]:
        """Of each column its title, its words, and whether a phone shows it."""
        return [(c.title, c.show(matter), n in self.telling) for n, c in enumerate(self.columns)]
