"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.wish.models import Pledge, Wish
from tests.meaning import has_role, posts_of


def school(matter, actor):
    coordinator = (Wish.objects.get(pk=matter.pk).school_id, "coordinator")
    return coordinator in posts_of(actor) or has_role(matter, actor, "raiser")


def pledger(matter, actor):
    return actor.person in set(
        Pledge.objects.filter(wish=matter.pk).values_list("person", flat=True)
    )


MEANING = {"school": school, "pledger": pledger}
