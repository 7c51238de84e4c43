"""What a step asks. A form's cleaned values become the public part of the entry.

Organisations and places are recorded with id and name, so that an entry can be read by itself.
Fields named in `sealed` go to the sealed part: outside the hash, erasable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from pilin.people.models import Organisation, Place

from .situation import Situation

if TYPE_CHECKING:  # these are generic for the type checker alone
    _ModelChoice = forms.ModelChoiceField[Any]
    _ModelChoices = forms.ModelMultipleChoiceField[Any]
else:
    _ModelChoice, _ModelChoices = forms.ModelChoiceField, forms.ModelMultipleChoiceField


def no_control_characters(value: str) -> None:
    """Refuse characters that cannot be seen; line breaks and tabs are fine."""
    for char in value:
        if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") and char not in "\n\r\t":
            raise ValidationError(
                _("This text holds an invisible control character (%(code)s). Please retype it."),
                code="control",
                params={"code": f"U+{ord(char):04X}"},
            )
        if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            raise ValidationError(_("This text changes its reading direction. Please retype it."))


#: The hundred commonest family names, enough to notice most names of children.
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_CHILD = re.compile(
    rf"[{_FAMILY}][一-龥]{{1,2}}(?:小朋友|小同学|同学)|(?<!任)[{_FAMILY}]某(?![些个种一项])|(?:姓名|名叫|叫做)[:：]?\s*[{_FAMILY}][一-龥]{{1,2}}"
)


NAMES_A_CHILD = _("This looks like the name of a child. Please write the child's code instead.")


def names_a_child(text: str) -> bool:
    return bool(_CHILD.search(text))


def no_childs_name(value: str) -> None:
    """Refuse what looks like the name of a child; a code (学生01) stands for one."""
    if _CHILD.search(value):
        raise ValidationError(NAMES_A_CHILD, code="child")


class Line(forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int = 120, discreet: bool = False, **kwargs: Any) -> None:
        more = kwargs.pop("validators", [])
        super().__init__(max_length=max_length, validators=[*_checks(discreet), *more], **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return " ".join(text.split()) if text else text


class Text(forms.CharField):
    """Some paragraphs."""

    def __init__(
        self, *, max_length: int = 4000, rows: int = 5, discreet: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, validators=_checks(discreet), **kwargs)


def _checks(discreet: bool) -> list[Any]:
    return [no_control_characters, *([no_childs_name] if discreet else [])]


def _plausible(day: Any) -> Any:
    if day and not 1949 <= day.year <= 2199:
        raise ValidationError(_("Please check the year."))
    return day


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d"])
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = _plausible(super().clean(value))
        return day


class Future(Day):
    """A day after that of the step."""

    today: date | None = None

    def bind(self, situation: Situation) -> None:
        self.today = situation.today

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and self.today and day <= self.today:
            raise ValidationError(_("Please give a day in the future."))
        return day


class Time(forms.DateTimeField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs.setdefault("widget", widget)
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        return _plausible(super().clean(value))


class OrganisationChoice(_ModelChoice):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organisation.objects.order_by("sides", "name"))
        kwargs.setdefault("empty_label", _("Please choose"))
        super().__init__(**kwargs)


class OrganisationsChoice(_ModelChoices):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Organisation.objects.order_by("sides", "name"))
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(**kwargs)


class PlaceChoice(_ModelChoice):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Place.objects.order_by("side", "id"))
        kwargs.setdefault("empty_label", _("Please choose"))
        super().__init__(**kwargs)


class StepForm(forms.Form):
    """Base of every step's form. `situation` tells who asks, about what."""

    sealed: ClassVar[tuple[str, ...]] = ()
    #: Of the sealed ones: what is no secret, and sealed only until a later step publishes it.
    withheld: ClassVar[tuple[str, ...]] = ()
    required_css_class = "required"

    def __init__(self, data: Any = None, *, situation: Situation, **kwargs: Any) -> None:
        self.situation = situation
        super().__init__(data, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")
            if isinstance(field, Future):
                field.bind(situation)
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices to what the situation allows."""

    def narrow(self, name: str, rows: QuerySet[Any]) -> None:
        """Offer only `rows` in a field that chooses among them."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def own(self, name: str, *roles: str) -> None:
        """Offer only organisations at which the actor holds an office with one of these roles."""
        offices = self.situation.actor.offices
        held = [o.organisation_id for o in offices if not roles or o.role in roles]
        self.narrow(name, Organisation.objects.filter(pk__in=held).order_by("sides", "name"))

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Offer `choices` in a choice field; `(value, words)` each."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """What is kept sealed in this matter must not stand in a public answer."""
        data: dict[str, Any] = super().clean() or {}
        kept = set(self.sealed) - set(self.withheld)
        own = {word for name in kept for word in _words(data.get(name))}
        secrets = [w for w in {*own, *self.situation.sealed_words} if len(w) > 1]
        matter = self.situation.matter
        discreet = matter is not None and matter.rules.discreet
        for name, value in list(data.items()):
            texts = [] if name in self.sealed else _words(value)
            if discreet and any(_CHILD.search(t) for t in texts):
                self.add_error(name, NAMES_A_CHILD)
            elif not self.errors and any(s in t for s in secrets for t in texts):
                # Asked only of what would otherwise be recorded: who guesses leaves a trace.
                self.add_error(name, _("This holds what is kept sealed. Please leave it out."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        """Fields of the matter this step sets: title, place, org, orgs, sides, on_behalf."""
        return {}

    def public(self) -> dict[str, Any]:
        return {k: v for k, v in self._json() if k not in self.sealed}

    def secret(self) -> dict[str, Any]:
        return {k: v for k, v in self._json() if k in self.sealed}

    def _json(self) -> Iterator[tuple[str, Any]]:
        for name, value in self.cleaned_data.items():
            if value not in (None, "", [], ()):
                yield name, as_json(value)
                if words := self._chosen(name, value):
                    yield f"{name}_words", words

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        """The words of a choice offered for this matter alone: an entry is read by itself."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
            return ""
        if self.base_fields[name].choices:  # type: ignore[attr-defined]
            return ""
        words = dict(field.choices)  # type: ignore[arg-type]
        if isinstance(value, list):
            return [str(words.get(v, v)) for v in value]
        return str(words.get(value, value))

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        """The recorded answers as (label, words), in the order the form asks."""
        for name, field in cls.base_fields.items():
            if name in data and name not in cls.sealed:
                yield field.label or name, in_words(data.get(f"{name}_words", data[name]), field)


def _words(value: Any) -> list[str]:
    """The texts in an answer."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [w for inner in value for w in _words(inner)] if isinstance(value, list) else []


def as_json(value: Any) -> Any:
    match value:
        case Model():
            return {"id": value.pk, "name": str(value)}
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case dict():
            return {k: as_json(v) for k, v in value.items()}
        case str() | bool() | int() | float() | None:
            return value
        case _:
            return [as_json(v) for v in value]


def in_words(value: Any, field: forms.Field | None = None) -> str:
    """A recorded value for reading."""
    if (own := getattr(field, "words_of", None)) is not None:
        return str(own(value))
    if isinstance(value, list):
        return "\n".join(in_words(v, field) for v in value)
    if isinstance(value, dict):
        if "wording" in value:
            return str(value["wording"])
        named = value.get("name") or value.get("title")
        rest = [in_words(v) for k, v in value.items() if k not in ("id", "name", "title") and v]
        return " · ".join([*([str(named)] if named else []), *rest])
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(field, forms.DateTimeField):
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    if isinstance(field, forms.DateField):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    choices = getattr(field, "choices", None) if isinstance(field, forms.ChoiceField) else None
    if choices is not None and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[union-attr]
    return str(value)
