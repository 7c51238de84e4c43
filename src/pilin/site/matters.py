"""Lists of matters, one matter, its evidence, and search."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _say

from pilin.database import elsewhere
from pilin.engine import drafts, evidence, small
from pilin.engine.act import available
from pilin.engine.draft_models import DraftFile
from pilin.engine.models import Evidence, Matter
from pilin.engine.positions import named, registers
from pilin.engine.programme import registry
from pilin.engine.situation import PARTS, Situation
from pilin.engine.undone import until
from pilin.forms import reporting
from pilin.kit.asking import Question
from pilin.kit.beside import beside
from pilin.kit.cards import card_rows, cards, matter_of, matter_or_404, matter_row, read
from pilin.kit.conditional import conditional, is_known
from pilin.kit.definitions import FIGURES, SHOW, Asked, asked, narrowed
from pilin.kit.figures import COUNTED, Figures, figures, listed_kinds
from pilin.kit.maps import map_of_matter
from pilin.kit.offered import Offered
from pilin.kit.page import kept, page
from pilin.kit.paging import cut, following
from pilin.kit.programme import facts_of, own_of, shown_with
from pilin.kit.sealed import has_sealed, sealed_for
from pilin.kit.stages import stages
from pilin.kit.timeline import Page as History
from pilin.kit.timeline import drawn, lines, own_words, since, timeline
from pilin.ledger import log
from pilin.ledger.asking import Ask, ask
from pilin.neighbours.asking import may_cross
from pilin.people.actor import Actor, account_of, viewer_of
from pilin.wording import reading

from .hearing import follows
from .second import with_second_key

#: Matters on a page, and the longest key of a next one.
SIZE, LONGEST = 50, 40
BROKEN = "x"  # for a key that cannot be one: the list from its beginning, with a way back


@conditional(lambda request: ["all"])
def matters(request: HttpRequest) -> HttpResponse:
    """The list: by side, kind and how they stand; newest change first, most overdue first."""
    after = request.GET.get("after", "")
    wanted = asked(request.GET.dict(), listed_kinds())
    known = bool(wanted.kind) and follows(request.user, f"kind:{wanted.kind}")
    where = after if len(after) <= LONGEST else BROKEN
    return page(request, "site/matters.html", _matters, wanted, where, known)


def _matters(wanted: Asked, after: str, known: bool) -> dict[str, Any]:
    kinds, today, show = tuple(listed_kinds()), timezone.localdate(), wanted.show
    order = ("due", "id") if show == "late" else ("-last",)
    chosen = (wanted.kind,) if wanted.kind else kinds
    found = cut(read(_listed(chosen, wanted, order, after, today)), order, SIZE)
    scope, sides = wanted.scope, registers().sides
    counts = figures([scope], today, wanted.kind)[scope] if scope else None
    return {
        "page": found,
        "cards": cards(found.items),
        "next": _query(wanted.query, after=found.after) if found.after else "",
        "asked": wanted,
        "scope": f"kind:{wanted.kind}" if wanted.kind else "",
        "follows": known,
        "kinds": kinds,
        "side_names": tuple((s.code, s.called) for s in sides),
        "sides": sides,
        "shows": lambda: [
            (k, title, _query(wanted._replace(show=k, since="", until="").query))
            for k, title in SHOW.items()
        ],
        "titles": lambda: [(k, registry.latest(k).title) for k in kinds],  # type: ignore[union-attr]
        "figures": counts,
        "narrow": _narrow(wanted),
        "figure": FIGURES.get(show),
        "n": _how_many(chosen, wanted, counts, today),
    }


def _how_many(kinds: tuple[str, ...], wanted: Asked, counts: Figures | None, today: date) -> int:
    """How many matters the list has: from the counts that are kept, where they say it."""
    if counts and wanted.show in ("", *COUNTED):
        return int(getattr(counts, wanted.show or "total"))
    return narrowed(Matter.objects.filter(kind__in=kinds), wanted, today).count()


def _narrow(wanted: Asked) -> list[Any]:
    """What the list is narrowed to beyond side and kind, in words."""
    here = registers()
    place, outside = here.place(wanted.place), here.place(wanted.outside)
    org, at = here.organisation(wanted.org), here.organisation(wanted.at)
    said = [
        place.called if place else "",
        _say("not in %(place)s") % {"place": outside.called} if outside else "",
        _say("in charge: %(org)s") % {"org": org.called} if org else "",
        at.called if at else "",
        _say("since %(day)s") % {"day": _day(wanted.since)} if wanted.since else "",
        _say("until %(day)s") % {"day": _day(wanted.until)} if wanted.until else "",
    ]
    return [words for words in said if words]


def _day(text: str) -> str:
    return reading.day(date.fromisoformat(text))


@lru_cache(256)
def _listed(
    kinds: tuple[str, ...],
    wanted: Asked,
    order: tuple[str, ...],
    after: str,
    today: date,  # what is late depends on it
) -> Question:
    rows = narrowed(Matter.objects.filter(kind__in=kinds), wanted, today)
    return card_rows(following(rows, order, after, SIZE))


def _query(query: str, **more: Any) -> str:
    pieces = [query, urlencode({k: v for k, v in more.items() if v})]
    return "?" + "&".join(piece for piece in pieces if piece)


@conditional(lambda request, key: shown_with(key))
def matter(request: HttpRequest, key: int) -> HttpResponse:
    """What is this, who has it now, by when, what can I do: and how it came here."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    seen = kept(request, _seen, key, before)
    return page(request, "site/matter.html", _matter, seen, before, _own(seen, viewer_of(request)))


@dataclass(frozen=True, eq=False)
class Seen:
    """What is the same of a matter for all who look at it, while it stands as it stands.

    `spoke` are the persons who took one of the steps on the page; `known` as in a `Situation`.
    """

    row: tuple[Any, ...]
    spoke: frozenset[str]
    may_seal: bool
    known: dict[Any, Any] = field(default_factory=dict)


def _seen(key: int, before: int | None) -> Seen:
    row = matter_row(key)
    history = timeline(matter_of(row), before)
    spoke = frozenset(r.body["actor"] for r in history.records)
    return Seen(row, spoke, history.may_seal)


class Own(NamedTuple):
    """All of a matter's page that depends on who reads it."""

    steps: tuple[str, ...]
    has_sealed: bool
    person: str  # where their own steps are told
    facts: tuple[Hashable, ...]
    raiser: str  # where they raised it
    back_until: datetime | None  # until when they may take back their last step
    follows: bool = False
    reported: bool = False  # something reported here waits for them


def _own(seen: Seen, viewer: Actor) -> Own:
    found = matter_of(seen.row)
    person = viewer.kind == "person"
    parts = _parts(found, viewer) if person else frozenset()
    steps = available(viewer, found, seen.known, parts) if person else []
    if elsewhere.where() is not None:
        steps = [step for step in steps if may_cross(step)]
    return Own(
        tuple(step.name for step in steps),
        seen.may_seal and has_sealed(viewer, found),
        viewer.person if viewer.person in seen.spoke else "",
        own_of(found, viewer),
        viewer.person if viewer.person == found.raiser else "",
        _back_until(found, viewer, seen) if any(s.undoes for s in steps) else None,
        FOLLOWS in parts,
        bool(viewer.offices) and reporting.waits(_here(viewer, found, seen)),
    )


#: Stands among somebody's parts in a matter, where they follow it.
FOLLOWS = "follows"
_PARTS = (
    f"{PARTS} UNION ALL SELECT '{FOLLOWS}' FROM people_following"
    " WHERE scope = 'matter:' || $1::bigint AND person = $2"
)


def _parts(matter: Matter, viewer: Actor) -> frozenset[str]:
    rows = ask(Ask(_PARTS, [str(matter.pk), viewer.person]))
    return frozenset(role for (role,) in rows)


def _back_until(matter: Matter, viewer: Actor, seen: Seen) -> datetime | None:
    return until(_here(viewer, matter, seen))


def _here(viewer: Actor, matter: Matter, seen: Seen) -> Situation:
    return Situation(viewer, matter, timezone.now(), timezone.localdate(), known=seen.known)


def _matter(seen: Seen, before: int | None, own: Own) -> dict[str, Any]:
    found = matter_of(seen.row)
    history, past = timeline(found, before), before is not None
    onward = registry.steps_from(found.rules, found.state)
    offered = [s for s in onward if s.name in own.steps]
    # These two stand beside what they are about.
    steps = [s for s in offered if not s.undoes and not s.corrects]
    later = since(found, history, any(s.corrects for s in offered))
    counts = _counted(found.pk)
    results = found.results.defer("search").order_by("id")
    return {
        "matter": found,
        "stages": stages(found),
        "offered": Offered.of(found.rules, steps),
        "own": None
        if past
        else own_words(found, _first(found, history.records), own.raiser, later),
        "take_back": next((s for s in offered if s.undoes), None),
        "back_until": own.back_until,
        "news": lines(found, history.records[-1:], own.person, later) if _has_news(history) else (),
        "count": len(history.records),
        "lines": drawn(found, history.records, own.person, later),
        "earlier": history.earlier,
        "has_sealed": own.has_sealed,
        "scope": f"matter:{found.pk}",
        "follows": own.follows,
        "reported": own.reported and not past,
        "past": past,
        "site_url": settings.SITE_URL,
        **facts_of(found, own.facts),
        "map": map_of_matter(found),
        "supporters": counts.parties,
        "ratings": counts,
        "results": named(results) if counts.results else [],
        "beside": beside(found),
        "enquiries": tuple(found.enquiries.order_by("id")) if counts.enquiries else (),
    }


def _first(matter: Matter, records: Sequence[log.Record]) -> log.Record | None:
    """The entry that opened it, which bears its number."""
    if records and records[0].number == matter.pk:
        return records[0]
    return log.get(log.MAIN, matter.pk)


def _has_news(history: History) -> bool:
    return len(history.records) > 1


class Counts(NamedTuple):
    """How those concerned judge a matter, how many they are, how many came of it, and were asked."""

    average: float | None
    n: int
    parties: int
    results: int
    enquiries: int


def _counted(key: int) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT avg(score)::float, count(*), (SELECT count(*) FROM loop_party WHERE matter_id = %s),"
            " (SELECT count(*) FROM loop_matter WHERE source_id = %s),"
            " (SELECT count(*) FROM loop_enquiry WHERE matter_id = %s)"
            " FROM loop_rating WHERE matter_id = %s",
            [key] * 4,
        )
        return Counts(*cursor.fetchone())


@login_required
@with_second_key
def sealed(request: HttpRequest, key: int) -> HttpResponse:
    """What is kept sealed in a matter, for those who need it: its office, and who wrote it."""
    found = matter_or_404(key)
    parts = sealed_for(viewer_of(request), found)
    if not parts:
        raise Http404
    response = render(request, "site/sealed.html", {"matter": found, "parts": parts})
    response["Cache-Control"] = "no-store"
    return response


def file(request: HttpRequest, sha256: str, name: str) -> FileResponse | HttpResponseNotModified:
    """A piece of evidence; of a picture, its small copy. What no entry names is not there."""
    row = Evidence.objects.filter(sha256=sha256, name=name).first() if "\0" not in name else None
    path = evidence.path_of(sha256) if row else None
    if row is None or path is None or not path.exists():
        raise Http404
    is_picture = row.type.startswith("image/")
    copy = small.of(sha256) if is_picture and "small" in request.GET else None
    etag = f'"{sha256}{"-small" if copy else ""}"'
    if is_known(request.headers.get("If-None-Match", ""), etag):
        return HttpResponseNotModified(headers={"ETag": etag})
    seen_in_page = is_picture or row.type == "application/pdf"
    kind = small.KIND if copy else row.type
    response = FileResponse(
        (copy or path).open("rb"),
        as_attachment=not seen_in_page,
        filename=row.name,
        content_type=kind,
    )
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@login_required
def draft_file(request: HttpRequest, key: str) -> FileResponse:
    """A picture that waits with a draft, for whoever sent it."""
    row = DraftFile.objects.filter(key=key, draft__person=account_of(request).person).first()
    path = drafts.path_of(row.key) if row is not None and row.is_picture else None
    if row is None or path is None or not path.exists():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=row.type)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
