"""What stands beside the stories of an issue: rows with a code each, meetings, warnings, corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.models import Matter
from pilin.kit.paper import drawn_code
from pilin.ledger.cosigning import Note
from pilin.programmes.warning.models import colour_words, event_words
from pilin.wording.reading import clock, count, short_day

from .collecting import CORRECTS, ERASES, PUT_RIGHT, Alert, Happened, Meeting, Story

#: Shapes for whoever sees no colours, as far as the typeface has them.
SIGNS = {"blue": "●", "yellow": "■", "orange": "▲", "red": "◆"}


def row(title: str, words: str, path: str) -> dict[str, str]:
    """A row of a list, with a code that leads to it."""
    return {
        "title": title,
        "words": words,
        "path": path,
        "qr": drawn_code(f"{settings.SITE_URL}{path}"),
    }


def item(story: Story, words: str) -> dict[str, str]:
    return row(story.title, words, f"/matters/{story.number}/")


def meeting(found: Meeting) -> dict[str, str]:
    at = datetime.fromisoformat(found.when)
    moment = timezone.localtime(at) if timezone.is_aware(at) else at
    when = short_day(moment.date())
    if "T" in found.when:
        when = f"{when} {clock(moment.replace(tzinfo=None))}"
    return {
        **row(found.title, found.where, f"/matters/{found.matter}/"),
        "when": when,
        "where": found.where,
    }


def alert(found: Alert) -> dict[str, str]:
    """A warning with its sign, its colour in words, who issued it, and how long it stood."""
    title = (
        f"{SIGNS.get(found.colour, '○')} {colour_words(found.colour)} · {event_words(found.event)}"
    )
    if found.exercise:
        title = f"{title} · {_('an exercise')}"
    first, last = (_moment(moment) for moment in (found.starts, found.ends))
    words = _("lifted on %(last)s") if found.over else _("%(first)s to %(last)s")
    parts = (found.issuer, words % {"first": first, "last": last}, "、".join(found.areas[:4]))
    return row(title, " · ".join(filter(None, parts)), f"/matters/{found.matter}/")


def _moment(said: str) -> str:
    at = timezone.localtime(datetime.fromisoformat(said))
    return f"{short_day(at.date())} {clock(at.replace(tzinfo=None))}"


def correction(found: tuple[int, date, str], matters: Mapping[int, Matter]) -> str:
    number, on, step = found
    if step == ERASES:
        return _("On %(day)s somebody was erased: their words stand in no issue any more.") % {
            "day": short_day(on)
        }
    matter = matters.get(number) or Matter.objects.filter(pk=number).first()
    said = {"title": matter.title if matter else "", "day": short_day(on)}
    if step == CORRECTS:
        return _("%(title)s: words were corrected on %(day)s.") % said
    if step in PUT_RIGHT:
        return _("%(title)s: what was recorded of this lot was put right on %(day)s.") % said
    return _("%(title)s: words were struck on %(day)s.") % said


def printed_from(happened: Happened, checkpoint: str) -> str:
    """How far the record went, and how far of it the printed state is signed for."""
    words = _("Printed from the record as it stood with %(n)s entries.") % {
        "n": count(happened.upto)
    }
    try:
        size = Note.read(checkpoint).checkpoint().size
    except ValueError:
        return words
    if size < happened.upto:
        words += " " + _("The newest state that witnesses have signed has %(n)s of them.") % {
            "n": count(size)
        }
    return words
