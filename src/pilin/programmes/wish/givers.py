"""Who may fulfil a child's wish: known to the house, and accepted by the child's school."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.engine.audiences import Wrote
from pilin.engine.procedure import Who
from pilin.engine.rules import verified
from pilin.engine.situation import Situation
from pilin.engine.telling import Telling
from pilin.ledger import log, sealed_parts

from .models import ACCEPTED, ASKED, REFUSED, Giver, Wish


def _of(s: Situation) -> Giver | None:
    wish = Wish.objects.get(pk=s.the_matter.pk)
    return Giver.objects.filter(school=wish.school_id, person=s.actor.person).first()


def _accepted(s: Situation) -> bool:
    if s.matter is None or not verified.allows(s):
        return False
    found = _of(s)
    return found is not None and found.state == ACCEPTED


def offer(t: Telling) -> Wrote:
    """Who offered to give, and in which entry."""
    found = Giver.objects.filter(entry=t.said["giver"]).first()
    return Wrote(found.person, found.entry) if found else Wrote("", None)


def can_offer(s: Situation) -> bool:
    """There is a school, and it was not asked yet, or said no."""
    wish = Wish.objects.get(pk=s.the_matter.pk)
    found = _of(s)
    return wish.school_id is not None and (found is None or found.state == REFUSED)


def waiting(s: Situation) -> list[tuple[int, str]]:
    """Offers nobody has looked at: the entry, and what was said in confidence."""
    wish = Wish.objects.get(pk=s.the_matter.pk)
    rows = Giver.objects.filter(school=wish.school_id, state=ASKED).order_by("entry")
    numbers = rows.exclude(person=s.actor.person).values_list("entry", flat=True)
    return [
        (
            n,
            str(
                (sealed_parts.sealed(log.MAIN, n) or {}).get(
                    "contact", _("erased, number %(n)d") % {"n": n}
                )
            ),
        )
        for n in numbers
    ]


def some_wait(s: Situation) -> bool:
    wish = Wish.objects.get(pk=s.the_matter.pk)
    rows = Giver.objects.filter(school=wish.school_id, state=ASKED)
    return rows.exclude(person=s.actor.person).exists()


giver = Who(
    "verified-wish-giver",
    gettext_lazy("whoever the school has accepted, once their home was checked or in an office"),
    _accepted,
)
