"""What the register of projects says in numbers."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed, total

from .models import Project

#: How many projects a summary row stands for, in its own words: 累计发布260个.
COUNTED = re.compile(r"(\d+)\s*(?:个|项)")


def figures() -> Iterator[Printed]:
    name, summaries = "project:list", Project.objects.filter(is_summary=True)
    rows = list(summaries.select_related("matter"))
    counts = [m for p in rows if (m := COUNTED.search(p.matter.title))]
    announced = Decimal(sum(int(m.group(1)) for m in counts))
    money, more = total([p.planned for p in rows])
    single = Project.objects.filter(is_summary=False).count()
    yield Printed(
        "projects_announced", _("Projects announced"), announced, _("projects"), url_name=name
    )
    yield Printed("projects_investment", _("Their investment"), money, _("yuan"), more, name)
    yield Printed("projects", _("Projects in Pilin"), Decimal(single), _("projects"), url_name=name)
