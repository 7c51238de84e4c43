"""Entries of service requests → requests."""

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from .models import Request

SERVICE = Handlers("service")


@SERVICE.every
def apply(record: Record, matter: Matter) -> None:
    data, own = record.body["data"], Request.objects.filter(pk=matter.pk)
    match record.body["step"]:
        case "ask":
            Request.objects.create(matter=matter, firm=data.get("firm", ""))
        case "assign":
            own.update(assigned_id=data["to"]["id"])
        case "hand_back":
            own.update(assigned=None)
        case "answer":
            own.update(answer=data["answer"])
