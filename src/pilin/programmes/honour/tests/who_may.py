"""Who may take its steps, worked out from the tables alone."""

from pilin.people.models import Organisation
from pilin.programmes.honour.models import Contested, Inquiry, Member, Nomination
from tests.meaning import leads, posts_of


def _leads_one(keys, actor):
    return any(leads(org, actor) for org in Organisation.objects.filter(pk__in=list(keys)))


def asked(matter, actor):
    rows = Inquiry.objects.filter(nomination=matter.pk, finding="")
    return _leads_one(rows.values_list("org", flat=True), actor)


def halls(matter, actor):
    rows = Contested.objects.filter(nomination=matter.pk, keeps="")
    return _leads_one(rows.values_list("org", flat=True), actor)


def on_it(matter, actor):
    own = Member.objects.filter(nomination=matter.pk, person=actor.person).first()
    free = own is not None and own.voted is None and not own.recused
    return free and (matter.org_id, "juror") in posts_of(actor)


def sits(matter, actor):
    unit = Nomination.objects.get(pk=matter.pk).unit_id
    return on_it(matter, actor) and unit not in {org for org, _role in posts_of(actor)}


MEANING = {"inquired": asked, "both-halls": halls, "seated": on_it, "may-vote": sits}
