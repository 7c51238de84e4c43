"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.agreement.models import Signature
from tests.meaning import leads_one_of


def signatory(matter, actor):
    signed = set(Signature.objects.filter(agreement_id=matter.pk).values_list("org_id", flat=True))
    return leads_one_of(set(matter.orgs) - signed, actor)


MEANING = {"signatory": signatory, "party_lead": lambda m, a: leads_one_of(m.orgs, a)}
