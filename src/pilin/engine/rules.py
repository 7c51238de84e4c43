"""The words a procedure is written in: who may, who holds it next, and by when."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from pilin.people.models import ROLES, Office, Organisation

from . import workdays as calendar
from .positions import registers
from .procedure import Due, HolderRule, Who, Words, joined
from .situation import Holder, Situation

if TYPE_CHECKING:
    from .models import Matter


def _held(s: Situation) -> Office | bool | None:
    if not s.holds or s.matter is None:
        return None
    return s.actor.office(s.matter.holder_role, organisation=s.matter.holder_org_id) or True


def _steward(s: Situation) -> Office | None:
    org = s.matter.org if s.matter else None
    return s.actor.office(org.steward, organisation=org.pk) if org else None


def _time_is_up(s: Situation) -> bool:
    return s.actor.kind == "clock" and s.matter is not None and s.matter.late_on(s.today)


def _is_known(s: Situation) -> bool:
    """Whether it was checked who acts: where they live, of either side, or by an office of today."""
    return s.actor.kind == "person" and (bool(s.actor.offices) or s.actor.lives(s.today))


def once_checked(who: Who) -> Who:
    """Of those, whoever's home was checked or who holds an office."""

    def both(s: Situation) -> Office | bool | None:
        return who.test(s) if _is_known(s) else None

    return Who(f"verified-{who.kind}", _once_checked(who.title), both)


def _say_once_checked(who: Words) -> str:
    return str(_("%(who)s, once their home was checked")) % {"who": who}


_once_checked = lazy(_say_once_checked, str)


holder = Who("holder", _("the one who has it now"), _held)
raiser = Who("raiser", _("those who raised it"), lambda s: s.is_raiser)
party = Who("party", _("those who raised or support it"), lambda s: s.is_party)
member = Who("member", _("anyone signed in"), lambda s: s.actor.kind == "person")
verified = Who(
    "verified",
    _("residents whose home was checked, and whoever holds an office"),
    _is_known,
)
verified_raiser = once_checked(raiser)
verified_party = once_checked(party)
steward = Who("steward", _("the organisation in charge"), _steward)
clock = Who("clock", _("the calendar, when the time is up"), _time_is_up)
link = Who("link", _("the matter it is linked to"), lambda s: s.actor.kind == "link")
house = Who("house", _("Pilin itself"), lambda s: s.actor.kind == "house")


def office(*roles: str) -> Who:
    """Anyone who holds an office with one of these roles today, wherever."""
    title = joined(*(ROLES[r] for r in roles))
    return Who("office:" + "/".join(roles), title, lambda s: s.actor.office(*roles))


def at_org(*roles: str) -> Who:
    """Whoever holds an office with one of these roles at the organisation in charge."""

    def allows(s: Situation) -> Office | None:
        org = s.org
        return s.actor.office(*roles, organisation=org.pk) if org else None

    return Who("at:" + "/".join(roles), joined(*(ROLES[r] for r in roles)), allows)


def _colleague(s: Situation) -> Office | None:
    """The office there by which it is the actor's own, before any other they hold there."""
    m = s.matter
    there = [o for o in s.actor.offices if m and o.organisation_id == m.holder_org_id]
    own = (o for o in there if m and o.role == m.holder_role)
    return next(own, there[0] if there else None)


def superior(matter: Matter) -> Organisation | None:
    """The organisation above the holder's (above the one in charge, where a person holds it)."""
    now = registers()
    org = now.organisation(matter.holder_org_id) or now.organisation(matter.org_id)
    return now.organisation(org.parent_id) if org else None


def _above(s: Situation) -> Office | None:
    org = superior(s.matter) if s.matter else None
    return s.actor.office(org.steward, organisation=org.pk) if org else None


colleague = Who("colleague", _("those who work at the post that has it"), _colleague)
above = Who("above", _("the organisation above the holder's"), _above)


def answers_for(s: Situation, orgs: Container[int]) -> Office | None:
    """The office by which the actor answers for one of these organisations."""
    held = (o for o in s.actor.offices if o.organisation_id in orgs)
    return next((o for o in held if o.role == o.organisation.steward), None)


def stands_alone(s: Situation) -> bool:
    """No other matter takes it along when that closes: it came from none, or from one that only
    opened it."""
    source = s.the_matter.source
    kind = s.the_matter.kind
    return source is None or not any(c.kind == kind and c.forth for c in source.rules.conversions())


def nothing_running(s: Situation) -> bool:
    """Nothing it was converted into is still being done: what has come as far as a conversion waits
    for only waits for this one."""
    done = Q(pk=None)
    for conversion in s.the_matter.rules.conversions():
        done |= Q(kind=conversion.kind, state__in=list(conversion.back))
    return not s.the_matter.results.filter(is_open=True).exclude(done).exists()


def _post_in_charge(s: Situation) -> Holder | None:
    org = s.org
    return Holder(org=org.pk, role=org.steward) if org else None


def _unchanged(s: Situation) -> Holder | None:
    m = s.matter
    if m is None:
        return None
    return Holder(m.holder_org_id, m.holder_role, m.holder_person)


def _ordered_by(s: Situation) -> Holder | None:
    """The organisation that asked for the work: of the source matter, else the one in charge."""
    source = s.matter.source if s.matter else None
    org = (source.org if source else None) or s.org
    return Holder(org=org.pk, role=org.steward) if org else None


in_charge = HolderRule(_("the organisation in charge"), _post_in_charge)
same = HolderRule(_("unchanged"), _unchanged)
to_raiser = HolderRule(
    _("those who raised it"),
    lambda s: Holder(person=s.matter.raiser if s.matter else s.actor.person),
)
ordered_by = HolderRule(_("the organisation that asked for it"), _ordered_by)


def _orders(s: Situation) -> Office | None:
    post = ordered_by.give(s)
    return s.actor.office(post.role, organisation=post.org) if post and s.matter else None


orderer = Who("orderer", _("the organisation that asked for it"), _orders)


def chosen(name: str) -> HolderRule:
    """The organisation named in the form's field `name`."""

    def give(s: Situation) -> Holder | None:
        org = registers().organisation(s.data[name]["id"])
        assert org is not None  # the form offered it
        return Holder(org=org.pk, role=org.steward)

    return HolderRule(_("the organisation chosen"), give, (name,))


#: A post at the organisation in charge that is not its steward's.
def post(role: str) -> HolderRule:
    return HolderRule(ROLES[role], lambda s: Holder(org=s.org.pk, role=role) if s.org else None)


to_actor = HolderRule(_("the one who takes the step"), lambda s: Holder(person=s.actor.person))


def workdays(n: int) -> Due:
    """The n-th working day after the step."""
    return Due(within(n), lambda s: calendar.after(s.today, n), n)


def _say_within(n: int) -> str:
    return str(_("within %(n)d working days")) % {"n": n}


within = lazy(_say_within, str)


def on(name: str, then: int = 0) -> Due:
    """The day the form's field `name` says, and `then` working days more."""

    def give(s: Situation) -> date | None:
        value = s.data.get(name)
        if not value:
            return calendar.after(s.today, 20)
        day = date.fromisoformat(str(value)[:10])
        return calendar.after(day, then) if then else day

    return Due(_("by the date given"), give)


as_before = Due(_("unchanged"), lambda s: s.matter.due if s.matter else None)
