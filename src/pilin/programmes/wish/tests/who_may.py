"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.wish.models import Giver, Pledge, Wish
from tests.meaning import has_role, known, posts_of


def school(matter, actor):
    coordinator = (Wish.objects.get(pk=matter.pk).school_id, "coordinator")
    return coordinator in posts_of(actor) or has_role(matter, actor, "raiser")


def pledger(matter, actor):
    return actor.person in set(
        Pledge.objects.filter(wish=matter.pk).values_list("person", flat=True)
    )


def giver(matter, actor):
    """Accepted by the school of this wish, and somebody whom the house knows."""
    wish = Wish.objects.get(pk=matter.pk)
    said = Giver.objects.filter(school=wish.school_id, person=actor.person, state="accepted")
    return known(matter, actor) and said.exists()


MEANING = {"wish-giver": giver, "school": school, "pledger": pledger}
