"""Words for dates, deadlines and sides; at hand in every template."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pilin.kit.cards import card_of
from pilin.kit.drawn import Pieces
from pilin.kit.terms import terms
from pilin.wording import reading
from pilin.wording.reading import in_chinese

register = template.Library()
for _reading in (
    *(reading.day, reading.short_day, reading.clock, reading.to_the_second, reading.moment),
    *(reading.month, reading.count, reading.written, reading.listed),
    *(reading.yuan, reading.digits, reading.to_the_fen, reading.average),
):
    register.filter(_reading.__name__, _reading)
register.filter("terms", terms)
register.simple_tag(card_of, name="card")

_STATE = re.compile(r'<span class="tag [^"]*">([^<]+)</span>')
#: Ways that a part of a page has been drawn in, kept in a process; beyond these it starts afresh.
ROOM = 256
_H, _MARKS = r"\u3400-\u9fff", r"\u3000-\u303f\uff00-\uffef"
_HAN = re.compile(f"[{_H}]")
#: Chinese words in one go, with figures, marks, and letters such as the A in A座 among them.
_RUN = re.compile(f"([{_H}](?:(?:[^A-Za-z]|[A-Za-z0-9]+(?=[{_H}]))*[{_H}{_MARKS}])?)")


class Kept(template.Node):
    """A part of a page that depends on the language and some values alone: drawn once for each."""

    def __init__(self, nodes: NodeList, values: Sequence[FilterExpression]) -> None:
        self.nodelist = nodes
        self._values = values
        self._drawn = Pieces(ROOM)

    def render(self, context: template.Context) -> SafeString:
        key = (
            get_language(),
            get_script_prefix(),
            *[value.resolve(context) for value in self._values],
        )
        return self._drawn.of(key, lambda: self.nodelist.render(context))


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """{% kept a b %} … {% endkept %}: what is between depends on `a`, `b` and the language alone."""
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodes, values)


@register.filter
def theirs(value: Any) -> Any:
    """Somebody's words or a registered name as text: on a page in another language, what is Chinese
    says so, since a screen reader must know in which language to read it."""
    value = str(value) if isinstance(value, Promise) else value
    if not isinstance(value, str) or in_chinese():
        return value
    if isinstance(value, SafeString) and set(value) & set("<>&"):
        return value  # HTML already: it says for itself
    pieces = enumerate(_RUN.split(value))  # every other one is Chinese
    return format_html_join(
        "",
        "{}",
        ((format_html('<span lang="zh-Hans">{}</span>', p) if n % 2 else p,) for n, p in pieces),
    )


@register.filter
def in_their_language(value: Any) -> str:
    """The same as an attribute, for an element that holds nothing but these words."""
    told = isinstance(value, str) and not in_chinese() and _HAN.search(value)
    return mark_safe(' lang="zh-Hans"') if told else ""


@register.filter
def states(drawn: str) -> str:
    """How the matters of a list that is drawn stand, in words; not what they are called."""
    return " ".join(dict.fromkeys(_STATE.findall(drawn)))


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
