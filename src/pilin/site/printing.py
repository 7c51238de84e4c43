"""What is printed of any matter: a sheet for the notice board, a poster with a code; and receipts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.kit.cards import matter_or_404
from pilin.kit.conditional import conditional
from pilin.kit.figures import listed_kinds
from pilin.kit.paper import Paper, code, facts, heading, printed, text
from pilin.kit.programme import shown_with
from pilin.kit.templatetags.pilin import due_words
from pilin.kit.timeline import lines, own_words, since, timeline
from pilin.ledger import log, witnessed
from pilin.ledger import receipt as receipts
from pilin.ledger.cosigning import Note
from pilin.people.models import Organisation
from pilin.wording.reading import clock, count, day, moment, short_day

#: Steps that a sheet shows: the newest.
STEPS = 12
#: Rows of a sheet for an organisation's notice board, and signs of a title in one: it stays one page.
OPEN, WIDE = 12, 20


@conditional(lambda request, key: shown_with(key))
def notice(request: HttpRequest, key: int) -> HttpResponse:
    """A matter on a sheet of paper, for those who have no telephone."""
    return printed(_notice(matter_or_404(key)), f"matter-{key}")


def _notice(matter: Matter) -> Paper:
    history = timeline(matter, None)
    later = since(matter, history, True)
    first = log.get(LOG, matter.pk)
    own = own_words(matter, first, "", later)
    blocks: list[dict[str, Any]] = [text(matter.state_title, "lead"), facts(_standing(matter))]
    if own.texts and not own.taken_back:
        blocks += [heading(_("In their own words")), *(text(t, "quote") for t in own.texts)]
    told = [
        (day(line.at), f"{line.who} {line.step_title}")
        for line in lines(matter, history.records, "", later)
        if not line.taken_back
    ]
    blocks += [heading(_("What happened so far")), facts(told[-STEPS:], "steps")]
    blocks.append(text(_as_of(), "hint"))
    place = matter.place.called if matter.place else ""
    kicker = " · ".join(filter(None, [str(matter.kind_title), place]))
    return Paper(matter.title, kicker, matter.url, blocks)


def _standing(matter: Matter) -> list[tuple[str, str]]:
    if not matter.is_open:
        return [(_("Closed"), day(matter.closed))]
    due = f"{day(matter.due)} · {due_words(matter.due)}"
    return [(_("Who has it now"), matter.holder_title), (_("By when"), due)]


def _as_of() -> str:
    now = timezone.localtime()
    return _("As it stood on %(day)s at %(time)s.") % {
        "day": day(now),
        "time": clock(now),
    }


@conditional(lambda request, key: shown_with(key))
def poster(request: HttpRequest, key: int) -> HttpResponse:
    """A matter's title and a code to be scanned, to be read from two metres."""
    matter = matter_or_404(key)
    place = matter.place.called if matter.place else ""
    lead = str(matter.state_title)
    if matter.is_open and matter.due:
        lead += " · " + _("by %(day)s") % {"day": day(matter.due)}
    kicker = " · ".join(filter(None, [str(matter.kind_title), place]))
    paper = Paper(matter.title, kicker, matter.url, more={"lead": lead}, template="poster")
    return printed(paper, f"poster-{key}")


def _witnessed(number: int) -> list[str]:
    """Who has seen an entry, a line each; that it is recorded here, where nobody has."""
    there = [one for one in witnessed.told(LOG) if one.size > number]
    said = _("Witnessed by %(name)s, %(at)s")
    found = [said % {"name": one.name, "at": moment(one.at)} for one in there]
    return found or [_("Recorded here")]


@conditional(lambda request, key: [f"org:{key}"])
def board(request: HttpRequest, key: int) -> HttpResponse:
    """What is open at an organisation, on one sheet for its notice board: what is due first."""
    org = get_object_or_404(Organisation.objects.select_related("place"), pk=key)
    rows = Matter.objects.filter(kind__in=listed_kinds(), is_open=True, orgs__contains=[key])
    found = list(rows.order_by("due", "pk")[: OPEN + 1])
    told = [
        (
            short_day(m.due) if m.due else "",
            f"{_cut(m.title)} · {m.state_title} · {m.pk}",
        )
        for m in found[:OPEN]
    ]
    blocks: list[dict[str, Any]] = [
        heading(_("What is open here")) if told else text(_("Nothing is open here just now.")),
        facts(told, "steps"),
    ]
    if len(found) > OPEN:
        blocks.append(text(_("and %(n)s more") % {"n": count(rows.count() - OPEN)}, "hint"))
    blocks.append(text(_as_of(), "hint"))
    kicker = org.place.called if org.place else ""
    link = reverse("web:organisation", args=[key])
    return printed(Paper(org.called, kicker, link, blocks), f"board-{key}")


def _cut(title: str) -> str:
    return title if len(title) <= WIDE else title[: WIDE - 1] + "…"


def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """A receipt on paper: what was entered, when, and how anybody checks it years later."""
    found = receipts.make(LOG, number) if number < 2**63 else None
    if found is None:
        raise Http404
    data = found.as_json()
    receipts.check(data)  # what we hand out, we have checked ourselves
    body = found.record.body
    matter = Matter.objects.filter(pk=body["matter"]).first()
    line = lines(matter, [found.record])[0] if matter else None
    rows = [
        (_("Matter"), matter.title if matter else str(body["matter"])),
        (_("What was done"), f"{line.who} {line.step_title}" if line else body["step"]),
        (
            _("When"),
            moment(line.at) if line else "",
        ),
        (_("Number in the record"), str(number)),
        (_("Who has seen it"), "\n".join(_witnessed(number))),
    ]
    blocks = [
        text(_("This entry has not been changed ✓"), "lead"),
        facts(rows),
        heading(_("To check it yourself")),
        text(
            _(
                "Scan the code, or compare the lines below with what the site shows then. If one sign"
                " of the entry had been changed, its fingerprint would be another one."
            )
        ),
        text(_("Fingerprint of the entry"), "hint"),
        text(found.record.leaf.hex(), "code"),
        text(_("The record's signed state when this was printed"), "hint"),
        text(found.checkpoint.strip(), "code"),
    ]
    link = reverse("ledger:receipt", args=[LOG, number])
    return printed(
        Paper(_("Receipt %(n)d") % {"n": number}, _("Receipt"), link, blocks), f"receipt-{number}"
    )


def record(request: HttpRequest) -> HttpResponse:
    """The record's signed state for the notice board: whoever compares later sees whether it was rewritten."""
    signed = witnessed.newest(LOG) or log.checkpoint(LOG)
    if not signed:
        raise Http404
    size = Note.read(signed).checkpoint().size
    who = [(one.name, moment(one.at)) for one in witnessed.seen(LOG) if one.at and one.size >= size]
    blocks = [
        text(_("%(n)s entries") % {"n": count(size)}, "lead"),
        text(
            _(
                "Please leave this hanging, and keep one with the files. If the record is ever written"
                " anew, it will no longer fit these lines, and everybody can see it."
            )
        ),
        *([heading(_("Who has seen it")), facts(who)] if who else []),
        heading(_("To check it yourself")),
        text(
            _(
                "Scan the code and load the checking script. It shows whether the record of that day goes"
                " on from the lines below."
            )
        ),
        text(signed.strip(), "code"),
        code(signed, _("The lines above, as a code")),
        text(
            _("This code holds the lines above themselves: whoever photographs it has them."),
            "hint",
        ),
        text(_as_of(), "hint"),
    ]
    paper = Paper(
        _("The record today"), day(timezone.localdate()), reverse("ledger:log", args=[LOG]), blocks
    )
    return printed(paper, "record")
