"""What the operator does about neighbours on the command line; each is a step, and stands in the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pilin.engine.act import act
from pilin.engine.rebuild import rebuild
from pilin.engine.refused import Refused
from pilin.intake import marking
from pilin.ledger import ends, filling
from pilin.ledger.note import NoteFault
from pilin.ledger.refusing import Refuses
from pilin.neighbours import keys, protocol, refilling, twins
from pilin.neighbours.following import follow
from pilin.neighbours.models import Copy
from pilin.people.actor import HOUSE
from pilin.people.neighbour_models import INVITED, JOINED, LEFT, PAUSED, Neighbour

#: Asks a person whether the phrase is the one that the other side reads out.
Compare = Callable[[str, str], bool]


class Cannot(Exception):
    """It cannot be done, and why."""


def invite(address: str, compare: Compare) -> str:
    """Invite whoever runs the server at an address. Raises Cannot."""
    said = _asked(address)
    if Neighbour.objects.filter(origin=said["origin"]).exclude(state=LEFT).exists():
        raise Cannot(_("%(name)s is a neighbour already.") % said)
    number = _begun("invite", said, compare)
    told = _("%(name)s is invited, in entry %(n)d. Now they join: pilin neighbour join %(ours)s")
    return told % {"name": said["name"], "n": number, "ours": keys.about()["address"]}


def join(address: str, compare: Compare) -> str:
    """Join whoever invited us. Raises Cannot."""
    said = _asked(address)
    here = Neighbour.objects.filter(origin=said["origin"]).exclude(state=LEFT).first()
    if here is not None and here.state != INVITED:
        raise Cannot(_("%(name)s is a neighbour already.") % said)
    if here is not None:
        raise Cannot(_("%(name)s was invited from here: it is they who join.") % said)
    number = _begun("join", said, compare)
    neighbour = Neighbour.objects.get(pk=number)
    follow(neighbour)
    protocol.wake(neighbour)
    copy = Copy.objects.get(pk=number)
    if copy.fault:
        return _("We have joined %(name)s, in entry %(n)d. Their record waits: %(why)s") % {
            "name": said["name"],
            "n": number,
            "why": copy.why,
        }
    told = _("We have joined %(name)s, in entry %(n)d: %(size)d of their entries are held here.")
    return told % {"name": said["name"], "n": number, "size": copy.size}


def _asked(address: str) -> dict[str, str]:
    try:
        return protocol.about(address)
    except (protocol.Silent, keys.Unfit) as why:
        raise Cannot(str(why)) from why


def _begun(step: str, said: dict[str, str], compare: Compare) -> int:
    try:
        phrase = keys.phrase(keys.about(), said)
    except Refuses as why:
        raise Cannot(str(why)) from why
    who = f"{said['name']} ({said['origin']}, {said['side'] or _('of no side')})"
    if not compare(who, phrase):
        raise Cannot(_("Nothing was written."))
    try:
        number = act(HOUSE, "neighbour", step, said).number
    except Refused as why:
        raise Cannot(str(why)) from why
    twins.ready()
    return number


def pause(name: str, reason: str) -> str:
    return _step(name, (JOINED,), "pause", {"reason": reason}, _("%s is paused."))


def resume(name: str) -> str:
    return _step(name, (PAUSED,), "resume", {}, _("%s is followed again."))


def leave(name: str, reason: str) -> str:
    states = (INVITED, JOINED, PAUSED)
    said = _("%s is a neighbour no more. The copy of their record stays.")
    return _step(name, states, "leave", {"reason": reason}, said)


def _step(name: str, states: tuple[str, ...], step: str, data: dict[str, Any], said: str) -> str:
    found = [n for n in Neighbour.objects.filter(state__in=states) if name in (n.name, n.origin)]
    if not found:
        raise Cannot(_("There is no such neighbour: %s") % name)
    try:
        act(HOUSE, found[0].pk, step, data)
    except Refused as why:
        raise Cannot(str(why)) from why
    return said % str(found[0].name)


def refill(address: str) -> str:
    """Bring back what is missing at the end of our record from the copy that a neighbour holds.

    It may be as old as it likes here: what comes must be signed by our own key. Raises Cannot.
    """
    said = _asked(address)
    there = Neighbour(**{name: said[name] for name in keys.SAID})
    try:
        with transaction.atomic():
            found = filling.fill(refilling.Held(there))
    except (protocol.Silent, NoteFault, Refuses) as why:
        raise Cannot(str(why)) from why
    ends.believed()  # they have said how far it went
    if found:
        rebuild()
        twins.ready()
        marking.held_back()
    told = _(
        "%(n)d entries were brought back from %(name)s. What was sealed in them is not among it."
    )
    return told % {"n": found, "name": said["name"]}


def listed() -> Iterator[str]:
    """Each neighbour in a line, with how far the copy is and the phrase to compare."""
    ours = keys.about()
    for one in Neighbour.objects.order_by("id"):
        copy = Copy.objects.filter(pk=one.pk).first() or Copy(pk=one.pk)
        said = {name: getattr(one, name) for name in keys.SAID}
        yield f"{one.name} · {one.origin} · {one.state} · {copy.applied}/{copy.size}"
        yield f"    {keys.phrase(ours, said)}"
        if copy.fault or copy.fork:
            yield f"    {copy.why}"
