"""Entries of agreements → agreements, signatures, lead projects."""

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.engine.undone import Corrected

from . import entries
from .models import Agreement, LeadProject, Signature

AGREEMENT = Handlers("agreement")
AGREEMENT.records(Agreement)


@AGREEMENT.on("draft", "redraft")
def draft(entry: Entry[entries.Draft], matter: Matter) -> None:
    said = entry.data
    fields = {
        "fields": said.fields_of_work,
        "text": said.text,
        "until": said.until,
        "left": said.org.name,
        "right": ";".join(p.name for p in said.parties)[:300],
    }
    entry.put(Agreement, matter, fields)


@AGREEMENT.on("sign")
def sign(entry: Entry[Payload], matter: Matter) -> None:
    assert entry.org is not None  # signed by whoever answers for a party
    Signature.objects.create(
        agreement_id=matter.pk, org_id=entry.org, entry=entry.number, day=entry.day
    )
    if matter.state == "in_force":
        day = entry.day.isoformat()
        moment = {"start": day, "end": day, "precision": "day", "wording": day}
        Agreement.objects.filter(pk=matter.pk).update(signed_on=moment, renewed_from=None)


@AGREEMENT.on("object")
def object_to(entry: Entry[Payload], matter: Matter) -> None:
    _void_signatures(matter)


@AGREEMENT.on("renew")
def renew(entry: Entry[entries.Renew], matter: Matter) -> None:
    _void_signatures(matter)
    own = Agreement.objects.filter(pk=matter.pk)
    own.update(until=entry.data.until, renewed_from=own.get().until or entry.day)


@AGREEMENT.on("keep_old")
def keep_old(entry: Entry[Payload], matter: Matter) -> None:
    _void_signatures(matter)
    own = Agreement.objects.filter(pk=matter.pk)
    own.update(until=own.get().renewed_from, renewed_from=None)


@AGREEMENT.on("lead_project")
def lead_project(entry: Entry[entries.LeadProject], matter: Matter) -> None:
    said = entry.data
    LeadProject.objects.create(
        agreement_id=matter.pk,
        entry=entry.number,
        field=said.field,
        title=said.title,
        official=said.official,
    )


@AGREEMENT.on("correct")
def correct(entry: Entry[Corrected], matter: Matter) -> None:
    said = entry.data
    if "official" in said.words:
        line = LeadProject.objects.filter(agreement=matter.pk, entry=said.entry)
        line.update(official=said.words["official"])


def _void_signatures(matter: Matter) -> None:
    Signature.objects.filter(agreement_id=matter.pk).delete()
