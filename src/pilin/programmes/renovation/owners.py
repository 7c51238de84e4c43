"""Whose flat is whose: what somebody says, what the committee finds, and what an owner is told.

A person and a code of the register stand together in the sealed part of an entry alone. Nobody's
account is tied to a flat in public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine import sealed
from pilin.engine.audiences import Wrote
from pilin.engine.models import Matter
from pilin.engine.payload import Nothing
from pilin.engine.situation import Situation
from pilin.engine.telling import Audience, Telling
from pilin.forms.fields import Line, Text
from pilin.forms.step_form import StepForm
from pilin.kit.programme import Unseen
from pilin.ledger import log, sealed_parts
from pilin.people.actor import Actor
from pilin.wording.reading import day

from . import entries
from .counting import NOTHING, ballot
from .models import ASKED, GRANTED, REFUSED, Ownership, Register, Renovation, Vote
from .people import counter

#: As a register has them: unit, area in m², codes of owners.
Units = Sequence[tuple[str, str, Sequence[str]]]


def code_of(claim: Ownership) -> str:
    """The code somebody named; "" where it was erased."""
    part = sealed_parts.sealed(log.MAIN, claim.entry) or {}
    return str(part.get("owner", ""))


def claim_of(matter: int, person: str) -> Ownership | None:
    """What a person said that still stands: waiting, or confirmed."""
    rows = Ownership.objects.filter(renovation_id=matter, person=person)
    return rows.exclude(state=REFUSED).first()


def waiting(matter: int) -> Iterator[tuple[Ownership, str]]:
    """Claims nobody has looked at, oldest first, with their codes; those erased are left out."""
    rows = Ownership.objects.filter(renovation_id=matter, state=ASKED).order_by("entry")
    return ((row, code) for row in rows if (code := code_of(row)))


def codes_of(register: Register | None) -> set[str]:
    return {
        code for _unit, _area, owners in (register.units if register else ()) for code in owners
    }


def _owners(t: Telling) -> list[str]:
    rows = Ownership.objects.filter(renovation_id=t.after.pk, state=GRANTED)
    return list(rows.values_list("person", flat=True))


OWNERS = Audience(_("the owners who are known"), "news", _owners)
MAY_VOTE = Audience(_("the owners who are known"), "vote", _owners)


def claimed(t: Telling) -> Wrote:
    """Whose claim was looked at, and the entry it was made in."""
    rows = Ownership.objects.filter(renovation_id=t.after.pk, entry=t.said["claim"])
    found = rows.first()
    return Wrote(found.person, found.entry) if found else Wrote("", None)


def unclaimed(s: Situation) -> bool:
    """There is a register, and the actor has not said yet which code is theirs."""
    if s.actor.kind != "person" or not Register.objects.filter(pk=s.the_matter.pk).exists():
        return False
    return claim_of(s.the_matter.pk, s.actor.person) is None


def some_wait(s: Situation) -> bool:
    """Somebody else than the actor waits to be confirmed: nobody confirms themselves."""
    rows = Ownership.objects.filter(renovation_id=s.the_matter.pk, state=ASKED)
    return rows.exclude(person=s.actor.person).exists()


class OwnForm(StepForm):
    payload = Nothing
    sealed = withheld = ("owner",)
    owner = Line(
        label=_("Your owner's code"),
        max_length=40,
        help_text=_(
            "It stands on your paper ballot, or ask the committee. Only you and the committee can read"
            " it here. Do not attach papers: files are public. Show those at the committee's office."
        ),
    )

    def clean_owner(self) -> str:
        code: str = self.cleaned_data["owner"]
        register = Register.objects.filter(pk=self.situation.the_matter.pk).first()
        if code not in codes_of(register):
            raise ValidationError(_("The register of units has no such code."))
        return code


def words(claim: Ownership, code: str) -> dict[str, Any]:
    """A claim as the committee tells it from another on the same code: by the number that whoever
    made it was told."""
    return {"code": code, "n": claim.entry, "day": day(claim.day)}


class _OneClaim(StepForm):
    """Chooses among claims of others. Which code it is about is published by neither answer."""

    claim = forms.TypedChoiceField(label=_("Whose?"), coerce=int)

    def prepare(self) -> None:
        mine = self.situation.actor.person
        others = [o for o in waiting(self.situation.the_matter.pk) if o[0].person != mine]
        read = log.some(log.MAIN, [row.entry for row, _code in others])
        sealed.note_read(self.situation, read)
        said = _("%(code)s · number %(n)d of %(day)s")
        self.offer("claim", [(row.entry, said % words(row, code)) for row, code in others])

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        return "" if name == "claim" else super()._chosen(name, value)


class ConfirmForm(_OneClaim):
    payload = entries.ConfirmOwner
    claim = forms.TypedChoiceField(
        label=_("Whose?"),
        coerce=int,
        help_text=_(
            "Confirm only whoever has shown you that the flat is theirs, and told you this number."
        ),
    )


class RefuseForm(_OneClaim):
    payload = entries.RefuseOwner
    reason = Text(label=_("Why not?"), max_length=400, rows=2)


# What an owner is told ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """What a page may tell somebody: `counts`, that they enter and count ballots; `code`, which is
    theirs as the committee confirmed; `asked`, the number of their claim where that still waits."""

    counts: bool = False
    code: str = ""
    asked: int = 0

    def inside(self, units: Units) -> bool:
        """Whether they may know how each of these flats voted: whoever counts, and every owner."""
        return self.counts or any(self.code in owners for _unit, _area, owners in units)


def reader(matter: Matter, actor: Actor) -> Reader:
    """What the pages of a renovation may tell `actor`; nothing of its own to a visitor."""
    if actor.kind != "person":
        return Reader()
    now = timezone.now()
    s = Situation(actor, matter, now, timezone.localdate(now))
    counts = counter.allows(s) is not None
    claim = claim_of(matter.pk, actor.person)
    if claim is None:
        return Reader(counts)
    granted = claim.state == GRANTED
    return Reader(counts, code_of(claim) if granted else "", 0 if granted else claim.entry)


@dataclass(frozen=True)
class Flat:
    """What belongs to one owner's code: units as (code, area), and their part of the cost in yuan."""

    units: list[tuple[str, str]]
    area: Fraction
    whole: Fraction
    pays: Decimal | None
    together: Decimal | None

    @property
    def percent(self) -> str:
        return f"{float(self.area / self.whole) * 100:.2f}%"


def flat(register: Register, code: str, found: Renovation) -> Flat | None:
    """None where the register has no such code any more.

    Owners bear the cost by area where nothing else was agreed (Civil Code of China, Art. 283).
    """
    units = [(unit, area) for unit, area, owners in register.units if code in owners]
    if not units:
        return None
    area = sum((Fraction(a) for _unit, a in units), Fraction(0))
    whole = Fraction(register.area)
    pays = None
    if found.owners_pay is not None:
        exact = Fraction(found.owners_pay) * area / whole
        pays = (Decimal(exact.numerator) / exact.denominator).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
    return Flat(units, area, whole, pays, found.owners_pay)


def where(vote: Vote) -> str:
    """Where ballots are handed in, as the entry says that called the vote."""
    record = log.get(log.MAIN, vote.pk)
    return str(record.body["data"].get("where", "")) if record else ""


def has_arrived(vote: Vote, code: str) -> bool:
    """Whether a paper of this owner was entered, however it was read."""
    papers = vote.papers.filter(units__overlap=_units(vote, code)).prefetch_related("readings")
    return any(ballot(p, p.readings.all()).standing != NOTHING for p in papers)


def _units(vote: Vote, code: str) -> list[str]:
    return [unit for unit, _area, owners in vote.units if code in owners]


def unseen() -> Iterator[Unseen]:
    """What owners said and the committee has not looked at."""
    for claim in Ownership.objects.filter(state=ASKED, renovation__matter__is_open=True):
        matter = claim.renovation_id
        url = reverse("web:step", args=[matter, "confirm_owner"])
        yield Unseen(claim.entry, matter, _("Somebody says that a flat is theirs"), url)
