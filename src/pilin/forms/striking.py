"""Striking words: by whoever wrote them, or by the office in charge, with a reason that stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pilin.engine import builtin, striking
from pilin.engine.models import Matter, Notice
from pilin.engine.moderation_models import Report
from pilin.engine.payload import Payload
from pilin.engine.procedure import Who
from pilin.engine.programme import registry
from pilin.engine.rules import above, holder, steward
from pilin.engine.situation import Situation
from pilin.engine.steps import stays
from pilin.engine.telling import Audience, Telling
from pilin.ledger import log, sealed_parts
from pilin.ledger.log import Record
from pilin.people.models import Office

from .fields import Line
from .step_form import StepForm

#: Signs of a text that are shown to choose it by.
SHOWN = 60


def _wrote(key: int) -> frozenset[str]:
    """Those who wrote something in a matter that still stands."""
    found = striking.standing(log.of_matter(log.MAIN, key))
    return frozenset(r.body["actor"] for place, _text, r in found if striking.is_own(place))


def in_charge(s: Situation) -> Office | bool | None:
    """The office in charge of a matter, the one that has it, or the one above: who may strike anything."""
    for who in (steward, above, holder):
        if isinstance(office := who.allows(s), Office):
            return office
    return None


def _may(s: Situation) -> Office | bool | None:
    if s.matter is None or s.actor.kind != "person" or not s.the_matter.rules.listed:
        return None
    return in_charge(s) or s.actor.person in s.once(_wrote) or None


striker = Who("striker", _("whoever wrote it, and the office in charge"), _may)


class StrikeForm(StepForm):
    """Asks which words; a copy of them elsewhere in the matter goes along."""

    payload: ClassVar[type[Payload] | None] = builtin.Struck
    composes = True  # places are chosen as keys, and entered as numbers and paths
    which = forms.MultipleChoiceField(label=_("Which words?"), widget=forms.CheckboxSelectMultiple)
    reason = Line(
        label=_("Why?"),
        max_length=200,
        help_text=_(
            "Public, and stays: “personal data”, “an insult”. Do not repeat here what is struck."
        ),
    )

    def prepare(self) -> None:
        s = self.situation
        self.records = log.of_matter(log.MAIN, s.the_matter.pk)
        every = bool(in_charge(s))
        rows, seen = [], set[str]()
        for (number, path), text, record in striking.standing(self.records):
            own = record.body["actor"] == s.actor.person and striking.is_own((number, path))
            if (every or own) and text not in seen:
                seen.add(text)
                rows.append((f"{number}:{path}", called(record, path, text)))
        self.offer("which", rows)

    def chosen(self) -> list[striking.Place]:
        """Every place of the words that were chosen; the writer's own alone, where the writer strikes."""
        named = [tuple(key.split(":", 1)) for key in self.cleaned_data["which"]]
        places = striking.wherever(self.records, [(int(n), path) for n, path in named])
        if in_charge(self.situation):
            return places
        mine = {r.number for r in self.records if r.body["actor"] == self.situation.actor.person}
        return [place for place in places if place[0] in mine and striking.is_own(place)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and _repeats(data["reason"], self.records, self.chosen()):
            raise ValidationError(_("The reason repeats what is to be struck."))
        return data

    def public(self) -> dict[str, Any]:
        chosen = self.chosen()
        numbers = {number for number, _path in chosen}
        writers = sorted({r.body["actor"] for r in self.records if r.number in numbers})
        return {"struck": chosen, "reason": self.cleaned_data["reason"], "writers": writers}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        n = len({tuple(place) for place in data["struck"]})
        yield _("Struck"), ngettext("%(n)d text", "%(n)d texts", n) % {"n": n}
        yield _("Why"), data["reason"]


def called(record: Record, path: str, text: str) -> str:
    """Words as they are offered to be chosen: shortened, with the step they stand in."""
    step = registry.step(
        registry.get(record.body["kind"], record.body["procedure"]), record.body["step"]
    )
    shown = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    done = step.done if step else ""
    if path.startswith("files."):
        return str(_("File “%(name)s” (%(done)s)")) % {"name": shown, "done": done}
    return f"“{shown}” ({done})"


def _repeats(reason: str, records: list[Record], places: list[striking.Place]) -> bool:
    gone = {text for place, text, _r in striking.standing(records) if place in set(places)}
    return any(len(text) > 1 and text in reason for text in gone)


def _reporters(t: Telling) -> Iterator[str]:
    """Those whose reports led to it."""
    for pk in Report.objects.filter(settled=t.record.number).values_list("pk", flat=True):
        if reporter := (sealed_parts.sealed(log.MAIN, pk) or {}).get("reporter"):
            yield reporter


def _asked_by(t: Telling) -> int | None:
    """The entry that asked to look at reports, once none is open any more: of several it was the first,
    which may have been settled before the others."""
    reports = Report.objects.filter(matter=t.after.pk)
    if reports.filter(settled=None).exists():
        return None
    asking = Notice.objects.filter(matter=t.after.pk, reason="came", settled=None)
    told = asking.filter(entry__in=reports.values("pk"))
    return told.values_list("entry", flat=True).first()


REPORTERS = Audience(_("whoever reported it"), "looked", _reporters)
#: What a step tells and settles that answers reports.
ANSWERS_REPORTS: dict[str, Any] = {"tells": (REPORTERS,), "settles": _asked_by}


def carry_out(record: Record) -> None:
    matter = Matter.objects.get(pk=record.body["matter"])
    striking.strike(matter, ((number, path) for number, path in record.body["data"]["struck"]))


STEPS = (
    stays(
        builtin.STRIKE,
        builtin.Everywhere(),
        by=striker,
        title=_("Strike public words"),
        done=_("struck words"),
        asks=StrikeForm,
        payload=builtin.Struck,
        side=True,
        side_by_side=True,
        afterwards=carry_out,
        **ANSWERS_REPORTS,
    ),
)
