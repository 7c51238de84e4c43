"""Entries of nominations → their tables."""

from __future__ import annotations

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.engine.workdays import after

from . import entries
from .models import Contested, Inquiry, Member, Nomination, Objection
from .rules import DAYS

NOMINATION = Handlers("nomination")


@NOMINATION.on("nominate")
def nominate(entry: Entry[entries.Nominate], matter: Matter) -> None:
    said = entry.data
    unit = said.unit.id if said.unit else None
    Nomination.objects.create(matter=matter, day=said.day, unit_id=unit, minor=said.minor)


@NOMINATION.on("record", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    said = {
        "day": row.day,
        "amount": row.amount,
        "conferred": row.day,
        "source_row": row.source_row,
    }
    entry.put(Nomination, matter, said)


@NOMINATION.on("consent")
def consent(entry: Entry[entries.Consent], matter: Matter) -> None:
    said = {"agrees": entry.data.agrees, **({"minor": True} if entry.data.minor else {})}
    Nomination.objects.filter(pk=matter.pk).update(**said)


@NOMINATION.on("inquire")
def inquire(entry: Entry[entries.Inquire], matter: Matter) -> None:
    due = after(entry.day, DAYS["inquire"])
    Inquiry.objects.bulk_create(
        Inquiry(nomination_id=matter.pk, org_id=org.id, due=due) for org in entry.data.offices
    )


@NOMINATION.on("reply")
def reply(entry: Entry[entries.Reply], matter: Matter) -> None:
    own = Inquiry.objects.filter(nomination=matter.pk, org=entry.org, finding="")
    own.update(finding=entry.data.finding, entry=entry.number)


@NOMINATION.on("late", "go_on")
def late(entry: Entry[entries.Late], matter: Matter) -> None:
    orgs = [org.id for org in entry.data.offices]
    Inquiry.objects.filter(nomination=matter.pk, org__in=orgs).update(late=True)


@NOMINATION.on("summon")
def summon(entry: Entry[entries.Summon], matter: Matter) -> None:
    """A committee that is called again begins anew."""
    Member.objects.filter(nomination=matter.pk).delete()
    Nomination.objects.filter(pk=matter.pk).update(sheet=None, opened=None)
    Member.objects.bulk_create(
        Member(nomination_id=matter.pk, person=person, number=n)
        for n, person in enumerate(entry.data.members, 1)
    )


@NOMINATION.on("cast")
def cast(entry: Entry[entries.Cast], matter: Matter) -> None:
    own = Member.objects.filter(nomination=matter.pk, person=entry.actor)
    own.update(voted=entry.number)


@NOMINATION.on("recuse")
def recuse(entry: Entry[entries.Recuse], matter: Matter) -> None:
    own = Member.objects.filter(nomination=matter.pk, person=entry.actor)
    own.update(recused=entry.data.relation)


@NOMINATION.on("open", "open_late")
def opened(entry: Entry[entries.Opened], matter: Matter) -> None:
    own = Nomination.objects.filter(pk=matter.pk)
    own.update(sheet=entry.data.dump(), opened=entry.number)


@NOMINATION.on("post")
def post(entry: Entry[entries.Post], matter: Matter) -> None:
    own = Nomination.objects.filter(pk=matter.pk)
    own.update(name=entry.data.name, until=entry.data.until)


@NOMINATION.on("object")
def object_(entry: Entry[entries.Object], matter: Matter) -> None:
    Objection.objects.create(
        id=entry.number, nomination_id=matter.pk, person=entry.actor, text=entry.data.text
    )


@NOMINATION.on("answer")
def answer(entry: Entry[entries.Answer], matter: Matter) -> None:
    own = Objection.objects.filter(pk=entry.data.objection, nomination=matter.pk)
    own.update(answer=entry.data.answer)


@NOMINATION.on("confer")
def confer(entry: Entry[entries.Confer], matter: Matter) -> None:
    said = entry.data
    own = Nomination.objects.filter(pk=matter.pk)
    own.update(
        amount=said.amount, conferred=entry.day, **({"name": said.name} if said.name else {})
    )


@NOMINATION.on("heard", "unheard")
def heard(entry: Entry[Payload], matter: Matter) -> None:
    Nomination.objects.filter(pk=matter.pk).update(heard=True)


@NOMINATION.on("contest")
def contest(entry: Entry[entries.Contest], matter: Matter) -> list[str]:
    Contested.objects.filter(nomination=matter.pk).delete()
    Contested.objects.bulk_create(
        Contested(nomination_id=matter.pk, other=entry.data.other, org_id=hall.id)
        for hall in entry.data.halls
    )
    return [f"matter:{entry.data.other}"]


@NOMINATION.on("settle")
def settle(entry: Entry[entries.Settle], matter: Matter) -> None:
    own = Contested.objects.filter(nomination=matter.pk, org=entry.org)
    own.update(keeps=entry.data.keeps)


@NOMINATION.on("revoke")
def revoke(entry: Entry[entries.Revoke], matter: Matter) -> None:
    Nomination.objects.filter(pk=matter.pk).update(revoked=True)
