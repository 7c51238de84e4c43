"""What each step of a panel drawn by lot asks."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.quotas import Quota, Unmet
from pilin.deciding.sortition import LEXIMIN
from pilin.deciding.sortition_files import drawn_from, lots
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.forms.fields import Future, Line, Lines, Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm
from pilin.ledger import log, sealed_parts

from . import entries
from .features import AGE, AGES, ALSO, PLACE, SEX, SEXES, TITLES
from .models import Panel, Volunteer
from .rules import FEWEST, MOST, MOST_SEATS

#: Who may call a panel, and signs that an entry has for its lottery.
CALLERS = ("host", "clerk", "lead")
ROOM = 30_000
_QUOTA = re.compile(r"(\S+)\s+(\S+)\s+(\d{1,3})\s*(?:[-–~至到]|\s)\s*(\d{1,3})")


class Quotas(Lines):
    """Lines such as "年龄 18-34 2-4". Cleans to a list of {"feature", "value", "least", "most"}."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=40, longest=60, **kwargs)

    def words_of(self, value: Any) -> str:
        return "\n".join(f"{q['feature']} {q['value']} {q['least']}-{q['most']}" for q in value)

    def clean(self, value: Any) -> list[Any]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for line in super().clean(value):
            match = _QUOTA.fullmatch(line)
            feature = match and ALSO.get(match[1], match[1])
            if not match or feature not in TITLES:
                words = _("“%(line)s” should be as: 年龄 18-34 2-4")
                raise ValidationError(words, params={"line": line})
            least, most = int(match[3]), int(match[4])
            if not self._is_value(str(feature), match[2]):
                words = _("“%(line)s”: there is no such value.")
                raise ValidationError(words, params={"line": line})
            if least > most or (feature, match[2]) in found:
                words = _("“%(line)s” contradicts itself or another line.")
                raise ValidationError(words, params={"line": line})
            said = {"feature": feature, "value": match[2], "least": least, "most": most}
            found[str(feature), match[2]] = said
        return list(found.values())

    @staticmethod
    def _is_value(feature: str, value: str) -> bool:
        if feature == PLACE:
            return any(place.name == value for place in registers().places.values())
        return value in (AGES if feature == AGE else SEXES)


class CallForm(StepForm):
    payload = entries.Call
    title = Line(label=_("What is the panel asked, in one line?"), max_length=80)
    org = OrganisationChoice(label=_("Which forum calls it?"), takes_it_on=True)
    consultation = forms.TypedChoiceField(label=_("In which consultation does it sit?"), coerce=int)
    text = Text(label=_("What is it to work out, and when does it meet?"), max_length=2000)
    size = forms.IntegerField(label=_("How many seats?"), min_value=FEWEST, max_value=MOST_SEATS)
    quotas = Quotas(
        label=_("Of whom, at least and at most?"),
        help_text=_(
            "One a line: 年龄 18-34 2-4. 性别 女 3-6. 村社 韩家庙村 2-5. Whoever fits none cannot join."
        ),
    )
    until = Future(label=_("Until which day can people put themselves down?"))

    def prepare(self) -> None:
        self.own("org", *CALLERS)
        orgs = [o.organisation_id for o in self.situation.actor.offices if o.role in CALLERS]
        rows = Matter.objects.filter(kind="consultation", is_open=True, org__in=orgs).order_by(
            "-last"
        )
        self.offer("consultation", [(m.pk, m.title) for m in rows[:200]])

    def matter_fields(self) -> dict[str, Any]:
        return self.about(self.cleaned_data["title"], self.cleaned_data["org"])


class JoinForm(StepForm):
    """One's home is known; age and sex are asked as far as the quotas do, and public under a number."""

    payload = entries.Join
    composes = True
    features = forms.CharField(required=False, widget=forms.HiddenInput)
    age = forms.ChoiceField(label=_("How old are you?"), choices=list(AGES.items()))
    sex = forms.ChoiceField(label=_("Your sex"), choices=list(SEXES.items()))
    agrees = forms.BooleanField(
        label=_(
            "Everyone may read under a number where I live, how old I am and my sex, as far as it is asked"
        )
    )

    def prepare(self) -> None:
        panel = Panel.objects.get(pk=self.situation.the_matter.pk)
        self.quotas = panel.quotas
        self.asked = {q["feature"] for q in panel.quotas}
        for name, feature in (("age", AGE), ("sex", SEX)):
            if feature not in self.asked:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = {AGE: self.cleaned_data.pop("age", None), SEX: self.cleaned_data.pop("sex", None)}
        self.cleaned_data.pop("agrees", None)
        data = super().clean()
        if PLACE in self.asked:
            named = self._places()
            given[PLACE] = next(
                (q["value"] for q in self.quotas if q["feature"] == PLACE and q["value"] in named),
                None,
            )
        known = {(q["feature"], q["value"]) for q in self.quotas}
        said = {name: value for name, value in given.items() if name in self.asked}
        if not self.errors and any((name, value) not in known for name, value in said.items()):
            raise ValidationError(
                _("No seat is kept for somebody like you: the quotas say for whom.")
            )
        count = Volunteer.objects.filter(panel=self.situation.the_matter.pk).count()
        if count >= MOST:
            raise ValidationError(_("The roll is full: %(n)d people."), params={"n": MOST})
        data["features"] = said
        return data

    def _places(self) -> set[str]:
        """The names of where it was checked that they live, and of what lies around it."""
        now, day = registers(), self.situation.today
        homes = [now.place(h.place) for h in self.situation.actor.homes if h.held(day)]
        around = [now.place(key) for home in homes if home for key in home.path]
        return {place.name for place in (*homes, *around) if place}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        for name, value in data["features"].items():
            yield TITLES.get(name, name), str(value)


class CommitForm(StepForm):
    """The roll is closed; the lottery and the hash of the seed's first part are published."""

    payload = entries.Commit
    composes = True
    sealed = ("seed",)
    withheld = ("seed",)
    roll = forms.CharField(required=False, widget=forms.HiddenInput)
    seed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        panel = Panel.objects.get(pk=self.situation.the_matter.pk)
        rows = list(Volunteer.objects.filter(panel=panel).order_by("number"))
        people = {str(row.number): row.features for row in rows}
        quotas = quotas_of(panel)
        try:
            found = lots(people, quotas, panel.size, "", LEXIMIN, drawn=False)
        except (Unmet, ValueError, ArithmeticError) as fault:
            raise ValidationError(str(fault)) from fault
        self.lottery = {
            "fingerprint": found["fingerprint"],
            "minimum": str(found["minimum"]),
            **found["lottery"],
        }
        self.lottery["most"] = str(self.lottery["most"])
        if len(json.dumps(self.lottery)) > ROOM:
            raise ValidationError(
                _("The lottery is too long for an entry: ask for fewer features.")
            )
        self.people = [{"number": row.number, "features": row.features} for row in rows]
        data["seed"] = secrets.token_hex(16)
        return data

    def public(self) -> dict[str, Any]:
        digest = hashlib.sha256(self.cleaned_data["seed"].encode()).hexdigest()
        return {"roll": self.people, "seed_hash": digest, "lottery": self.lottery}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("On the roll"), str(len(data["roll"]))
        yield _("Fingerprint of the lottery"), data["lottery"]["fingerprint"]
        yield _("Hash of the seed's first part"), data["seed_hash"]


def quotas_of(panel: Panel) -> list[Quota]:
    return [Quota(q["feature"], q["value"], q["least"], q["most"]) for q in panel.quotas]


class WordForm(StepForm):
    payload = entries.Word
    word = Line(
        label=_("Any words: they become a part of the seed"),
        max_length=120,
        help_text=_("So that whoever chose the other part could not choose who is drawn."),
    )


class DrawForm(StepForm):
    """The seed is opened, and the panel it draws is entered."""

    payload = entries.Draw
    composes = True
    seed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        panel = Panel.objects.get(pk=self.situation.the_matter.pk)
        entry = (panel.committed or {}).get("entry")
        part = sealed_parts.sealed(log.MAIN, entry) if entry else None
        if not part or "seed" not in part:
            raise ValidationError(_("The first part of the seed is gone: close the roll again."))
        self.whole = f"{part['seed']}|{panel.word}"
        self.found = drawn(panel, self.whole)
        return data

    def public(self) -> dict[str, Any]:
        return {"seed": self.whole, **self.found}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("The seed"), data["seed"]
        yield _("Drawn"), "、".join(map(str, data["panel"]))


def drawn(panel: Panel, seed: str) -> dict[str, Any]:
    """Whom a seed draws, and who comes in for them: as `pilin decide lots` says."""
    committed = panel.committed or {}
    people = {str(row["number"]): row["features"] for row in committed["roll"]}
    found = drawn_from(people, quotas_of(panel), panel.size, committed["lottery"], seed)
    return {
        "panel": sorted(map(int, found["panel"])),
        "substitutes": [[int(i) for i in row] for row in found["substitutes"]],
    }


class SeatForm(StepForm):
    payload = entries.Seat
    takes = forms.ChoiceField(
        label=_("You were drawn. Do you take the seat?"),
        choices=[("yes", _("Yes, I take it")), ("no", _("No: somebody like me comes in"))],
        widget=forms.RadioSelect,
    )


class FoundForm(StepForm):
    payload = entries.Found
    words = Text(label=_("What did the panel work out?"), max_length=3000)
