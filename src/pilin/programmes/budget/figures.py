"""What residents decided with money, in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Budget


def figures() -> Iterator[Printed]:
    sums = Budget.objects.aggregate(
        **{name: Sum(name, default=0) for name in ("ideas", "voters", "chosen", "spent")}
    )
    for name, title, unit in (
        ("ideas", _("Ideas for public money"), _("ideas")),
        ("voters", _("Ballots cast on public money"), _("ballots")),
        ("chosen", _("Projects chosen by vote"), _("projects")),
        ("spent", _("Money spent by vote"), _("yuan")),
    ):
        value = Decimal(sums[name])
        yield Printed(f"budget_{name}", title, value, unit, url_name="budget:list")
