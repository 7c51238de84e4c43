"""Entries of suggestions → suggestions."""

from pilin.engine.attributes import given
from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries
from .models import Suggestion

SUGGESTION = Handlers("suggestion")
SUGGESTION.sets("assign", Suggestion, "lead", "assisting")
SUGGESTION.sets("reassign", Suggestion, "lead", "assisting")
SUGGESTION.sets("answer", Suggestion, "answer")
SUGGESTION.corrects(Suggestion, "answer")


@SUGGESTION.on("write")
def write(entry: Entry[entries.Write], matter: Matter) -> list[str]:
    said = entry.data
    Suggestion.objects.create(matter=matter, type=said.type, studio_id=said.studio.id)
    return [f"org:{said.studio.id}"]


@SUGGESTION.on("from_outcome")
def from_outcome(entry: Entry[entries.Outcome], matter: Matter) -> None:
    Suggestion.objects.create(matter=matter, type="opinion")


@SUGGESTION.on("record_summary", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    fields = {**given(Suggestion, row), "studio_id": row.org, "source_row": row.source_row}
    entry.put(Suggestion, matter, fields)


@SUGGESTION.on("unsatisfied")
def unsatisfied(entry: Entry[Payload], matter: Matter) -> None:
    Suggestion.objects.filter(pk=matter.pk).update(level=1)
