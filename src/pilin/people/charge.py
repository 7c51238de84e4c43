"""Who sees to whom: which organisations and places somebody with an office looks after.

An operator at a government looks after all that lies in its place or below it. Where that is one of
the two neighbours, also what only names their side, and the other side for as long as nobody runs
that. Whoever answers for an organisation looks after those below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from .known import Known
from .models import Account, Office, Organisation, Place

OPERATOR = "operator"


def runs(known: Known, office: Office, what: Organisation | Place | None, day: date) -> bool:
    """Whether this is an operator's office, and `what` lies in its charge; None: a new neighbour."""
    home = known.place(office.organisation_id) if office.role == OPERATOR else None
    if home is None or not office.held(day):
        return False
    if isinstance(what, Place):
        return home.pk in what.path or (
            _is_root(home) and what.side != home.side and not run(known, what.side, day)
        )
    if what is None:
        return _is_root(home)
    places = [place for place in map(known.place, what.places) if place]
    if any(home.pk in place.path for place in places) or _below(known, what, home.pk):
        return True
    if not _is_root(home):
        return False
    sides = {place.side for place in places} | set(what.sides)
    return home.side in sides or not any(run(known, side, day) for side in sides)


def looks_after(known: Known, office: Office, org: Organisation, day: date) -> bool:
    """Whether who holds this office on that day gives and ends offices at this organisation."""
    if not office.held(day):
        return False
    if office.role == OPERATOR:
        return runs(known, office, org, day)
    own = known.organisation(office.organisation_id)
    return own is not None and office.role == own.steward and _below(known, org, own.pk)


def by_which(
    known: Known, offices: Iterable[Office], org: Organisation, day: date
) -> Office | None:
    """The first of these offices in whose charge the organisation is."""
    return next((o for o in offices if looks_after(known, o, org, day)), None)


def in_charge(known: Known, offices: Sequence[Office], day: date) -> list[Organisation]:
    """The organisations at which whoever has these offices gives and ends others."""
    able = [o for o in offices if o.role == OPERATOR or _answers(known, o)]
    if not able:
        return []
    return [org for org in known.organisations.values() if by_which(known, able, org, day)]


def _answers(known: Known, office: Office) -> bool:
    org = known.organisation(office.organisation_id)
    return org is not None and office.role == org.steward


def run(known: Known, side: str, day: date) -> list[str]:
    """Who runs a side on that day: the operators at its government."""
    roots = [p.pk for p in known.places.values() if p.side == side and _is_root(p)]
    return [person for root in roots for person in known.holders(root, OPERATOR, day)]


def may_see(known: Known, offices: Sequence[Office], account: Account, day: date) -> bool:
    """Whether whoever has these offices, as an operator, sees to this account.

    Those with offices belong to whoever runs one of them; others to where they live; who neither has
    an office nor a home to every operator.
    """
    able = [o for o in offices if o.role == OPERATOR and o.held(day)]
    held = known.offices_of(account.person, day)
    orgs = [org for org in (known.organisation(o.organisation_id) for o in held) if org]
    if orgs:
        return any(runs(known, o, org, day) for o in able for org in orgs)
    home = known.place(account.home)
    if home is not None:
        return any(runs(known, o, home, day) for o in able)
    return any(known.place(o.organisation_id) for o in able)


def above(known: Known, org: Organisation, day: date) -> list[str]:
    """Who is told where nobody is left: whoever answers for the nearest organisation above that has
    somebody; where there is none, whoever runs its side, and else whoever runs either."""
    seen = {org.pk}
    over = known.organisation(org.parent_id)
    while over is not None and over.pk not in seen:
        if people := known.holders(over.pk, over.steward, day):
            return people
        seen.add(over.pk)
        over = known.organisation(over.parent_id)
    found = [person for side in org.sides for person in run(known, side, day)]
    return found or [person for side in known.sides for person in run(known, side.code, day)]


def _is_root(place: Place) -> bool:
    return place.parent_id is None


def _below(known: Known, org: Organisation, key: int) -> bool:
    """Whether an organisation lies anywhere below the one with this number."""
    seen: set[int] = set()
    at = known.organisation(org.parent_id)
    while at is not None and at.pk not in seen:
        if at.pk == key:
            return True
        seen.add(at.pk)
        at = known.organisation(at.parent_id)
    return False
