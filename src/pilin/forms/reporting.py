"""Reporting words, leaving them standing, appealing against a strike, and answering an appeal.

Reports are entered by the house, so that nobody is known to have reported: who it was is sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pilin.engine import builtin, moderation, striking
from pilin.engine.moderation_models import Report, Strike
from pilin.engine.payload import Payload
from pilin.engine.procedure import Who, Words
from pilin.engine.rules import above, house, steward, superior
from pilin.engine.situation import Situation
from pilin.engine.steps import stays
from pilin.engine.telling import Audience, Telling
from pilin.ledger import log
from pilin.people.models import Office

from .fields import Text
from .step_form import StepForm
from .striking import ANSWERS_REPORTS, called, in_charge

#: Why words are reported.
WHY: dict[str, Words] = {
    "person": _("It names somebody, or says what is nobody's business"),
    "child": _("It is about a child"),
    "insult": _("It insults or threatens"),
    "advert": _("It is advertising, or has nothing to do with this"),
    "false": _("It is not true"),
    "other": _("Something else"),
}
#: Open reports of the same words: a further one tells nobody anything new.
ENOUGH = 5


class ReportForm(StepForm):
    payload: ClassVar[type[Payload] | None] = builtin.Reported
    sealed = confided = ("words", "reporter")
    composes = True
    which = forms.MultipleChoiceField(
        label=_("Which words are meant?"), widget=forms.CheckboxSelectMultiple
    )
    why = forms.ChoiceField(
        label=_("What is wrong with them?"), choices=list(WHY.items()), widget=forms.RadioSelect
    )
    words = Text(
        label=_("What should the office know?"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("Only the office in charge reads this. You are not named to anybody else."),
    )
    reporter = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        records = log.of_matter(log.MAIN, self.situation.the_matter.pk)
        seen, rows = set[str](), []
        for (number, path), text, record in striking.standing(records):
            if text not in seen:
                seen.add(text)
                rows.append((f"{number}:{path}", called(record, path, text)))
        self.offer("which", rows)

    def clean_which(self) -> list[str]:
        which: list[str] = self.cleaned_data["which"]
        open_ = Report.objects.filter(
            matter=self.situation.the_matter.pk, settled=None, places__contains=which
        )
        if open_.count() >= ENOUGH:
            raise ValidationError(
                _("Several people have reported this already. It is being looked at."), code="known"
            )
        return which

    def public(self) -> dict[str, Any]:
        return {
            "reported": [_place(key) for key in self.cleaned_data["which"]],
            "why": self.cleaned_data["why"],
        }

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Why"), str(WHY.get(data["why"], data["why"]))


def _place(key: str) -> striking.Place:
    number, path = key.split(":", 1)
    return int(number), path


def heaps(s: Situation) -> dict[str, list[Report]]:
    """Open reports the actor may answer, by the words they are about: floods are one heap."""
    found: dict[str, list[Report]] = {}
    for report in Report.objects.filter(matter=s.the_matter.pk, settled=None).order_by("pk"):
        found.setdefault(",".join(sorted(report.places)), []).append(report)
    return {key: rows for key, rows in found.items() if _may_answer(s, rows)}


def waits(s: Situation) -> bool:
    """Whether something reported in the matter waits for the actor. One query, mostly."""
    open_ = Report.objects.filter(matter=s.the_matter.pk, settled=None)
    return bool(s.actor.offices) and open_.exists() and bool(heaps(s))


def _may_answer(s: Situation, rows: list[Report]) -> bool:
    """The office in charge; of words it left standing once, and of its own, the one above."""
    if superior(s.the_matter) is None:
        return bool(in_charge(s))
    places = [_place(key) for report in rows for key in report.places]
    wrote = {r.body["actor"] for r in log.some(log.MAIN, {number for number, _path in places})}
    higher = any(report.again for report in rows) or s.actor.person in wrote
    return bool(above.allows(s) if higher else in_charge(s))


class LeaveForm(StepForm):
    payload: ClassVar[type[Payload] | None] = builtin.Left
    composes = True
    which = forms.ChoiceField(label=_("Which words are meant?"), widget=forms.RadioSelect)
    reason = Text(
        label=_("Why are they left standing?"),
        max_length=400,
        rows=2,
        help_text=_("Public. Whoever reported them is told."),
    )

    def prepare(self) -> None:
        self.heaps = heaps(self.situation)
        records = {r.number: r for r in log.of_matter(log.MAIN, self.situation.the_matter.pk)}
        texts = {place: text for place, text, _r in striking.standing(records.values())}
        rows = []
        for key, reports in self.heaps.items():
            places = [_place(place) for place in reports[0].places]
            words = [called(records[n], path, texts.get((n, path), "■■")) for n, path in places]
            n = len(reports)
            told = ngettext("%(n)d report", "%(n)d reports", n) % {"n": n}
            rows.append((key, f"{'、'.join(words)} · {told}"))
        self.offer("which", rows)
        if len(rows) == 1:
            self.initial.setdefault("which", rows[0][0])

    def public(self) -> dict[str, Any]:
        reports = self.heaps[self.cleaned_data["which"]]
        return {"reports": [r.pk for r in reports], "reason": self.cleaned_data["reason"]}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        n = len(data["reports"])
        yield _("Reports"), str(n)
        yield _("Why"), data["reason"]


def _struck_of(s: Situation) -> list[Strike]:
    """Strikes of the actor's own words by somebody else, against which they have not appealed."""
    rows = Strike.objects.filter(matter=s.the_matter.pk, writers__contains=[s.actor.person])
    return list(rows.filter(appeal=None).exclude(by=s.actor.person).order_by("pk"))


def _appeals(s: Situation) -> list[Strike]:
    rows = Strike.objects.filter(matter=s.the_matter.pk, answered=None).exclude(appeal=None)
    return list(rows.order_by("pk"))


class AppealForm(StepForm):
    payload: ClassVar[type[Payload] | None] = builtin.Appealed
    strike = forms.TypedChoiceField(label=_("Which?"), coerce=int, widget=forms.RadioSelect)
    reason = Text(
        label=_("Why should it not have been struck?"),
        max_length=1000,
        rows=3,
        help_text=_("Public. The office above answers. What was struck is gone: do not repeat it."),
    )

    def strikes(self) -> list[Strike]:
        return _struck_of(self.situation)

    def prepare(self) -> None:
        rows = self.strikes()
        self.offer("strike", [(row.pk, row.reason) for row in rows])
        if len(rows) == 1:
            self.initial.setdefault("strike", rows[0].pk)

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        """Its reason stands in the entry that struck it."""
        return "" if name == "strike" else super()._chosen(name, value)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Why"), data["reason"]


RIGHT = {
    "yes": _("The appeal is right: it may be written anew"),
    "no": _("It was struck rightly"),
}


class AnswerAppealForm(AppealForm):
    payload: ClassVar[type[Payload] | None] = builtin.AppealAnswered
    composes = True
    reason = None  # type: ignore[assignment]
    right = forms.ChoiceField(
        label=_("What do you find?"), choices=list(RIGHT.items()), widget=forms.RadioSelect
    )
    answer = Text(label=_("Your answer"), max_length=1000, rows=3)

    def strikes(self) -> list[Strike]:
        return _appeals(self.situation)

    def public(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"strike": data["strike"], "right": data["right"] == "yes", "answer": data["answer"]}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("What was found"), str(RIGHT["yes" if data["right"] else "no"])
        yield _("Answer"), data["answer"]


def _answers_appeals(s: Situation) -> Office | bool | None:
    """The office above; where there is none, the organisation in charge."""
    return (above if superior(s.the_matter) else steward).allows(s)


def _was_struck(s: Situation) -> bool:
    return s.actor.kind == "person" and bool(_struck_of(s))


def _in_charge(s: Situation) -> Office | bool | None:
    return in_charge(s) if s.matter else None


struck_writer = Who("struck-writer", _("whoever wrote what was struck"), _was_struck)
moderator = Who("moderator", _("the office in charge, and the one above"), _in_charge)
answerer = Who("appeal-answerer", _("the office above the one in charge"), _answers_appeals)


def _to_look(t: Telling) -> Iterable[str]:
    """The office in charge, of the first of several open reports; of words left once, the one above."""
    others = Report.objects.filter(matter=t.after.pk, settled=None).exclude(pk=t.record.number)
    if others.exists():
        return ()
    again = Report.objects.get(pk=t.record.number).again
    return moderation.offices(t.after, t.day, above=again)


def _appellant(t: Telling) -> list[str]:
    return [Strike.objects.get(pk=t.said["strike"]).appellant]


LOOKERS = Audience(_("the office in charge"), "came", _to_look)
ABOVE = Audience(
    _("the office above"), "came", lambda t: moderation.offices(t.after, t.day, above=True)
)
APPELLANT = Audience(_("whoever appealed"), "looked", _appellant)


STEPS = (
    stays(
        builtin.REPORT,
        builtin.Everywhere(),
        by=house,
        title=_("Report words"),
        done=_("received a report about words"),
        asks=ReportForm,
        payload=builtin.Reported,
        side=True,
        side_by_side=True,
        tells=(LOOKERS,),
    ),
    stays(
        builtin.LEAVE,
        builtin.Everywhere(),
        by=moderator,
        title=_("Leave reported words standing"),
        done=_("left reported words standing"),
        asks=LeaveForm,
        payload=builtin.Left,
        only_if=lambda s: bool(heaps(s)),
        side=True,
        side_by_side=True,
        **ANSWERS_REPORTS,
    ),
    stays(
        builtin.APPEAL,
        builtin.Everywhere(),
        by=struck_writer,
        title=_("Appeal against striking"),
        done=_("appealed against striking"),
        asks=AppealForm,
        side=True,
        side_by_side=True,
        tells=(ABOVE,),
    ),
    stays(
        builtin.APPEAL_ANSWER,
        builtin.Everywhere(),
        by=answerer,
        title=_("Answer an appeal"),
        done=_("answered an appeal"),
        asks=AnswerAppealForm,
        payload=builtin.AppealAnswered,
        only_if=lambda s: bool(_appeals(s)),
        side=True,
        side_by_side=True,
        tells=(APPELLANT,),
        settles=lambda t: Strike.objects.get(pk=t.said["strike"]).appeal,
    ),
)
