"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.renovation.models import Acceptance, Approval
from tests.meaning import has_role, posts_of


def committee(matter, actor):
    return bool({(matter.org_id, role) for role in ("host", "clerk", "lead")} & posts_of(actor))


def counter(matter, actor):
    above = {(matter.org.parent_id, role) for role in ("host", "clerk", "lead")}
    return committee(matter, actor) or bool(above & posts_of(actor))


def asked(matter, actor):
    rows = Approval.objects.filter(renovation_id=matter.pk, state="asked").select_related("org")
    posts = {(a.org_id, role) for a in rows for role in (a.org.steward, "department")}
    return bool(posts & posts_of(actor))


def resident(matter, actor):
    said = Acceptance.objects.filter(renovation_id=matter.pk, person=actor.person).exists()
    concerned = has_role(matter, actor, "raiser", "supporter")
    return concerned and not said and not committee(matter, actor)


MEANING = {"counter": counter, "asked": asked, "resident": resident}
