"""Words for dates, deadlines and sides; at hand in every template."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilin.kit.printed import yuan

register = template.Library()
register.filter("yuan", yuan)


def _date(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: date | datetime | None) -> str:
    """A day with its weekday: Thu 26 Nov 2026, 2026年11月26日 周四."""
    if not value:
        return ""
    return date_format(_date(value), _("D j M Y"))


@register.filter
def due_words(value: date | None) -> str:
    """How far a due day is from today: "in 3 days", "today", "5 days overdue"."""
    if not value:
        return ""
    n = (_date(value) - timezone.localdate()).days
    if n == 0:
        return _("today")
    if n < 0:
        return ngettext("%(n)d day overdue", "%(n)d days overdue", -n) % {"n": -n}
    return ngettext("in %(n)d day", "in %(n)d days", n) % {"n": n}
