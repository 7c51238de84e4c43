"""Entries of service requests → requests."""

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries
from .models import Request

SERVICE = Handlers("service")
SERVICE.creates("ask", Request, "firm")
SERVICE.sets("answer", Request, "answer")
SERVICE.corrects(Request, "firm", "answer")


@SERVICE.on("assign")
def assign(entry: Entry[entries.Assign], matter: Matter) -> None:
    Request.objects.filter(pk=matter.pk).update(assigned_id=entry.data.to.id)


@SERVICE.on("hand_back")
def hand_back(entry: Entry[Payload], matter: Matter) -> None:
    Request.objects.filter(pk=matter.pk).update(assigned=None)
