"""What the steps of an owners' vote ask: calling it, entering ballots, counting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.owners import ABSENT, ABSTAIN, NO, YES
from pilin.engine.procedure import Words
from pilin.forms.fields import Day, Future, Line, Text
from pilin.forms.shared import ReasonForm
from pilin.forms.step_form import StepForm

from . import entries
from .counting import (
    STANDING,
    as_entered,
    ballot,
    ballots,
    called,
    hash_of,
    left_out,
    results,
    unsettled,
)
from .fields import Grid, Tab
from .fields import Line as Row
from .models import AUTHORISED, NONE, OWN, UNAUTHORISED, Paper, Register, Vote
from .rules import CHINA, Rules

PAGE = 25  # ballots on one page
MOST = 50  # and in one entry
ANSWERS: dict[str, Words] = {
    YES: _("Agrees"),
    NO: _("Against"),
    ABSTAIN: _("Abstains"),
    ABSENT: _("No mark"),
}
WAYS: dict[str, Words] = {
    OWN: _("the owner"),
    AUTHORISED: _("somebody else, with a written authorisation"),
    UNAUTHORISED: _("somebody else, without one: not counted"),
    NONE: _("nobody: I take my entry back"),
}


def roll_in_words(roll: Mapping[str, Any]) -> str:
    return _("The %(owners)d owners of %(units)d units, %(area)s m² together.") % roll


def current(matter: int) -> Vote | None:
    """The last vote called in a renovation."""
    return Vote.objects.filter(renovation_id=matter).order_by("-number").first()


class CallForm(StepForm):
    payload = entries.Call
    rules: ClassVar[Rules] = CHINA
    questions = Grid(
        {
            "item": forms.TypedChoiceField(label=_("Which item of the law"), coerce=int),
            "text": Line(label=_("What the owners are asked"), max_length=200),
        },
        blank=4,
        label=_("Questions"),
        help_text=_("The item decides how many must agree. Leave rows empty you do not need."),
    )
    first = Day(label=_("First day of the vote"))
    until = Future(
        label=_("Last day to hand in a ballot"),
        help_text=_(
            "Owners are to be told 15 days before they meet (Regulations on Property Management, Art. 14)."
        ),
    )
    where = Line(label=_("Where are ballots handed in?"), max_length=120)

    def prepare(self) -> None:
        grid = self.fields["questions"]
        assert isinstance(grid, Grid)
        item = grid.columns["item"]
        assert isinstance(item, forms.ChoiceField)
        titles = [(str(n), self.rules.item(n)) for n in self.rules.items]
        item.choices = [("", _("Please choose")), *titles]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, until = data.get("first"), data.get("until")
        if first and until and until < first:
            self.add_error("until", _("The last day lies before the first."))
        self.register = Register.objects.filter(pk=self.situation.the_matter.pk).first()
        if self.register is None:
            raise ValidationError(_("The register of units is missing: please enter it first."))
        return data

    def public(self) -> dict[str, Any]:
        data = super().public()
        assert self.register is not None
        data["roll"] = {
            "units": self.register.unit_count,
            "owners": self.register.owner_count,
            "area": self.register.area,
            "hash": hash_of(self.register.units),
        }
        data["questions"] = [
            {"item": q["item"], "text": q["text"]} for q in self.cleaned_data["questions"]
        ]
        return data

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        for n, question in enumerate(data["questions"], 1):
            words = f"{question['text']}（{cls.rules.item(question['item'])}）"
            yield _("Question %(n)d") % {"n": n}, words
        rest = {k: v for k, v in data.items() if k not in ("questions", "roll")}
        yield from super().answers(rest)
        if roll := data.get("roll"):
            yield _("Who may vote?"), roll_in_words(roll)


class ExtendForm(ReasonForm):
    payload = entries.Extend
    until = Future(label=_("New last day to hand in a ballot"))

    def clean_until(self) -> Any:
        vote = current(self.situation.the_matter.pk)
        until = self.cleaned_data["until"]
        if vote and until and until <= vote.until:
            raise ValidationError(_("The new last day lies before the old one."))
        return until


class EnterForm(StepForm):
    """Ballots of one page of owners. Whoever enters them does not see what others entered."""

    payload = entries.Enter
    hidden = ("ballots",)
    vote = forms.IntegerField(required=False, widget=forms.HiddenInput)
    ballots = Grid({}, label=_("Ballots"))

    def prepare(self) -> None:
        grid = self.fields["ballots"]
        assert isinstance(grid, Grid)
        self.called = vote = current(self.situation.the_matter.pk)
        if vote is None:
            return
        self.initial["vote"] = vote.number
        choices = list(ANSWERS.items())
        for n, question in enumerate(vote.questions, 1):
            title = question["text"] if len(vote.questions) == 1 else f"{n}. {question['text']}"
            grid.columns[f"q{n}"] = forms.ChoiceField(
                label=title, choices=choices, initial="", required=False, widget=forms.RadioSelect
            )
        grid.columns["way"] = forms.ChoiceField(
            label=_("Who cast it"), choices=list(WAYS.items()), initial=OWN, required=False
        )
        papers = self._papers(vote).prefetch_related("readings")
        grid.lay_out([self._line(p) for p in papers], (_("Owner"), _("Units"), _("So far")))
        grid.tabs = () if self.is_bound else list(self._tabs(vote))
        grid.help_text = _(
            "Mark what stands on the paper. Each ballot is entered by two people; it counts once both read it alike. Leave owners without a ballot as they are."
        )

    def _papers(self, vote: Vote) -> Any:
        """Those typed in, where something was; else those of the page asked for."""
        rows = Paper.objects.filter(vote=vote).order_by("number")
        if self.is_bound:
            direct = self.data.get("ballots")
            if isinstance(direct, list):
                typed = [str(b.get("row", "")) for b in direct if isinstance(b, dict)]
            else:
                typed = [
                    k[8:-4] for k in self.data if k.startswith("ballots-") and k[-4:] == "-way"
                ]
            numbers = [int(k) for k in typed if re.fullmatch("[0-9]{1,6}", k)]
            return rows.filter(number__in=numbers)
        if self.initial.get("show") == "differ":
            mixed = [b.paper.number for b in unsettled(ballots(vote))]
            return rows.filter(number__in=mixed[:PAGE])
        first = (self._page - 1) * PAGE
        return rows.filter(number__gt=first, number__lte=first + PAGE)

    @property
    def _page(self) -> int:
        asked = str(self.initial.get("page", ""))
        return int(asked) if re.fullmatch("[1-9][0-9]{0,4}", asked) else 1

    def _tabs(self, vote: Vote) -> Iterator[Tab]:
        """Page by page as the register goes, and those to be looked at again on one of their own."""
        cast = ballots(vote)
        mixed, differ = len(unsettled(cast)), self.initial.get("show") == "differ"
        if len(cast) > PAGE or mixed:
            for page, start in enumerate(range(0, len(cast), PAGE), 1):
                part = cast[start : start + PAGE]
                words = f"{part[0].paper.units[0]} – {part[-1].paper.units[-1]}"
                yield Tab(words, f"?page={page}", not differ and page == self._page)
        if mixed:
            words = _("Entered once or differently (%(n)d)") % {"n": mixed}
            yield Tab(words, "?show=differ", differ)

    def _line(self, paper: Paper) -> Row:
        """How the ballot stands, and what the reader entered before; never what another did."""
        readings = list(paper.readings.all())
        mine = [r for r in readings if r.person == self.situation.actor.person]
        words = [str(STANDING[ballot(paper, readings).standing])]
        if mine:
            said = " / ".join(str(ANSWERS[a]) for a in mine[0].answers)
            words.append(str(_("you entered: %(said)s") % {"said": said}))
        return Row(str(paper.number), (paper.owner, "\n".join(paper.units), "\n".join(words)))

    def clean_vote(self) -> int | None:
        given = self.cleaned_data["vote"]
        if self.called is None or given not in (None, self.called.number):
            raise ValidationError(_("This vote is over: please begin anew."))
        return self.called.number

    def clean_ballots(self) -> list[dict[str, Any]]:
        grid = self.fields["ballots"]
        assert isinstance(grid, Grid)
        owners = {line.key: line.heads[0] for line in grid.lines}
        found = []
        if len(self.cleaned_data["ballots"]) > MOST:
            raise ValidationError(_("At most %(n)d ballots at once, please."), params={"n": MOST})
        for row in self.cleaned_data["ballots"]:
            answers = [row[key] or "" for key in grid.columns if key != "way"]
            way = row["way"] or OWN
            if way != NONE and not any(answers):
                raise ValidationError(
                    _("%(owner)s: please mark an answer."), params={"owner": owners[row["row"]]}
                )
            answers = [] if way == NONE else answers
            found.append({"owner": owners[row["row"]], "answers": answers, "way": way})
        return found

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        """How many; what they say stands on the result's page once it is counted."""
        yield _("Ballots"), str(len(data["ballots"]))


class CountForm(StepForm):
    payload = entries.Count
    rules: ClassVar[Rules] = CHINA
    why = Text(label=_("Why are they left out?"), max_length=1000, rows=3)

    def prepare(self) -> None:
        vote = current(self.situation.the_matter.pk)
        self.cast = as_entered(vote) if vote else []
        self.called = vote
        open_ = unsettled(self.cast)
        if not open_:
            del self.fields["why"]
            return
        owners = "、".join(b.paper.owner for b in open_[:20]) + (" …" if len(open_) > 20 else "")
        self.fields["why"].help_text = _(
            "%(n)d ballots are not settled and would not be counted: %(owners)s"
        ) % {"n": len(open_), "owners": owners}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.called is None or not called(self.called):
            raise ValidationError(_("The vote is not as it was called: nothing is counted."))
        return data

    def public(self) -> dict[str, Any]:
        """The count itself: whoever reads the entry has every number of it."""
        assert self.called is not None
        return {
            **super().public(),
            "vote": self.called.number,
            "results": results(self.called, self.cast, self.rules),
            "left_out": len(left_out(self.cast)),
        }

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        for n, found in enumerate(data["results"], 1):
            yield _("Question %(n)d") % {"n": n}, f"{found['text']}：{outcome(found)}"
        yield from super().answers({k: v for k, v in data.items() if k == "why"})


def outcome(found: Mapping[str, Any]) -> str:
    if found["passed"]:
        return str(_("carried"))
    return str(_("not carried") if found["valid"] else _("not valid: too few took part"))
