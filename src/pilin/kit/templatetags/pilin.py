"""Words for dates, deadlines and sides; at hand in every template."""

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pilin.kit.cards import card_of
from pilin.kit.drawn import Pieces
from pilin.kit.terms import terms
from pilin.wording import reading

register = template.Library()
for _reading in (
    *(reading.day, reading.short_day, reading.clock, reading.to_the_second, reading.moment),
    *(reading.month, reading.count, reading.written, reading.listed),
    *(reading.yuan, reading.digits, reading.to_the_fen),
):
    register.filter(_reading.__name__, _reading)
register.filter("terms", terms)
register.simple_tag(card_of, name="card")

#: Ways that a part of a page has been drawn in, kept in a process; beyond these it starts afresh.
ROOM = 256


class Kept(template.Node):
    """A part of a page that depends on the language and some values alone: drawn once for each."""

    def __init__(self, nodes: NodeList, values: Sequence[FilterExpression]) -> None:
        self.nodelist = nodes
        self._values = values
        self._drawn = Pieces(ROOM)

    def render(self, context: template.Context) -> SafeString:
        key = (get_language(), *[value.resolve(context) for value in self._values])
        return self._drawn.of(key, lambda: self.nodelist.render(context))


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """{% kept a b %} … {% endkept %}: what is between depends on `a`, `b` and the language alone."""
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodes, values)


@register.filter
def due_words(value: date | None) -> str:
    """How far a due day is from today: "in 3 days", "today", "5 days overdue"."""
    if not value:
        return ""
    n = (reading.date_of(value) - timezone.localdate()).days
    if n == 0:
        return _("today")
    if n < 0:
        return ngettext("%(n)d day overdue", "%(n)d days overdue", -n) % {"n": -n}
    return ngettext("in %(n)d day", "in %(n)d days", n) % {"n": n}


@register.filter
def until_words(value: datetime) -> str:
    """How long there is left: "until 18:00 today", "3 days left"."""
    n = (reading.date_of(value) - timezone.localdate()).days
    if n <= 0:
        return _("until %(time)s today") % {"time": reading.clock(value)}
    return ngettext("%(n)d day left", "%(n)d days left", n) % {"n": n}
