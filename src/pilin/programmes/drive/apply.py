"""Entries of drives → drives, their goods, and shipments."""

from django.db.models import F

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.undone import Corrected
from pilin.forms.payloads import Words

from . import entries
from .models import Batch, Drive, Item, Promise

DRIVE = Handlers("drive")


@DRIVE.on("open")
def open_drive(entry: Entry[entries.Open], matter: Matter) -> None:
    said = entry.data
    drive = Drive.objects.create(
        matter=matter,
        text=said.text,
        where=said.where,
        until=said.until,
        recipient_id=said.recipient.id,
    )
    goods = {g.name: g for g in said.goods}.values()
    Item.objects.bulk_create(
        Item(drive=drive, number=n, name=g.name, unit=g.unit, wanted=g.count)
        for n, g in enumerate(goods, 1)
    )


@DRIVE.on("record", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    """Goods as a register says they came and were handed over."""
    row = entry.data.row
    entry.put(Drive, matter, {"source_row": row.source_row})
    Item.objects.filter(drive_id=matter.pk).delete()
    Item.objects.bulk_create(
        Item(
            drive_id=matter.pk,
            number=n,
            name=i.name,
            unit=i.unit,
            came=i.count,
            given=i.count,
            at_least=i.at_least,
            wording=i.wording,
        )
        for n, i in enumerate(row.items, 1)
    )


@DRIVE.on("receive")
def receive(entry: Entry[entries.Receive], matter: Matter) -> None:
    rows = Item.objects.filter(drive_id=matter.pk, number=entry.data.item)
    rows.update(came=F("came") + entry.data.count)
    if entry.data.promise is not None:
        made = Promise.objects.filter(drive_id=matter.pk, entry=entry.data.promise)
        made.update(received=entry.number)


@DRIVE.on("promise")
def promise(entry: Entry[entries.Promise], matter: Matter) -> None:
    said = entry.data
    Promise.objects.create(
        drive_id=matter.pk,
        entry=entry.number,
        day=entry.day,
        person=entry.actor,
        item=said.item,
        count=said.count,
    )


@DRIVE.on("withdraw_promise")
def withdraw_promise(entry: Entry[entries.WithdrawPromise], matter: Matter) -> None:
    Promise.objects.filter(drive_id=matter.pk, entry=entry.data.promise).delete()


@DRIVE.on("thank")
def thank(entry: Entry[Words], matter: Matter) -> None:
    Drive.objects.filter(pk=matter.pk).update(thanks=entry.data.words)


@DRIVE.on("ship")
def ship(entry: Entry[entries.Ship], matter: Matter) -> None:
    said, own = entry.data, Item.objects.filter(drive_id=matter.pk)
    numbers = dict(own.values_list("name", "number"))
    lines = [[numbers[g.name], g.count] for g in said.goods]
    for number, count in lines:
        own.filter(number=number).update(given=F("given") + count)
    Batch.objects.create(drive_id=matter.pk, entry=entry.number, to=said.to, lines=lines)


@DRIVE.on("correct")
def correct(entry: Entry[Corrected], matter: Matter) -> None:
    said = entry.data
    own = Drive.objects.filter(pk=matter.pk)
    for column, answer in (("text", "text"), ("where", "where"), ("thanks", "words")):
        if answer in said.words:
            own.filter(**{column: said.was[answer]}).update(**{column: said.words[answer]})
    if "to" in said.words:
        Batch.objects.filter(drive_id=matter.pk, entry=said.entry).update(to=said.words["to"])


@DRIVE.on("hand_over")
def hand_over(entry: Entry[entries.HandOver], matter: Matter) -> None:
    rows = Batch.objects.filter(drive_id=matter.pk, entry=entry.data.batch)
    rows.update(handed_over=entry.day)
