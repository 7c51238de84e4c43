"""Search over everything: matters, what was said and decided in them, documents, places and organisations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pilin.engine import search as words
from pilin.engine.models import Matter, Said
from pilin.engine.positions import named
from pilin.engine.programme import registry
from pilin.kit.cards import Row, card_of, card_slice
from pilin.kit.conditional import conditional
from pilin.kit.figures import listed_kinds
from pilin.kit.paging import Slice, following, slice_of
from pilin.kit.programme import Held
from pilin.kit.timeline import Line, lines
from pilin.ledger import log
from pilin.people.hearing import Following
from pilin.people.models import Organisation, Place

from .hearing import follows

SIZE = 20  # matters on a page
NAMES = 10  # places and as many organisations beside matters; a page of their own shows all
NEWEST = ("-last",)
#: What is found by its name alone. Governments are found as the places they govern.
NAMED: dict[str, Callable[[], QuerySet[Any]]] = {
    "places": Place.objects.all,
    "organisations": lambda: Organisation.objects.exclude(category="government"),
}


class Named(NamedTuple):
    """Places or organisations by their name: those shown, and the query of the page that goes on."""

    items: Sequence[Any]
    more: str


class Hit(NamedTuple):
    """A matter found: its card, and where what was asked stands in it."""

    card: SafeString
    url: str
    line: Line | None = None  # the step in which it was said; None where it stands in the title
    excerpt: SafeString = mark_safe("")


@conditional(lambda request: ["all"])
def search(request: HttpRequest) -> HttpResponse:
    """Find matters by what stands in them, Chinese words inside sentences too; places by name."""
    asked = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    query = words.query(asked)
    context: dict[str, Any] = {"asked": asked}
    of, after = request.GET.get("of", ""), request.GET.get("after", "")
    if query and of in NAMED:
        named_so = _named(of, asked, after, SIZE)
        context |= {of: named_so, "of": of, "next": named_so.more}
    elif query:
        wanted = SearchQuery(query, search_type="raw", config="simple")
        page = _found(wanted, after)
        context |= {
            "page": page,
            "scope": Following.SEARCH,
            "words": asked[:60],
            "follows": follows(request.user, Following.SEARCH, asked[:60]),
            "hits": _hits(page.items, wanted, asked),
            "next": "?" + urlencode({"q": asked, "after": page.after}) if page.after else "",
            "documents": _documents(asked),
            **{of: _named(of, asked, "", NAMES) for of in NAMED},
        }
    return render(request, "site/search.html", context)


def _named(of: str, asked: str, after: str, size: int) -> Named:
    """Places or organisations called so, from the key `after` on."""
    rows = NAMED[of]().filter(Q(name__icontains=asked) | Q(name_en__icontains=asked))
    found = slice_of(rows, ("id",), after, size)
    key = {"after": found.after} if found.after and size != NAMES else {}
    return Named(found.items, "?" + urlencode({"q": asked, "of": of, **key}) if found.after else "")


def _documents(asked: str) -> list[tuple[Held, SafeString]]:
    """What programmes keep that is no matter, each with where what was asked stands in it."""
    found = chain.from_iterable(holding(asked) for holding in registry.each("holding"))
    return [(held, _marked(words.excerpt(held.said, asked))) for held in found]


def _found(wanted: SearchQuery, after: str) -> Slice:
    """Matters that hold it, or of which an entry does, those that moved last first.

    Of each the newest are found apart: an OR would read the whole table, and so would to sort all
    that hold a common word.
    """
    listed = Matter.objects.filter(kind__in=listed_kinds())
    said = Said.objects.filter(matter=OuterRef("pk"), search=wanted)
    either = [
        following(rows, NEWEST, after, SIZE).values("pk")
        for rows in (listed.filter(search=wanted), listed.filter(Exists(said)))
    ]
    return card_slice(Matter.objects.filter(pk__in=either[0].union(either[1])), NEWEST, after, SIZE)


def _hits(rows: Sequence[Row], wanted: SearchQuery, asked: str) -> list[Hit]:
    """The newest entry of each matter that holds what was asked; else the one that opened it."""
    keys = [row.id for row in rows]
    said = Said.objects.filter(matter__in=keys, search=wanted).order_by("id")
    newest = dict(said.values_list("matter", "id"))
    records = {r.number: r for r in log.some(log.MAIN, [newest.get(key, key) for key in keys])}
    matters = {m.pk: m for m in named(Matter.objects.defer("search").filter(pk__in=keys))}
    found = []
    for matter in (matters[key] for key in keys if key in matters):
        record = records.get(newest.get(matter.pk, matter.pk))
        pieces = words.excerpt(_texts(record), asked) if record else []
        if record is None or not pieces:
            found.append(Hit(card_of(matter), matter.url))
            continue
        line = lines(matter, [record])[0]
        found.append(
            Hit(card_of(matter), f"{matter.url}#entry-{line.number}", line, _marked(pieces))
        )
    return found


def _marked(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", p) if m else p,) for p, m in pieces)
    )


def _texts(record: log.Record) -> Iterable[str]:
    """What the entry says, but for the title, which the card shows."""
    data = {name: value for name, value in record.body["data"].items() if name != "title"}
    return [*words.texts(data), *(str(file["name"]) for file in record.body["files"])]
