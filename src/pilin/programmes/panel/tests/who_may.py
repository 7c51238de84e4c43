"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.panel.models import Panel, Volunteer
from tests.meaning import known


def volunteer(matter, actor):
    return Volunteer.objects.filter(panel=matter.pk, person=actor.person).exists()


def drawn(matter, actor):
    return Volunteer.objects.filter(panel=matter.pk, person=actor.person, seat="asked").exists()


def another(matter, actor):
    said = Panel.objects.get(pk=matter.pk).committed
    return bool(said) and said["by"] != actor.person and known(matter, actor)


MEANING = {"volunteer": volunteer, "drawn": drawn, "another": another}
