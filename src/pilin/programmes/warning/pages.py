"""What stands now on both sides, what each warning says, and the same as Atom and CAP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pilin.deciding.alerts import signing
from pilin.deciding.alerts.codes import COLOURS, EVENTS, RULES, WAYS
from pilin.deciding.alerts.reading import CAP, info_for
from pilin.deciding.alerts.writing import cap
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.urgent import Urgent, side_by_side
from pilin.ledger import log
from pilin.people.actor import Actor
from pilin.people.models import Place
from pilin.wording.reading import count, enumerated, moment
from pilin.wording.saying import say

from . import taking
from .entries import Said
from .forms import RECEIVERS
from .models import Answer, Duty, Message, Warning, colour_words, event_words

TITLE = gettext_lazy("Warnings")
LEAD = gettext_lazy(
    "What each side is warned of, from whom, until when, and whether every station passed it on."
)
SIGNATURES = {
    signing.NONE: gettext_lazy("no signature"),
    signing.KNOWN: gettext_lazy("fits the certificate that is known here"),
    signing.UNKNOWN: gettext_lazy("fits, but of a certificate that is not known here"),
}
CAME = {
    "file": gettext_lazy("as a file"),
    "address": gettext_lazy("fetched from its issuer"),
    "typed": gettext_lazy("by telephone or letter, typed here"),
    "register": gettext_lazy("from a register"),
}


def _said_of(texts: Iterable[Mapping[str, Any]]) -> Said | None:
    """What it says in the reader's language, else in the first it has."""
    found: Said | None = info_for([Said(**text) for text in texts], get_language() or "en")
    return found


def _now() -> datetime:
    return timezone.now()


def urgent(place: int | None = None) -> Iterator[Urgent]:
    """Warnings that stand, or will: of a place those of what lies in it or around it."""
    rows = Warning.objects.filter(ends__gt=_now()).exclude(matter__state="mistaken")
    places = {p.pk: p for p in registers().places.values()}
    if place is not None:
        around = set(places[place].path) if place in places else set()
        inside = {p.pk for p in places.values() if place in p.path}
        rows = rows.filter(places__overlap=sorted(around | inside))
    for row in rows.select_related("matter").order_by("-sent", "pk"):
        colour, said = COLOURS.get(row.colour), _said_of(row.texts)
        yield Urgent(
            matter=row.pk,
            of=row.event,
            title=event_words(row.event),
            colour=row.colour,
            colour_title=colour_words(row.colour),
            sign=colour.sign if colour else "circle",
            rank=colour.rank if colour else 0,
            words=(said.headline if said else "") or row.matter.title,
            issuer=row.sender_name,
            where=tuple(places[key].called for key in row.places if key in places),
            sides=row.sides,
            starts=row.starts,
            until=row.ends,
            exercise=row.exercise,
            url=reverse("web:matter", args=[row.pk]),
        )


def _standing() -> list[Urgent]:
    now = _now()
    return [one for one in urgent() if one.starts <= now < one.until]


def _more() -> Mapping[str, Any]:
    sides = {side.code: side for side in registers().sides}
    links = [
        Link(_("Follow them in a reader (Atom)"), reverse("warning:feed")),
        Link(_("Take in a message (for offices)"), reverse("warning:take")),
    ]
    return {
        **Facts("", links=links).context(),
        "dangers": side_by_side(_standing()),
        "left": _side(sides.get("a"), "a"),
        "right": _side(sides.get("b"), "b"),
    }


def _side(side: Any, code: str) -> dict[str, str]:
    return {"code": code, "name": side.called if side else ""}


def _state(matter: Matter) -> str:
    row: Warning = matter.warning
    if matter.state == "mistaken":
        return _("taken in by mistake")
    if row.cancelled:
        return _("lifted")
    if row.stands():
        return _("stands")
    return _("is over") if row.ends <= _now() else _("still to begin")


LISTING = Listing(
    "warning",
    "warnings/",
    TITLE,
    LEAD,
    columns=(
        *columns_of(Warning),
        Column(gettext_lazy("How it stands"), _state),
    ),
    related=("warning",),
    more=_more,
    telling=(1, 2, 4),
    template="warning/listing.html",
    moves=False,
)


def own(matter: Matter, actor: Actor) -> tuple[str, ...]:
    """Whether whoever reads takes messages in."""
    return ("receives",) if actor.office(*RECEIVERS) else ()


def facts(matter: Matter, *receives: str) -> Facts:
    row = Warning.objects.select_related("matter").filter(pk=matter.pk).first()
    if row is None:
        return Facts("")
    matter.warning = row
    said = _said_of(row.texts)
    places = Place.objects.filter(pk__in=row.places).order_by("side", "pk")
    links = [Link(_("This warning as CAP (XML)"), reverse("warning:cap", args=[row.pk]))]
    if receives:
        links.append(Link(_("Take in a message about it"), reverse("warning:take")))
    reached = Answer.objects.filter(warning=row).values_list("yes", flat=True)
    return Facts(
        _("Exercise: nothing is happening") if row.exercise else _("The warning"),
        [
            (_("How it stands"), _state(matter)),
            (_("Of"), event_words(row.event)),
            (_("Colour"), _colour(row)),
            (_("What it says"), said.description if said else ""),
            (_("What to do"), said.instruction if said else ""),
            (
                _("Concerns"),
                [Link(p.called, reverse("web:place", args=[p.pk])) for p in places],
            ),
            (_("Begins"), moment(row.starts)),
            (_("Ends"), _until(row)),
            (_("Issuer"), row.sender_name),
            (_("Its number there"), row.identifier),
            (_("Sent"), moment(row.sent)),
            (_("How it came"), CAME.get(row.way, "")),
            (_("Signature"), SIGNATURES.get(row.signature, "") if row.way != "typed" else ""),
            (_("Says it reached them"), _heard(list(reached))),
        ],
        tables=_tables(row),
        links=links,
    )


def _colour(row: Warning) -> str:
    words = colour_words(row.colour)
    if row.colour and not row.colour_said:
        return _("%(colour)s, taken from its severity: it names no colour") % {"colour": words}
    return words


def _until(row: Warning) -> str:
    words = moment(row.ends)
    if row.end_said:
        return words
    said = {"at": words, "n": RULES["lasts"]}
    return _("%(at)s: it names no end, and is shown for %(n)d hours") % said


def _heard(answers: list[bool]) -> str:
    if not answers:
        return ""
    said = {"n": count(sum(answers)), "all": count(len(answers))}
    return _("%(n)s of %(all)s residents who said so") % said


def _tables(row: Warning) -> list[Table]:
    now = _now()
    duties = Duty.objects.filter(warning=row, message=row.entry).select_related("org")
    return [
        Table(
            _("Who passes it on"),
            (_("Station"), _("By when"), _("How it stands"), _("How"), _("Households")),
            [
                (
                    Link(d.org.called, reverse("web:organisation", args=[d.org_id])),
                    moment(d.by),
                    _duty(d, now),
                    enumerated(say(WAYS[w]) for w in d.ways if w in WAYS),
                    count(d.reached) if d.reached is not None else "–",
                )
                for d in duties.order_by("done", "by", "org")
            ],
            numbers=(4,),
        ),
        Table(
            _("Its messages"),
            (_("Kind"), _("Its number there"), _("Sent")),
            [
                (KINDS.get(m.kind, m.kind), m.identifier, moment(m.sent))
                for m in Message.objects.filter(warning=row).order_by("entry")
            ],
        ),
    ]


KINDS = {
    "Alert": gettext_lazy("new warning"),
    "Update": gettext_lazy("newer"),
    "Cancel": gettext_lazy("lifts it"),
}


def _duty(duty: Duty, now: datetime) -> str:
    if duty.done is not None:
        late = duty.done > duty.by
        words = _("passed on %(at)s, late") if late else _("passed on %(at)s")
        return words % {"at": moment(duty.done)}
    return _("not yet, its hour has passed") if duty.by < now else _("not yet")


# The same for other programs ----------------------------------------------------------------------


def as_cap(row: Warning) -> bytes:
    """Its newest message as it came, where that was CAP; else written from what is known of it."""
    record = log.get(log.MAIN, row.entry)
    data = record.body["data"] if record else {}
    text = str(data.get("message") or "")
    if CAP in text:
        return text.encode()
    infos = [
        {
            "language": text["language"],
            "event": text.get("event") or EVENTS[row.event].also[0],
            "name": row.event,
            "colour": row.colour,
            "headline": text.get("headline") or row.matter.title,
            "description": text.get("description"),
            "instruction": text.get("instruction"),
            "sender_name": row.sender_name,
            "onset": timezone.localtime(row.starts),
            "expires": timezone.localtime(row.ends),
            "areas": [("、".join(data.get("areas") or _named(row)), data.get("codes") or ())],
        }
        for text in row.texts
    ]
    references = [
        (r["sender"], r["identifier"], r.get("sent") or "") for r in data.get("references", ())
    ]
    return cap(
        {
            "identifier": row.identifier,
            "sender": row.sender,
            "sent": timezone.localtime(row.sent),
            "status": "Exercise" if row.exercise else "Actual",
            "kind": data.get("kind", "Alert"),
            "source": "Pilin",
            "references": [r for r in references if all(r)],
            "infos": infos,
        }
    )


def _named(row: Warning) -> list[str]:
    return [str(place) for place in Place.objects.filter(pk__in=row.places)] or ["–"]


def cap_file(request: HttpRequest, key: int) -> HttpResponse:
    row = Warning.objects.select_related("matter").filter(pk=key).first()
    if row is None:
        raise Http404
    response = HttpResponse(as_cap(row), content_type="application/cap+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="warning-{key}.cap.xml"'
    return response


class _Feed(Atom1Feed):
    """Entries lead to the message as CAP."""

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        link = {"rel": "alternate", "type": "application/cap+xml", "href": item["cap"]}
        handler.addQuickElement("link", "", link)


@conditional(lambda request: ["kind:warning"])
def feed(request: HttpRequest) -> HttpResponse:
    """What stands now, as Atom (RFC 4287); exercises say so."""
    at = request.build_absolute_uri
    found = _Feed(
        str(TITLE),
        at(reverse("warning:list")),
        str(LEAD),
        feed_url=at(request.path),
        language=get_language(),
    )
    rows = {row.pk: row for row in Warning.objects.filter(Warning.standing())}
    for one in _standing():
        row = rows.get(one.matter)
        if row is None:
            continue
        exercise = _("Exercise: ") if one.exercise else ""
        found.add_item(
            title=f"{exercise}{one.title} · {one.colour_title} · {one.words}",
            link=at(one.url),
            description=enumerated(one.where),
            unique_id=at(f"{one.url}#message-{row.entry}"),
            author_name=one.issuer,
            updateddate=row.sent,
            pubdate=row.sent,
            cap=at(reverse("warning:cap", args=[row.pk])),
        )
    return HttpResponse(
        found.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )


URLS = (
    path("warnings/take/", taking.take, name="take"),
    path("warnings/feed.atom", feed, name="feed"),
    path("warnings/<int:key>.cap.xml", cap_file, name="cap"),
)
