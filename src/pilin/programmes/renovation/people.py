"""Who may take which step of a renovation, who has it next, and by when."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Party
from pilin.engine.procedure import Due, HolderRule, Who
from pilin.engine.rules import at_org
from pilin.engine.situation import Holder, Situation
from pilin.people.models import Office, Organisation

from .counting import AGREED, SET_ASIDE, ballots
from .models import ASKED, Acceptance, Approval, Renovation, Vote
from .voting import current

#: Whoever works for the residents' committee in charge.
committee = at_org("host", "clerk", "lead")
#: So many residents must say that the work is done; all of them where there are fewer.
ENOUGH = 3


def _counter(s: Situation) -> Office | None:
    org = s.matter.org if s.matter else None
    if org is None:
        return None
    near = (org.pk, org.parent_id)
    held = (o for o in s.actor.offices if o.organisation_id in near)
    return next((o for o in held if o.role in ("host", "clerk", "lead")), None)


def asked_of(s: Situation) -> list[Approval]:
    """What was asked for and is not answered, soonest due first."""
    if s.matter is None:
        return []
    rows = Approval.objects.filter(renovation_id=s.matter.pk, state=ASKED)
    return list(rows.select_related("org").order_by("due", "org_id"))


def _asked(s: Situation) -> Office | None:
    """The office by which the actor answers for one that was asked: its own, and no other's."""
    for approval in asked_of(s):
        org = approval.org
        office = s.actor.office(org.steward, "department", organisation=org.pk)
        if office:
            return office
    return None


def _resident(s: Situation) -> bool:
    """Somebody whom it concerns, who does not work for the committee, and has not said so yet."""
    if s.matter is None or not s.is_party or committee.allows(s):
        return False
    said = Acceptance.objects.filter(renovation_id=s.matter.pk, person=s.actor.person)
    return not said.exists()


counter = Who("counter", _("whoever works for the committee or the forum above it"), _counter)
asked = Who("asked", _("whoever answers for a department that was asked"), _asked)
resident = Who("resident", _("residents whom it concerns"), _resident)


def enough_accept(s: Situation) -> bool:
    key = s.the_matter.pk
    said = Acceptance.objects.filter(renovation_id=key).count() + 1
    concerned = Party.objects.filter(matter_id=key, role="supporter").count()
    return said >= min(ENOUGH, max(concerned, 1))


def talked_over(s: Situation) -> bool:
    found = Renovation.objects.filter(pk=s.the_matter.pk).first()
    return bool(found and found.talks)


def begun(s: Situation) -> bool:
    vote = current(s.the_matter.pk)
    return vote is not None and vote.first <= s.today


def over(s: Situation) -> bool:
    """The last day has passed, or there is every owner's ballot."""
    vote = current(s.the_matter.pk)
    if vote is None:
        return False
    return vote.until < s.today or all(b.standing in (AGREED, SET_ASIDE) for b in ballots(vote))


def carried(s: Situation) -> bool:
    """Every question was carried."""
    return all(found["passed"] for found in s.data["results"])


def carried_before(s: Situation) -> bool:
    rows = Vote.objects.filter(renovation_id=s.the_matter.pk, called_off=False)
    vote = rows.order_by("-number").first()
    return bool(vote and vote.carried)


def all_granted(s: Situation) -> bool:
    """With this answer, nobody asked is still to answer."""
    return len(asked_of(s)) == 1


def _still_open(s: Situation) -> list[tuple[date, int]]:
    """(due, organisation) of what is open once the step is taken."""
    rows = [(date.fromisoformat(r["until"]), r["org"]["id"]) for r in s.data.get("approvals", ())]
    acting = _asked(s) if not rows else None
    answered = acting.organisation_id if acting else None
    return sorted(rows + [(a.due, a.org_id) for a in asked_of(s) if a.org_id != answered])


def _nearest(s: Situation) -> Holder | None:
    rows = _still_open(s)
    org = Organisation.objects.get(pk=rows[0][1]) if rows else None
    return Holder(org=org.pk, role=org.steward) if org else None


nearest = HolderRule(_("the department that has to answer first"), _nearest, ("org",))
nearest_day = Due(
    _("by the nearest day on which an answer is due"),
    lambda s: next((day for day, _org in _still_open(s)), None),
)
