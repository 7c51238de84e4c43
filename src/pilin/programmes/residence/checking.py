"""A home is checked: by a code, or in a register. Each way counts what is tried, and says no more
than that it did not fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.act import act
from pilin.ledger.log import Record
from pilin.people import used
from pilin.people.actor import HOUSE, Actor
from pilin.people.codes import Made
from pilin.people.models import Residence

from . import documents, secret
from .models import Code, Resident, ShownCode

#: Whose tries are counted: of a place, those that did not fit.
PERSON, ADDRESS, PLACE = "home", "home from", "home at"
#: Codes entered and look-ups in a register that an account has on a day, and an address.
TRIES, OF_ADDRESS = 6, 60
#: Look-ups at a place that did not fit. After so many on a day each account has one: whoever knows
#: their own number is not held up, and whoever guesses with many accounts is.
OF_PLACE, THEN = 60, 1


class NotChecked(Exception):
    """Why not: `many` tries today, or `unfit`: nothing more is told."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _try(person: str, address: str, most: int = TRIES) -> None:
    """Count a try, whatever comes of it. Raises NotChecked."""
    several = used.use(PERSON, person) > most
    if address and used.use(ADDRESS, secret.of_address(address)) > OF_ADDRESS:
        several = True
    if several:
        raise NotChecked("many")


def _unfit_at(place: int) -> int:
    return used.today(PLACE, str(place))


def by_code(person: str, text: str, address: str = "") -> int:
    """Use up a code for somebody; gives the entry. Raises NotChecked."""
    _try(person, address)
    today = timezone.localdate()
    with transaction.atomic():
        rows = Code.objects.select_for_update().filter(digest=secret.of_code(text))
        code = rows.filter(used=None, expires__gte=today).first()
        if code is None:
            raise NotChecked("unfit")
        Code.objects.filter(pk=code.pk).update(used=timezone.now())
        said = {"person": person, "place": code.place, "until": code.until, "batch": code.batch}
        return act(HOUSE, "residence", "enter_code", said).number


def by_register(person: str, number: str, birth: date, place: int, address: str = "") -> int:
    """Match somebody with the one row of a register that is theirs; gives the entry.

    Raises NotChecked: the same whether there is no such row, another account has it, or the number is
    none, after the same work.
    """
    _try(person, address, THEN if _unfit_at(place) >= OF_PLACE else TRIES)
    try:
        return _matched(person, number, birth, place)
    except NotChecked:
        used.use(PLACE, str(place))
        raise


def _matched(person: str, number: str, birth: date, place: int) -> int:
    try:
        kept, _born = documents.read(number)
    except documents.NoNumber:
        kept = ""
    digest, who = secret.of_resident(kept, birth, place), secret.of_number(kept)
    with transaction.atomic():
        row = Resident.objects.select_for_update().filter(digest=digest).first()
        others = Resident.objects.filter(who=who).exclude(taken_by__in=("", person)).exists()
        today = timezone.localdate()
        if row is None or others or row.until < today:
            raise NotChecked("unfit")
        Resident.objects.filter(pk=row.pk).update(taken_by=person)
        said = {"person": person, "place": row.place, "until": row.until}
        return act(HOUSE, "residence", "match", said).number


def leave(person: str) -> None:
    """For an account that is erased: its homes end, its row of a register is free again."""
    today = timezone.localdate()
    for home in Residence.objects.filter(person=person, until__gte=today).exclude(way="demo"):
        said = {"entry": home.entry, "reason": str(_("The account was erased."))}
        act(HOUSE, "residence", "end", said)
    Resident.objects.filter(taken_by=person).update(taken_by="")
    ShownCode.objects.filter(person=person).delete()


def make(actor: Actor, said: dict[str, object]) -> Made:
    """Make a batch of codes as `actor`. Raises Refused."""
    with transaction.atomic():
        record = act(actor, "residence", "make_codes", said)
        data = record.body["data"]
        codes = [secret.new_code() for _n in range(data["number"])]
        Code.objects.bulk_create(
            Code(
                digest=secret.of_code(code),
                batch=record.number,
                place=data["place"]["id"],
                expires=date.fromisoformat(data["expires"]),
                until=date.fromisoformat(data["until"]),
            )
            for code in codes
        )
    return Made(record.number, codes)


def enrol(people: Sequence[str], place: int, until: date, at: datetime | None = None) -> int:
    """Made-up people, for a demo or a trial of many: one entry for all of them."""
    said = {"people": list(people), "place": place, "until": until.isoformat()}
    return act(HOUSE, "residence", "enrol", said, at=at).number


def withdrawn(record: Record) -> None:
    """Take what is unused of the batch away, as the entry says."""
    Code.objects.filter(batch=record.body["data"]["batch"], used=None).delete()
