"""Who judges a nomination and when: offices asked, the committee, the halls of both sides, what must be over first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.act import act
from pilin.engine.audiences import Wrote
from pilin.engine.notices import answering
from pilin.engine.procedure import HolderRule, Who
from pilin.engine.refused import Refused
from pilin.engine.rules import in_charge, superior
from pilin.engine.situation import Holder, Situation
from pilin.engine.telling import Audience, Telling
from pilin.ledger.log import Record
from pilin.people.actor import HOUSE
from pilin.people.models import Office

from . import forms
from .inquiries import late_ones
from .models import Contested, Inquiry, Member, Nomination, Objection


def _asked(s: Situation) -> Office | None:
    """Whoever answers for an office that was asked and has not answered."""
    if s.matter is None:
        return None
    rows = Inquiry.objects.filter(nomination=s.matter.pk, finding="")
    return _answers_for(s, set(rows.values_list("org", flat=True)))


def _halls(s: Situation) -> Office | None:
    if s.matter is None:
        return None
    rows = Contested.objects.filter(nomination=s.matter.pk, keeps="")
    return _answers_for(s, set(rows.values_list("org", flat=True)))


def _answers_for(s: Situation, orgs: set[int]) -> Office | None:
    held = (o for o in s.actor.offices if o.organisation_id in orgs)
    return next((o for o in held if o.role == o.organisation.steward), None)


def _sits(s: Situation) -> Office | None:
    """A member of the committee who has neither voted nor recused themselves, not of the nominee's unit."""
    if not _on_it(s):
        return None
    unit = Nomination.objects.values_list("unit", flat=True).get(pk=s.the_matter.pk)
    if unit is not None and any(o.organisation_id == unit for o in s.actor.offices):
        return None
    return _chair(s)


def _on(s: Situation) -> Office | None:
    return _chair(s) if _on_it(s) else None


def _on_it(s: Situation) -> bool:
    if s.matter is None:
        return False
    rows = Member.objects.filter(nomination=s.matter.pk, person=s.actor.person, voted=None)
    return rows.filter(recused="").exists()


def _chair(s: Situation) -> Office | None:
    return s.actor.office(forms.JUROR, organisation=s.the_matter.org_id)


asked = Who("inquired", _("an office that was asked"), _asked)
hall = Who("both-halls", _("the halls of both sides that were asked"), _halls)
sits = Who("may-vote", _("a member of the committee who may vote"), _sits)
on_it = Who("seated", _("a member of the committee"), _on)


def offices(t: Telling) -> Iterable[int]:
    return [org["id"] for org in t.said["offices"]]


def both_halls(t: Telling) -> Iterable[int]:
    return [org["id"] for org in t.said["halls"]]


def _members(t: Telling) -> Iterable[str]:
    return list(t.said["members"])


def _left_out(t: Telling) -> Iterable[str]:
    return answering(offices(t), t.day)


COMMITTEE = Audience(_("the members of the committee"), "vote", _members)


LEFT_OUT = Audience(_("the offices that did not answer"), "news", _left_out)


def _above(s: Situation) -> Holder | None:
    org = superior(s.the_matter)
    return Holder(org=org.pk, role=org.steward) if org else in_charge.give(s)


higher = HolderRule(_("the organisation above"), _above)


def all_replied(s: Situation) -> bool:
    """With this answer every office that was asked has answered."""
    office = _asked(s)
    rows = Inquiry.objects.filter(nomination=s.the_matter.pk, finding="")
    return not rows.exclude(org=office.organisation_id if office else None).exists()


def _when(record: Record) -> datetime:
    """What follows from a step happens when the step did, also where a story is told afterwards."""
    return datetime.fromisoformat(record.body["at"])


def committee_is_done(record: Record) -> None:
    """The envelopes are opened once no member is left who may vote."""
    key = record.body["matter"]
    if not Member.objects.filter(nomination=key, voted=None, recused="").exists():
        act(HOUSE, key, "open", {}, at=_when(record))


def halls_agree(record: Record) -> None:
    """What both halls say alike holds; where they differ, the organisation above decides."""
    said = set(
        Contested.objects.filter(nomination=record.body["matter"]).values_list("keeps", flat=True)
    )
    if said == {"yes"}:
        act(HOUSE, record.body["matter"], "place_here", {}, at=_when(record))
    elif said == {"no"}:
        act(HOUSE, record.body["matter"], "place_there", {}, at=_when(record))


def halls_differ(s: Situation) -> bool:
    """Taken by a person only where both halls have said something, and not the same."""
    rows = Contested.objects.filter(nomination=s.the_matter.pk).values_list("keeps", flat=True)
    return s.actor.kind != "person" or set(rows) == {"yes", "no"}


def time_is_up(s: Situation) -> bool:
    return s.the_matter.late_on(s.today)


def carried(s: Situation) -> bool:
    sheet = Nomination.objects.values_list("sheet", flat=True).get(pk=s.the_matter.pk)
    return bool(sheet and sheet["carried"] == "yes")


def notice_is_over(s: Situation) -> bool:
    """Its last day has passed, and every objection has its answer."""
    found = Nomination.objects.get(pk=s.the_matter.pk)
    waiting = Objection.objects.filter(nomination=found.pk, answer="").exists()
    return found.until is not None and found.until < s.today and not waiting


def objections_wait(s: Situation) -> bool:
    return Objection.objects.filter(nomination=s.the_matter.pk, answer="").exists()


def objections_answered(s: Situation) -> bool:
    return not objections_wait(s)


def somebody_is_late(s: Situation) -> bool:
    return late_ones(s.the_matter.pk, s.today).exists()


def not_named_late(s: Situation) -> bool:
    return late_ones(s.the_matter.pk, s.today).filter(late=False).exists()


def daily(today: date) -> None:
    """Enter which offices let their day pass, once each: they and the office in charge are told."""
    is_past = today != timezone.localdate()  # where a story is told afterwards
    at = timezone.make_aware(datetime.combine(today, time(9))) if is_past else None
    rows = Inquiry.objects.filter(finding="", late=False, due__lt=today)
    for key in sorted(set(rows.values_list("nomination", flat=True))):
        try:
            act(HOUSE, key, "late", {}, at=at)
        except Refused:
            continue  # somebody was faster, or it is asked no more


def not_revoked(s: Situation) -> bool:
    return not Nomination.objects.values_list("revoked", flat=True).get(pk=s.the_matter.pk)


def objector(t: Telling) -> Wrote:
    row = Objection.objects.filter(pk=t.said["objection"]).first()
    return Wrote(row.person if row else "", t.said["objection"])
