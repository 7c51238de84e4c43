"""What residents decided with money, in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from pilin.loop.printed import Printed, prints

from .models import Budget, Idea


@prints
def figures() -> Iterator[Printed]:
    name = "budget:list"
    ideas, voters = (
        Budget.objects.aggregate(n=Sum(column))["n"] or 0 for column in ("ideas", "voters")
    )
    chosen = Idea.objects.filter(rank__isnull=False).aggregate(n=Count("id"), money=Sum("cost"))
    for key, title, value, unit in (
        ("budget_ideas", _("Ideas for public money"), ideas, _("ideas")),
        ("budget_voters", _("Ballots cast on public money"), voters, _("ballots")),
        ("budget_chosen", _("Projects chosen by vote"), chosen["n"], _("projects")),
        ("budget_money", _("Money spent by vote"), chosen["money"] or 0, _("yuan")),
    ):
        yield Printed(key, title, Decimal(value), unit, url_name=name)
