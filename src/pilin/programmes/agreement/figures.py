"""What the register of agreements says in numbers."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed, total

from .models import Agreement


def figures() -> Iterator[Printed]:
    rows = list(Agreement.objects.filter(matter__state="in_force"))
    counts = [a.field_count or {"value": str(len(a.fields))} for a in rows]
    most = max(counts, key=lambda q: total([q])[0], default=None)
    value, more = total([most])
    name = "agreement:list"
    yield Printed(
        "agreements", _("Agreements in force"), total([{"value": str(len(rows))}])[0], url_name=name
    )
    yield Printed(
        "agreement_fields", _("Fields of the framework agreement"), value, _("fields"), more, name
    )
