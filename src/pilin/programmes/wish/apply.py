"""Entries of wishes → wishes and pledges."""

from decimal import Decimal

from django.db.models import F

from pilin.engine.attributes import given
from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.forms.payloads import Words

from . import entries
from .models import ACCEPTED, ASKED, REFUSED, Giver, Pledge, Wish

WISH = Handlers("wish")
WISH.corrects(Wish, "bring", thanks="words")


@WISH.on("submit")
def submit(entry: Entry[entries.Submit], matter: Matter) -> None:
    said = entry.data
    Wish.objects.create(
        matter=matter,
        code=said.code,
        school_id=said.school.id,
        school_words=said.school.name,
        price=said.price,
        bring=said.bring,
    )


@WISH.on("record", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    fields = {**given(Wish, row), "school_id": row.org, "source_row": row.source_row}
    entry.put(Wish, matter, fields)


@WISH.on("publish")
def publish(entry: Entry[entries.Publish], matter: Matter) -> None:
    """Where it can be brought is public from now on; older entries had it public from the start."""
    if entry.data.title:
        Wish.objects.filter(pk=matter.pk).update(bring=entry.data.bring)


@WISH.on("offer")
def offer(entry: Entry[Payload], matter: Matter) -> None:
    """Whoever was refused may offer again: the coordinator looks at it anew."""
    wish = Wish.objects.get(pk=matter.pk)
    Giver.objects.update_or_create(
        school_id=wish.school_id,
        person=entry.actor,
        defaults={"entry": entry.number, "state": ASKED},
    )


@WISH.on("accept_giver")
def accept_giver(entry: Entry[entries.OfGiver], matter: Matter) -> None:
    Giver.objects.filter(entry=entry.data.giver).update(state=ACCEPTED)


@WISH.on("refuse_giver")
def refuse_giver(entry: Entry[entries.RefuseGiver], matter: Matter) -> None:
    Giver.objects.filter(entry=entry.data.giver).update(state=REFUSED)


@WISH.on("claim")
def claim(entry: Entry[Payload], matter: Matter) -> None:
    Wish.objects.filter(pk=matter.pk).update(claimant=entry.actor)


@WISH.on("pledge")
def pledge(entry: Entry[entries.Pledge], matter: Matter) -> None:
    amount = entry.data.amount
    Pledge.objects.create(wish_id=matter.pk, entry=entry.number, person=entry.actor, amount=amount)
    Wish.objects.filter(pk=matter.pk).update(pledged=F("pledged") + amount)


@WISH.on("withdraw_pledge")
def withdraw_pledge(entry: Entry[Payload], matter: Matter) -> None:
    """All that this person put in is free again."""
    own = Pledge.objects.filter(wish_id=matter.pk, person=entry.actor)
    amount = sum((pledge.amount for pledge in own), Decimal(0))
    own.delete()
    Wish.objects.filter(pk=matter.pk).update(pledged=F("pledged") - amount)


@WISH.on("thank")
def thank(entry: Entry[Words], matter: Matter) -> None:
    Wish.objects.filter(pk=matter.pk).update(thanks=entry.data.words)


@WISH.on("give_up", "come_back")
def come_back(entry: Entry[Payload], matter: Matter) -> None:
    Pledge.objects.filter(wish_id=matter.pk).delete()
    Wish.objects.filter(pk=matter.pk).update(claimant="", pledged=0)
