"""Entries of consultations → meetings, outcomes, stations' readiness and coverage."""

from datetime import datetime

from django.utils import timezone

from pilin.engine.attributes import given
from pilin.engine.entry import Entry
from pilin.engine.models import Matter, Party

from . import entries
from .models import Coverage, Meeting, Outcome, Readiness
from .statements import apply as statements

CONSULTATION = statements.CONSULTATION  # it has the steps of a vote on statements already


@CONSULTATION.on("convene", "reconvene")
def convene(entry: Entry[entries.Convene], matter: Matter) -> None:
    said = entry.data
    time = datetime.fromisoformat(said.time)
    assert matter.org is not None
    before = Meeting.objects.filter(matter=matter).first()
    Meeting.objects.update_or_create(
        matter=matter,
        defaults={
            "org": matter.org,
            "time": time if timezone.is_aware(time) else timezone.make_aware(time),
            "where": said.where,
            "invitees": said.invitees,
            "agenda": said.agenda,
            "held": False,
            "attendance": None,
            "changes": before.changes + 1 if before else 0,
        },
    )


@CONSULTATION.on("hold")
def hold(entry: Entry[entries.Hold], matter: Matter) -> None:
    Meeting.objects.filter(matter=matter).update(held=True, attendance=entry.data.attendance)


@CONSULTATION.on("decide")
def decide(entry: Entry[entries.Decide], matter: Matter) -> None:
    texts = enumerate(entry.data.outcomes, 1)
    Outcome.objects.bulk_create([Outcome(matter=matter, number=n, text=text) for n, text in texts])


@CONSULTATION.on("settle")
def settle(entry: Entry[entries.Settle], matter: Matter) -> None:
    rows = Outcome.objects.filter(matter=matter, number=entry.data.outcome)
    rows.update(settled=True, answer=entry.data.answer)


@CONSULTATION.on("convert", "suggest")
def convert(entry: Entry[entries.OfOutcome], matter: Matter) -> None:
    Outcome.objects.filter(matter=matter, number=entry.data.outcome).update(settled=True)


@CONSULTATION.on("merge")
def merge(entry: Entry[entries.Merge], matter: Matter) -> list[str]:
    """Those who raised or support the merged matter become part of the one it goes into."""
    into = entry.data.into
    for party in Party.objects.filter(matter=matter).order_by("id"):
        Party.objects.get_or_create(
            matter_id=into, person=party.person, defaults={"role": party.role}
        )
    return [f"matter:{into}"]


def coverage(number: int, row: entries.CoverageRow) -> None:
    Coverage.objects.update_or_create(place_id=row.place, defaults=given(Coverage, row))


def readiness(number: int, row: entries.ReadinessRow) -> None:
    Readiness.objects.update_or_create(
        org_id=row.org, item=row.item, defaults={"has": row.has, "title": row.title}
    )
