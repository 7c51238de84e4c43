"""What a quick application comes to where every fact it hangs on is certain: granted, without vetting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from pilin.deciding.policies.conditions import comparisons, evaluate
from pilin.engine.act import act
from pilin.engine.telling import Telling
from pilin.ledger import log, sealed_parts
from pilin.ledger.log import Record
from pilin.people.actor import HOUSE

from .models import CAME, FIRMS, Clause, Firm, Grant, Profile


def pass_at_once(record: Record) -> None:
    """Taken beside an application: where it is certain, the house grants it."""
    said = record.body
    if certain(said["matter"], date.fromisoformat(said["day"])) is not None:
        act(HOUSE, said["matter"], "pass", {}, at=datetime.fromisoformat(said["at"]))


def certain(key: int, on: date) -> Decimal | None:
    """What a quick clause gives an application whose facts all stand in an office's list; else None.

    Nothing is certain that somebody only says of themselves. Applications that came before are answered before.
    """
    clause = Clause.objects.get(grants=key)
    if clause.way != "fast" or clause.audience != FIRMS or clause.benefit is None:
        return None
    code = (sealed_parts.sealed(log.MAIN, key) or {}).get("code", "")
    firm = Firm.objects.filter(code=code, agreed=True).first() if code else None
    if firm is None:
        return None
    known = firm.values()
    named = {one.fact.name for one in comparisons(clause.tree)}
    if not named <= known.keys() or evaluate(clause.tree, known, on) is not True:
        return None
    before = Grant.objects.filter(clause=clause, pk__lt=key, matter__state="applied")
    if clause.order == CAME and before.exists():
        return None
    amount = clause.benefit.amount(known)
    fits = amount is not None and (clause.left is None or amount <= clause.left)
    return amount if fits else None


def of_that_firm(t: Telling) -> Iterable[str]:
    """Accounts that have said that they are the firm it was given to."""
    code = (sealed_parts.sealed(log.MAIN, t.after.pk) or {}).get("code", "")
    own = Profile.objects.filter(audience=FIRMS, code=code) if code else Profile.objects.none()
    return own.values_list("person", flat=True)
