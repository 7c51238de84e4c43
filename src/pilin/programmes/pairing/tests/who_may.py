"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.pairing.models import Pairing
from tests.meaning import leads, posts_of


def other_side(matter, actor):
    return leads(Pairing.objects.get(pk=matter.pk).right_org or matter.org, actor)


MEANING = {
    "other_side": other_side,
    "coordinators": lambda m, a: any((org, "coordinator") in posts_of(a) for org in m.orgs),
}
