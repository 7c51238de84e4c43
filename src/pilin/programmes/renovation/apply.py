"""Entries of renovations → surveys, plans, votes with every reading, approvals, accounts."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django.db.models import F

from pilin.deciding.owners import exact, together
from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Part, Payload
from pilin.forms.payloads import Reason, Words

from . import entries
from .counting import ballots, left_out, papers
from .fields import total
from .models import (
    ASKED,
    GRANTED,
    NONE,
    REFUSED,
    VOID,
    Acceptance,
    Accounts,
    Approval,
    Ownership,
    Paper,
    Progress,
    Reading,
    Register,
    Renovation,
    Survey,
    Vote,
)

RENOVATION = Handlers("renovation")
RENOVATION.creates("propose", Renovation, "neighbourhood", "households")
RENOVATION.corrects(Renovation, "neighbourhood")
RENOVATION.records(Renovation, "record", "record_done", "amend")


def _plain(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """As the tables keep them."""
    return [part.dump() for part in parts]


@RENOVATION.on("survey")
def survey(entry: Entry[entries.Survey], matter: Matter) -> None:
    said = entry.data
    Survey.objects.create(
        renovation_id=matter.pk,
        round=Survey.objects.filter(renovation_id=matter.pk).count() + 1,
        day=entry.day,
        asked=said.asked,
        answered=said.answered,
        needs=_plain(said.needs),
    )


@RENOVATION.on("units")
def units(entry: Entry[entries.Units], matter: Matter) -> None:
    known = Register.objects.filter(pk=matter.pk).first() if entry.data.add else None
    every = [*(known.units if known else ()), *entry.data.units]
    fields = {
        "units": every,
        "unit_count": len(every),
        "owner_count": len({together(owners) for _code, _area, owners in every}),
        "area": exact(sum((Fraction(area) for _code, area, _owners in every), Fraction(0))),
    }
    Register.objects.update_or_create(renovation_id=matter.pk, defaults=fields)


@RENOVATION.on("plan", "replan", "amend_plan")
def plan(entry: Entry[entries.Plan], matter: Matter) -> None:
    said = entry.data
    Renovation.objects.filter(pk=matter.pk).update(
        plan=said.plan,
        cost=said.cost,
        finance=_plain(said.finance),
        finish=said.finish,
        owners_pay=said.owners_pay,
        talks=0,
    )


@RENOVATION.on("discuss")
def discuss(entry: Entry[Payload], matter: Matter) -> None:
    Renovation.objects.filter(pk=matter.pk).update(talks=F("talks") + 1)


@RENOVATION.on("own_flat")
def own_flat(entry: Entry[Payload], matter: Matter) -> None:
    Ownership.objects.create(
        renovation_id=matter.pk, entry=entry.number, day=entry.day, person=entry.actor
    )


@RENOVATION.on("confirm_owner")
def confirm_owner(entry: Entry[entries.ConfirmOwner], matter: Matter) -> None:
    _found_out(matter, entry.data.claim, GRANTED)


@RENOVATION.on("refuse_owner")
def refuse_owner(entry: Entry[entries.RefuseOwner], matter: Matter) -> None:
    _found_out(matter, entry.data.claim, REFUSED)


def _found_out(matter: Matter, claim: int, state: str) -> None:
    Ownership.objects.filter(renovation_id=matter.pk, entry=claim).update(state=state)


@RENOVATION.on("call")
def call(entry: Entry[entries.Call], matter: Matter) -> None:
    """The register is frozen as it is now, and every owner has a ballot."""
    said = entry.data
    frozen = Register.objects.get(pk=matter.pk).units
    vote = Vote.objects.create(
        id=entry.number,
        renovation_id=matter.pk,
        number=Vote.objects.filter(renovation_id=matter.pk).count() + 1,
        questions=_plain(said.questions),
        first=said.first,
        until=said.until,
        units=frozen,
    )
    Paper.objects.bulk_create(papers(vote))


def _last_vote(matter: Matter) -> Vote:
    vote: Vote = Vote.objects.filter(renovation_id=matter.pk).latest("number")
    return vote


def _change(vote: Vote, **fields: Any) -> None:
    Vote.objects.filter(pk=vote.pk).update(**fields)


@RENOVATION.on("extend")
def extend(entry: Entry[entries.Extend], matter: Matter) -> None:
    _change(_last_vote(matter), until=entry.data.until)


@RENOVATION.on("call_off")
def call_off(entry: Entry[Payload], matter: Matter) -> None:
    _change(_last_vote(matter), called_off=True)


@RENOVATION.on("enter")
def enter(entry: Entry[entries.Enter], matter: Matter) -> None:
    """Of each ballot, what this person now reads takes the place of what they read before."""
    read = entry.data.ballots
    theirs = Paper.objects.filter(vote=_last_vote(matter), owner__in=[b.owner for b in read])
    by_owner = {p.owner: p for p in theirs}
    Reading.objects.filter(paper__in=theirs, person=entry.actor).delete()
    Reading.objects.bulk_create(
        Reading(
            paper=by_owner[b.owner],
            person=entry.actor,
            entry=entry.number,
            answers=list(b.answers),
            way=b.way,
        )
        for b in read
        if b.way != NONE
    )


@RENOVATION.on("count")
def count(entry: Entry[entries.Count], matter: Matter) -> None:
    vote = _last_vote(matter)
    _change(
        vote,
        counted=entry.number,
        results=_plain(entry.data.results),
        left_out=left_out(ballots(vote)),
        why=entry.data.why,
    )


@RENOVATION.on("ask", "ask_more")
def ask(entry: Entry[entries.Ask], matter: Matter) -> None:
    """One more is asked beside those asked before; else all are asked anew."""
    last = Approval.objects.filter(renovation_id=matter.pk).order_by("-round").first()
    n = (last.round if last else 0) + (entry.step == "ask")
    Approval.objects.bulk_create(
        Approval(
            renovation_id=matter.pk,
            round=n,
            org_id=row.org.id,
            what=row.what,
            asked=entry.day,
            due=row.until,
        )
        for row in entry.data.approvals
    )


def _answer(entry: Entry[Payload], matter: Matter, state: str, words: str) -> None:
    waiting = Approval.objects.filter(renovation_id=matter.pk, state=ASKED)
    own = waiting.filter(org_id=entry.org)
    own.update(state=state, answered=entry.day, words=words)


def _free(matter: Matter) -> None:
    """Whoever has not answered yet need not any more."""
    Approval.objects.filter(renovation_id=matter.pk, state=ASKED).update(state=VOID)


@RENOVATION.on("grant")
def grant(entry: Entry[Words], matter: Matter) -> None:
    _answer(entry, matter, GRANTED, entry.data.words)


@RENOVATION.on("refuse")
def refuse(entry: Entry[Reason], matter: Matter) -> None:
    _answer(entry, matter, REFUSED, entry.data.reason)
    _free(matter)


@RENOVATION.on("stop")
def stop(entry: Entry[Payload], matter: Matter) -> None:
    _free(matter)


@RENOVATION.on("report")
def report(entry: Entry[entries.Report], matter: Matter) -> None:
    said = entry.data
    Progress.objects.create(
        renovation_id=matter.pk,
        entry=entry.number,
        day=entry.day,
        words=said.words,
        spent=said.spent,
    )
    Renovation.objects.filter(pk=matter.pk).update(spent=said.spent)


@RENOVATION.on("publish")
def publish(entry: Entry[entries.Publish], matter: Matter) -> None:
    said = entry.data
    income, spending = _plain(said.income), _plain(said.spending)
    fields = {
        "day": entry.day,
        "income": income,
        "spending": spending,
        "came": total(income),
        "spent": total(spending),
        "left": said.remainder,
        "left_to": said.left_to,
    }
    Accounts.objects.update_or_create(renovation_id=matter.pk, defaults=fields)


@RENOVATION.on("confirm")
def confirm(entry: Entry[Payload], matter: Matter) -> None:
    Acceptance.objects.create(renovation_id=matter.pk, person=entry.actor, entry=entry.number)


@RENOVATION.on("dispute")
def dispute(entry: Entry[Payload], matter: Matter) -> None:
    Acceptance.objects.filter(renovation_id=matter.pk).delete()
