"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.wish.models import Wish
from tests.meaning import has_role, posts_of


def school(matter, actor):
    coordinator = (Wish.objects.get(pk=matter.pk).school_id, "coordinator")
    return coordinator in posts_of(actor) or has_role(matter, actor, "raiser")


MEANING = {"school": school}
