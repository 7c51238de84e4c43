"""Fields that steps ask for: words, days, organisations, lists, milestones, money."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.situation import Situation
from pilin.engine.workdays import after
from pilin.wording.text import lines_alike
from pilin.wording.values import Unclear, in_yuan, parse_day, parse_quantity, plain

from .answers import texts_in
from .validators import no_childs_name, no_control_characters, visible


class _Typed(forms.CharField):
    """What people type: line ends are made one before anything is counted."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(lines_alike(value) if isinstance(value, str) else value)


class Line(_Typed):
    """One line of text."""

    def __init__(self, *, max_length: int = 120, discreet: bool = False, **kwargs: Any) -> None:
        more = kwargs.pop("validators", [])
        super().__init__(max_length=max_length, validators=[*_checks(discreet), *more], **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return " ".join(text.split()) if text else text


class Text(_Typed):
    """Some paragraphs."""

    def __init__(
        self, *, max_length: int = 4000, rows: int = 5, discreet: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, validators=_checks(discreet), **kwargs)


def _checks(discreet: bool) -> list[Any]:
    return [no_control_characters, visible, *([no_childs_name] if discreet else [])]


def _plausible(day: Any) -> Any:
    if day and not 1949 <= day.year <= 2199:
        raise ValidationError(_("Please check the year."))
    return day


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """As a browser sends it, and as people and registers write it."""
        try:
            return super().to_python(value)
        except ValidationError:
            try:
                return date.fromisoformat(parse_day(value))
            except Unclear:
                pass
            raise

    def clean(self, value: Any) -> date | None:
        day: date | None = _plausible(super().clean(value))
        return day


class Future(Day):
    """A day after that of the step, `workdays` working days on at least."""

    today: date | None = None

    def __init__(self, *, workdays: int = 0, **kwargs: Any) -> None:
        self.workdays = workdays
        super().__init__(**kwargs)

    def bind(self, situation: Situation) -> None:
        self.today = situation.today

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and self.today and day <= self.today:
            raise ValidationError(_("Please give a day in the future."))
        if day and self.today and self.workdays and day < after(self.today, self.workdays):
            raise ValidationError(
                _("Please leave at least %(n)d working days."), params={"n": self.workdays}
            )
        return day


class Time(forms.DateTimeField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs.setdefault("widget", widget)
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        return _plausible(super().clean(value))


class RegisterRow(forms.JSONField):
    """A row of a register; its texts are held to what any text is held to."""

    def clean(self, value: Any) -> Any:
        row = super().clean(value)
        for text in texts_in(row):
            no_control_characters(text)
        if isinstance(row, dict):
            visible(str(row.get("title") or row.get("name") or ""))
        return row


class Lines(Text):
    """A list, one item a line. Cleans to a list of strings without empties."""

    def __init__(self, *, most: int, longest: int = 300, **kwargs: Any) -> None:
        self.most = most
        self.longest = longest
        super().__init__(max_length=most * longest, **kwargs)

    def clean(self, value: Any) -> list[str]:
        if isinstance(value, list):
            value = "\n".join(map(str, value))
        items = [" ".join(line.split()) for line in (super().clean(value) or "").splitlines()]
        items = [item for item in items if item]
        if len(items) > self.most:
            raise ValidationError(
                _("At most %(most)d lines, please: there are %(n)d."),
                params={"most": self.most, "n": len(items)},
            )
        if any(len(item) > self.longest for item in items):
            raise ValidationError(
                _("A line may have %(n)d characters at most."), params={"n": self.longest}
            )
        return items


_DATED = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*[,，:：]?\s*(.+)")


class PairRows(forms.Widget):
    """Rows of two parts. What is filled in becomes lines, as in bulk: the first, a space, the second."""

    use_fieldset = True
    least, spare, most = 2, 1, 12  # rows shown: some to begin with, and some beside those filled in
    parts: tuple[str, str]

    def split(self, line: str) -> tuple[str, str]:
        first, _gap, second = line.partition(" ")
        return first, second

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return data.get(name)
        rows = [
            " ".join(data.get(f"{name}-{n}-{part}", "") for part in self.parts).strip()
            for n in range(1, self.most + 1)
        ]
        return "\n".join(filter(None, rows))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [self.split(line) for line in str(value or "").splitlines()]
        shown = min(self.most, max(self.least, len(rows) + self.spare))
        rows += [("", "")] * (shown - len(rows))
        context["rows"] = list(enumerate(rows, 1))
        return context


class DatedRows(PairRows):
    """Rows of a day and words: "2027-03-31 Ditch dug"."""

    template_name = "components/dated_rows.html"
    least, spare = 4, 2
    parts = ("day", "words")

    def split(self, line: str) -> tuple[str, str]:
        day, words = super().split(line)
        return (day, words) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else ("", line)


class Milestones(Lines):
    """Dated lines. Cleans to a list of {"date": date, "title": str} in order of date."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DatedRows())
        super().__init__(most=12, longest=120, **kwargs)

    def words_of(self, value: Any) -> str:
        return "\n".join(f"{m['date']} {m['title']}" for m in value)

    def clean(self, value: Any) -> list[Any]:
        found = []
        for line in super().clean(value):
            match = _DATED.fullmatch(line)
            try:
                year, month, day = (int(g) for g in match.groups()[:3]) if match else (0, 0, 0)
                when = date(year, month, day)
            except ValueError as fault:
                raise ValidationError(
                    _("“%(line)s” should begin with a date, as 2027-03-31."),
                    params={"line": line},
                ) from fault
            assert match is not None
            found.append({"date": when, "title": match.group(4)})
        return sorted(found, key=lambda m: m["date"])


_NO_AMOUNT = _("Please write an amount in yuan, as 30000 or 3万.")
#: How an amount in yuan names its unit.
YUAN = ("元", "元人民币", "元整", "圆")


class Money(forms.CharField):
    """An amount in yuan, to the fen; takes 30000, 30,000, 3万, 3.5 万元 and 三万元, as registers do.
    Cleans to Decimal."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(widget=widget, max_length=30, **kwargs)

    def words_of(self, value: Any) -> str:
        """A recorded amount for reading: 120000 → 12万元."""
        return in_yuan(Decimal(str(value)))

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = parse_quantity(text, "元")
        except Unclear as fault:
            raise ValidationError(_NO_AMOUNT) from fault
        exact = found and not found.at_least and not found.about and found.unit in YUAN
        if not found or not exact or not 0 <= found.value < Decimal(10) ** 12:
            raise ValidationError(_NO_AMOUNT)
        amount = Decimal(plain(found.value))
        if amount != amount.quantize(Decimal("0.01")):
            raise ValidationError(_("Please give the amount in yuan and fen."))
        return amount
