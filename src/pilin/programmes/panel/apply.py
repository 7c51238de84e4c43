"""Entries of panels → their tables."""

from __future__ import annotations

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries
from .models import Panel, Volunteer

PANEL = Handlers("panel")


@PANEL.on("call")
def call(entry: Entry[entries.Call], matter: Matter) -> list[str]:
    said = entry.data
    Panel.objects.create(
        matter=matter,
        consultation=said.consultation,
        text=said.text,
        size=said.size,
        quotas=[quota.dump() for quota in said.quotas],
        until=said.until,
    )
    return [f"matter:{said.consultation}"]


@PANEL.on("join")
def join(entry: Entry[entries.Join], matter: Matter) -> None:
    Volunteer.objects.create(
        panel_id=matter.pk,
        number=entry.number,
        person=entry.actor,
        features=dict(entry.data.features),
    )


@PANEL.on("leave")
def leave(entry: Entry[Payload], matter: Matter) -> None:
    Volunteer.objects.filter(panel=matter.pk, person=entry.actor).delete()


@PANEL.on("commit")
def commit(entry: Entry[entries.Commit], matter: Matter) -> None:
    said = {**entry.data.dump(), "entry": entry.number, "by": entry.actor}
    Panel.objects.filter(pk=matter.pk).update(committed=said, word="")


@PANEL.on("reopen")
def reopen(entry: Entry[Payload], matter: Matter) -> None:
    Panel.objects.filter(pk=matter.pk).update(committed=None, word="")


@PANEL.on("word")
def word(entry: Entry[entries.Word], matter: Matter) -> None:
    Panel.objects.filter(pk=matter.pk).update(word=entry.data.word)


@PANEL.on("draw")
def draw(entry: Entry[entries.Draw], matter: Matter) -> list[str]:
    said = {**entry.data.dump(), "entry": entry.number}
    Panel.objects.filter(pk=matter.pk).update(drawn=said)
    for number in entry.data.panel:
        Volunteer.objects.filter(panel=matter.pk, number=number).update(seat="asked")
    return [_consultation(matter)]


@PANEL.on("report")
def report(entry: Entry[entries.Found], matter: Matter) -> list[str]:
    Panel.objects.filter(pk=matter.pk).update(report=entry.data.words)
    return [_consultation(matter)]


@PANEL.on("drop")
def drop(entry: Entry[Payload], matter: Matter) -> list[str]:
    return [_consultation(matter)]


def _consultation(matter: Matter) -> str:
    """The scope of the page that shows it beside."""
    return f"matter:{Panel.objects.values_list('consultation', flat=True).get(pk=matter.pk)}"


@PANEL.on("seat")
def seat(entry: Entry[entries.Seat], matter: Matter) -> None:
    """Where a seat is not taken, the next of those alike is asked."""
    own = Volunteer.objects.get(panel=matter.pk, person=entry.actor)
    takes = entry.data.takes == "yes"
    Volunteer.objects.filter(pk=own.pk).update(seat="taken" if takes else "declined")
    if takes:
        return
    drawn = Panel.objects.get(pk=matter.pk).drawn or {}
    there = {v.number: v for v in Volunteer.objects.filter(panel=matter.pk)}
    for row in drawn.get("substitutes", ()):
        alike = [there[number] for number in row if number in there]
        if not alike or alike[0].features != own.features:
            continue
        free = next((v for v in alike if not v.seat), None)
        if free is not None:
            Volunteer.objects.filter(pk=free.pk).update(seat="asked")
