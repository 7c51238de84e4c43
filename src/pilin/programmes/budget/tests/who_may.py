"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.budget.models import Idea


def authors(matter, actor):
    rows = Idea.objects.filter(matter=matter)
    won = set(rows.exclude(rank=None).values_list("number", flat=True))
    return any((i.into or i.number) in won for i in rows if i.author == actor.person)


MEANING = {"authors": authors}
