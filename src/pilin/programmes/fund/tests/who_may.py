"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.fund.models import Approval, Fund
from tests.meaning import posts_of


def is_officer(matter, actor):
    officers = {(matter.org_id, role) for role in ("lead", "treasurer", "clerk")}
    return bool(officers & posts_of(actor))


def officer(matter, actor):
    return actor.person != matter.raiser and is_officer(matter, actor)


def approver(matter, actor):
    approved = Approval.objects.filter(payment_id=matter.pk, person=actor.person).exists()
    return officer(matter, actor) and not approved


def second(matter, actor):
    proposed = Fund.objects.get(pk=matter.pk).closing_by == actor.person
    return not proposed and is_officer(matter, actor)


MEANING = {"officer": officer, "approver": approver, "second": second}
