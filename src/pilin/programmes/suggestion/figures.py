"""What the register of suggestions says in numbers."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed, total

from .models import Suggestion


def figures() -> Iterator[Printed]:
    counts = [s.count for s in Suggestion.objects.filter(count__isnull=False)]
    value, more = total(counts)
    written = Suggestion.objects.filter(count__isnull=True).count()
    name = "suggestion:list"
    yield Printed("suggestions", _("Suggestions in the registers"), value, _("items"), more, name)
    yield Printed(
        "suggestions_here",
        _("Suggestions written in Pilin"),
        total([{"value": str(written)}])[0],
        _("items"),
        url_name=name,
    )
