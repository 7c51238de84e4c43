"""What each step of a nomination asks, from the deed to the public notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pilin.deciding import award
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.forms.fields import Day, Future, Line, Money, Text
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, PlaceChoice, any_of
from pilin.forms.shared import ReasonForm
from pilin.forms.step_form import StepForm
from pilin.ledger import log, sealed_parts

from . import entries, rules
from .inquiries import SEALED
from .models import RELATIONS, Member, Nomination, Objection

JUROR = "juror"
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
MINOR = _("The nominee is a minor")
FOR_EVER = _("Then the name stays sealed for ever, also once the award is given.")


class NominateForm(StepForm):
    payload = entries.Nominate
    sealed = ("nominee", "contact", "witnesses")
    title = Line(
        label=_("What was done, in one line and without names?"), max_length=60, discreet=True
    )
    org = OrganisationChoice(label=_("Which office judges it?"), takes_it_on=True)
    day = Day(label=_("On which day?"))
    place = PlaceChoice(label=_("Where?"), required=False)
    text = Text(label=_("What happened? Without names"), max_length=2000)
    nominee = Line(label=_("Who was it?"), max_length=40, help_text=SEALED)
    unit = OrganisationChoice(label=_("Where do they work, if it is in the list?"), required=False)
    contact = Line(label=_("How can they be reached?"), max_length=120, help_text=SEALED)
    witnesses = Text(
        label=_("Who saw it?"), max_length=600, rows=2, required=False, help_text=SEALED
    )
    relation = forms.ChoiceField(
        label=_("What are they to you?"),
        choices=[("self", _("It was me")), ("kin", _("A relative")), ("other", _("None of these"))],
        widget=forms.RadioSelect,
    )
    minor = forms.BooleanField(label=MINOR, required=False, help_text=FOR_EVER)

    def prepare(self) -> None:
        self.narrow("org", any_of("government", "hall"))
        self.nearest("org")

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not 0 <= (self.situation.today - day).days <= rules.DEED_WITHIN:
            raise ValidationError(_("A deed of the last year, please."))
        return day

    def alike(self) -> list[Matter]:
        """Nominations for a deed of the same day, on either side: whoever received it first judges it."""
        rows = Nomination.objects.filter(day=self.cleaned_data["day"], matter__is_open=True)
        return [one.matter for one in rows.select_related("matter")[:5]]

    def matter_fields(self) -> dict[str, Any]:
        place = self.cleaned_data.get("place")
        org = self.cleaned_data["org"]
        return self.about(self.cleaned_data["title"], org, place=place.pk if place else None)


class ConsentForm(StepForm):
    payload = entries.Consent
    agrees = forms.ChoiceField(
        label=_("Does the nominee agree to be named?"), choices=YES_NO, widget=forms.RadioSelect
    )
    minor = forms.BooleanField(label=MINOR, required=False, help_text=FOR_EVER)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("minor") and data.get("agrees") == "yes":
            self.add_error("agrees", _("A minor is never named, whoever agrees."))
        return data


class SummonForm(StepForm):
    """The committee: all who hold that office in the organisation in charge on this day."""

    payload = entries.Summon
    words = Text(label=_("What should be said about it?"), max_length=500, rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.members = registers().holders(
            self.situation.the_matter.org_id, JUROR, self.situation.today
        )
        if len(self.members) < rules.MEMBERS:
            words = _("A committee has %(n)d members at least: give out that office first.")
            raise ValidationError(words, params={"n": rules.MEMBERS})
        return data

    def public(self) -> dict[str, Any]:
        return {**super().public(), "members": self.members}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Members"), str(len(data["members"]))
        yield from super().answers({k: v for k, v in data.items() if k != "members"})


class RecuseForm(StepForm):
    payload = entries.Recuse
    relation = forms.ChoiceField(
        label=_("What is the nominee to you?"),
        choices=[row for row in RELATIONS.items() if row[0] != "none"],
        widget=forms.RadioSelect,
    )


class CastForm(StepForm):
    """A vote in a closed envelope: it lies beside the entry, and nobody is shown it before all are in."""

    payload = entries.Cast
    composes = True
    hidden = ("vote",)
    vote = forms.CharField(required=False, widget=forms.HiddenInput)
    relation = forms.ChoiceField(
        label=_("Is the nominee a relative of yours, or from your unit?"),
        choices=list(RELATIONS.items()),
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        for key, title in rules.criteria():
            self.fields[f"vote-{key}"] = forms.IntegerField(
                label=title,
                min_value=award.LOWEST,
                max_value=award.HIGHEST,
                help_text=_("From 0 to 100"),
            )
        self.fields["vote-yes"] = forms.ChoiceField(
            label=_("Should the award be given?"), choices=YES_NO, widget=forms.RadioSelect
        )

    def clean_relation(self) -> str:
        relation: str = self.cleaned_data["relation"]
        if relation != "none":
            raise ValidationError(_("Then you may not vote: please recuse yourself instead."))
        return relation

    def clean(self) -> dict[str, Any]:
        given = {key: self.cleaned_data.pop(f"vote-{key}", None) for key in rules.WEIGHTS}
        yes = self.cleaned_data.pop("vote-yes", None)
        self.cleaned_data.pop("relation", None)
        data = super().clean()
        if not self.errors:
            data["vote"] = " ".join([str(yes), *(str(given[key]) for key in rules.WEIGHTS)])
        return data

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        """Nothing to read before all are in, and then the sheet is read."""
        yield from ()


class OpenForm(StepForm):
    """The envelopes are opened: the sheet, and what it comes to. Taken by the house."""

    payload = entries.Opened
    composes = True
    sheet = forms.CharField(required=False, widget=forms.HiddenInput)

    def public(self) -> dict[str, Any]:
        return opened(self.situation.the_matter.pk)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Members who may vote"), str(data["entitled"])
        yield _("Yes"), str(data["yes"])
        yield _("No"), str(data["no"])


def opened(key: int) -> dict[str, Any]:
    """What the entries of the votes come to."""
    members = list(Member.objects.filter(nomination=key).order_by("number"))
    entitled = [member for member in members if not member.recused]
    votes = log.some(log.MAIN, [m.voted for m in entitled if m.voted is not None])
    lines, ballots = [], []
    for record in sorted(votes, key=lambda record: record.number):
        yes, *scores = record.body["data"]["vote"].split()
        by = dict(zip(rules.WEIGHTS, map(int, scores), strict=True))
        lines.append({"entry": record.number, "yes": yes == "yes", "scores": by})
        ballots.append(award.Ballot(str(record.number), yes == "yes", by))
    found = award.result(rules.WEIGHTS, ballots, len(entitled), rules.QUORUM)
    return {
        "weights": dict(rules.WEIGHTS),
        "entitled": found.entitled,
        "quorum": str(rules.QUORUM),
        "sheet": lines,
        "yes": found.yes,
        "no": found.no,
        **({"score": str(found.score)} if found.score is not None else {}),
        "quorate": _yes(found.quorate),
        "carried": _yes(found.carried),
        "tie": _yes(found.tie),
    }


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


class _OfNominee(StepForm):
    """The nominee's name is kept out of every public word, as all that is sealed, until they agreed to be named."""

    def prepare(self) -> None:
        self.found = Nomination.objects.get(pk=self.situation.the_matter.pk)
        said = sealed_parts.sealed(log.MAIN, self.found.pk) or {}
        self.nominee = str(said.get("nominee", ""))

    def keep_sealed(self, known: frozenset[str], unknown: frozenset[str]) -> None:
        named = {self.nominee} if self.found.may_be_named else set()
        super().keep_sealed(known - named, unknown - named)


class _Naming(_OfNominee):
    """Asks for the name where they agreed, and never for a minor's."""

    def prepare(self) -> None:
        super().prepare()
        if not self.found.may_be_named or not self.nominee:
            del self.fields["name"]

    def clean_name(self) -> str:
        if (name := self.cleaned_data["name"]) and name != self.nominee:
            raise ValidationError(_("That is not the name of the nominee."))
        return str(name)


class PostForm(_Naming):
    payload = entries.Post
    text = Text(label=_("What does the public notice say?"), max_length=2000)
    name = Line(
        label=_("Name of the nominee"),
        max_length=40,
        required=False,
        help_text=_("They agreed to be named. Leave it empty where it is better not."),
    )
    until = Future(label=_("Until which day can it be objected to?"), workdays=rules.DAYS["notice"])


class ConferForm(_Naming):
    payload = entries.Confer
    name = Line(label=_("Name of the nominee"), max_length=40, required=False)
    words = Text(label=_("For what is it given?"), max_length=1000, rows=3)
    amount = Money(label=_("Prize money, in yuan"), required=False)


class ObjectForm(_OfNominee):
    """An objection counts by name: the office reads who made it, and nobody else does."""

    payload = entries.Object
    sealed = ("name", "contact")
    text = Text(label=_("What is wrong with it? It is public"), max_length=1500)
    name = Line(label=_("Your name"), max_length=40, help_text=SEALED)
    contact = Line(label=_("How can you be reached?"), max_length=120, help_text=SEALED)


class AnswerForm(_OfNominee):
    payload = entries.Answer
    objection = forms.TypedChoiceField(label=_("Which objection?"), coerce=int)
    answer = Text(label=_("What was found of it?"), max_length=1500)

    def prepare(self) -> None:
        super().prepare()
        rows = Objection.objects.filter(nomination=self.situation.the_matter.pk, answer="")
        self.offer("objection", [(row.pk, row.text[:60]) for row in rows.order_by("pk")])


class IntendForm(StepForm):
    payload = entries.Intend
    ground = forms.ChoiceField(label=_("On which ground?"), choices=rules.grounds())
    reason = Text(label=_("Why?"), max_length=1000, rows=3)


class HeardForm(StepForm):
    payload = entries.Heard
    words = Text(label=_("What do you say to it?"), max_length=1500)


class ContestForm(StepForm):
    """A deed near the border that both sides took up: a hall of each looks at it."""

    payload = entries.Contest
    other = forms.TypedChoiceField(label=_("Which other nomination is it?"), coerce=int)
    halls = OrganisationsChoice(label=_("Which two halls, one of each side?"))
    reason = Text(label=_("Why?"), max_length=1000, rows=3)

    def prepare(self) -> None:
        self.offer("other", others(self.situation.the_matter))
        self.fields["halls"].among = any_of("hall")  # type: ignore[attr-defined]

    def clean_halls(self) -> Any:
        halls = self.cleaned_data["halls"]
        if len(halls) != 2 or {hall.sides for hall in halls} != {"a", "b"}:
            raise ValidationError(_("Two halls, please, one of each side."))
        return halls


class SettleForm(StepForm):
    payload = entries.Settle
    keeps = forms.ChoiceField(
        label=_("Where is it judged?"),
        choices=[
            ("yes", _("Here: this nomination goes on")),
            ("no", _("There: the other one does")),
        ],
        widget=forms.RadioSelect,
    )
    reason = Text(label=_("Why?"), max_length=1000, rows=3)


class ConcedeForm(ReasonForm):
    """The same deed was received elsewhere before: that nomination goes on."""

    payload = entries.Concede
    composes = True
    other = forms.TypedChoiceField(label=_("Which nomination was received first?"), coerce=int)

    def prepare(self) -> None:
        self.offer("other", others(self.situation.the_matter, earlier=True))


def others(matter: Matter, earlier: bool = False) -> list[tuple[int, str]]:
    """Open nominations for a deed of the same day; those received `earlier` than this one."""
    day = Nomination.objects.values_list("day", flat=True).get(pk=matter.pk)
    rows = Matter.objects.filter(kind="nomination", is_open=True, nomination__day=day)
    rows = rows.exclude(pk=matter.pk).select_related("org").order_by("pk")
    if earlier:
        rows = rows.filter(pk__lt=matter.pk)
    with translation.override(settings.LANGUAGE_CODE):
        return [(m.pk, f"{m.title} · {m.org.name if m.org else ''}") for m in rows]
