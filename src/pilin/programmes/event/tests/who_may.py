"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.event.models import Registration


def guest(matter, actor):
    rows = Registration.objects.filter(event_id=matter.pk, person=actor.person, status="placed")
    return rows.exists()


MEANING = {"guest": guest}
