"""Entries of suggestions → suggestions."""

from typing import Any

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from .models import Suggestion

SUGGESTION = Handlers("suggestion")


@SUGGESTION.every
def apply(record: Record, matter: Matter) -> list[str] | None:
    data, own = record.body["data"], Suggestion.objects.filter(pk=matter.pk)
    match record.body["step"]:
        case "write":
            studio = data["studio"]["id"]
            Suggestion.objects.create(matter=matter, type=data["type"], studio_id=studio)
            return [f"org:{studio}"]
        case "from_outcome":
            Suggestion.objects.create(matter=matter, type="opinion")
        case "record_summary" | "amend":
            _record(data["row"], matter)
        case "assign" | "reassign":
            assisting = [o["id"] for o in data.get("assisting", [])]
            own.update(lead_id=data["lead"]["id"], assisting=assisting)
        case "answer":
            own.update(answer=data["answer"])
        case "unsatisfied":
            own.update(level=1)
    return None


def _record(row: dict[str, Any], matter: Matter) -> None:
    names = ("type_wording", "count", "as_of", "source_row")
    Suggestion.objects.update_or_create(
        matter=matter, defaults={**{k: row.get(k) for k in names}, "studio_id": row.get("org")}
    )
