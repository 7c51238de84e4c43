"""What acts of administration ask. Nobody appoints themselves; the day decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.engine.positions import registers
from pilin.forms.answers import in_words
from pilin.forms.fields import Day, Line
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm
from pilin.people import charge
from pilin.people.models import ROLES, Account, Office, Organisation

from . import entries
from .accounts import DONE, named
from .rows import OrganisationForm, PlaceForm, in_the_records_words

__all__ = [
    "AccountForm",
    "AppointForm",
    "EndForm",
    "ExtendForm",
    "OrganisationForm",
    "PlaceForm",
    "StandInForm",
    "WorkbookForm",
]

WHO = _(
    "Their sign-in name or e-mail address. The record names only the number of the account, which"
    " tells nobody who it is."
)


class _InCharge(StepForm):
    """What concerns an organisation in the actor's charge."""

    @property
    def _house(self) -> bool:
        return self.situation.actor.kind == "house"

    def _mine(self, org: Organisation) -> bool:
        offices, day = self.situation.actor.offices, self.situation.today
        return self._house or charge.by_which(registers(), offices, org, day) is not None

    def _account(self, name: str) -> str:
        """The pseudonym of whoever is meant in the field `name`."""
        account = named(self.cleaned_data[name])
        if account is None or not account.is_active:
            raise ValidationError(_("No account that is in use answers to this."))
        if not self._house and account.person == self.situation.actor.person:
            raise ValidationError(_("Nobody gives themselves an office. Please ask who is above."))
        return account.person

    def _about(self, words: Any, org: Organisation) -> dict[str, Any]:
        """The matter is called by what happened, and concerns the organisation."""
        with in_the_records_words():
            title = f"{words}: {ROLES.get(self._role, self._role)} · {org.name}"
        return {"title": title[:120], "org": org.pk, "orgs": [org.pk]}

    @property
    def _role(self) -> str:
        raise NotImplementedError


def _in_order(form: StepForm, data: Mapping[str, Any]) -> None:
    since, until = data.get("since"), data.get("until")
    if since and until and until < since:
        form.add_error("until", _("The last day lies before the first."))


class AppointForm(_InCharge):
    payload: ClassVar[type[Payload] | None] = entries.Appoint
    organisation = OrganisationChoice(label=_("At which organisation?"))
    role = forms.ChoiceField(
        label=_("As what?"), choices=[("", _("Please choose")), *ROLES.items()]
    )
    person = Line(label=_("Whom?"), help_text=WHO)
    since = Day(label=_("First day in office"))
    until = Day(
        label=_("Last day in office"), required=False, help_text=_("Empty: until it is ended.")
    )

    def prepare(self) -> None:
        self.narrow("organisation", self._mine)
        self.initial.setdefault("since", self.situation.today)

    def clean_person(self) -> str:
        return self._account("person")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        _in_order(self, data)
        org, role, day = data.get("organisation"), data.get("role"), self.situation.today
        if data.get("until") and data["until"] < day:
            self.add_error("until", _("This day has passed."))
        if self.errors or org is None:
            return data
        if role == charge.OPERATOR and not self._house:
            offices = self.situation.actor.offices
            if not any(charge.runs(registers(), o, org, day) for o in offices):
                self.add_error("role", _("Only an operator names operators."))
        if role == charge.OPERATOR and org.category != "government":
            self.add_error("role", _("An operator works at a government: of a place."))
        held = Office.objects.filter(person=data["person"], role=role, organisation=org)
        if any(_overlap(office, data["since"], data.get("until")) for office in held):
            self.add_error("person", _("They have this office already in these days."))
        return data

    @property
    def _role(self) -> str:
        return str(self.cleaned_data["role"])

    def matter_fields(self) -> dict[str, Any]:
        return self._about(_("Given"), self.cleaned_data["organisation"])


def _overlap(office: Office, since: date, until: date | None) -> bool:
    return (office.until is None or office.until >= since) and (
        until is None or office.since <= until
    )


class _OfOffice(_InCharge):
    """What concerns an office that is not over, in the actor's charge."""

    office = forms.TypedChoiceField(label=_("Which office?"), coerce=int)

    def prepare(self) -> None:
        now, day = registers(), self.situation.today
        self.found: dict[int, Office] = {}
        for posts in now.posts.values():
            for office in posts:
                org = now.organisation(office.organisation_id)
                if org and (office.until is None or office.until >= day) and self._mine(org):
                    self.found[office.pk] = office
        words = [(str(o.pk), self._words(o)) for o in self.found.values()]
        self.offer("office", [("", _("Please choose")), *sorted(words, key=lambda row: row[1])])

    @staticmethod
    def _words(office: Office) -> str:
        org = registers().organisation(office.organisation_id)
        return f"{org.called if org else ''} · {registers().called(office)} ({office.person})"

    @property
    def _one(self) -> Office:
        return self.found[self.cleaned_data["office"]]

    @property
    def _role(self) -> str:
        return self._one.role

    def public(self) -> dict[str, Any]:
        said = super().public()
        said.pop("office_words", None)
        org = registers().organisation(self._one.organisation_id)
        assert org is not None  # it is offered
        own = {"role": self._one.role, "organisation": {"id": org.pk, "name": org.name}}
        return {"person": self._one.person, **said, **own}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield (
            _("Office"),
            f"{data['organisation']['name']} · {ROLES.get(data['role'], data['role'])}",
        )
        yield _("Account"), data["person"]
        for name, field in cls.base_fields.items():
            if name in data and name not in ("office", "person"):
                yield field.label or name, in_words(data[name], field)

    def _concerns(self, words: Any) -> dict[str, Any]:
        org = registers().organisation(self._one.organisation_id)
        assert org is not None
        return self._about(words, org)


class EndForm(_OfOffice):
    payload: ClassVar[type[Payload] | None] = entries.End
    until = Day(
        label=_("Last day in office"),
        required=False,
        help_text=_("Empty: it ends this moment, and yesterday was the last day."),
    )
    reason = Line(
        label=_("Why?"), required=False, help_text=_("Everyone can read it: nothing personal.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        yesterday = self.situation.today - timedelta(days=1)
        data["until"] = data.get("until") or yesterday
        if self.errors:
            return data
        if data["until"] < yesterday:
            self.add_error("until", _("What was done in office until today was done in office."))
        elif self._one.until and data["until"] > self._one.until:
            self.add_error("until", _("It ends before that anyway. To lengthen it, extend it."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        return self._concerns(_("Ended"))


class ExtendForm(_OfOffice):
    payload: ClassVar[type[Payload] | None] = entries.Extend
    until = Day(
        label=_("New last day in office"), required=False, help_text=_("Empty: until it is ended.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        now, until = self._one.until, data.get("until")
        if now is None:
            self.add_error("office", _("It has no last day: there is nothing to extend."))
        elif until and until <= now:
            self.add_error("until", _("It lasts until then already."))
        elif not self._house and self._one.person == self.situation.actor.person:
            self.add_error("office", _("Nobody extends their own office. Please ask who is above."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        return self._concerns(_("Extended"))


class StandInForm(_OfOffice):
    payload: ClassVar[type[Payload] | None] = entries.StandIn
    person = Line(label=_("Who stands in?"), help_text=WHO)
    since = Day(label=_("First day"))
    until = Day(label=_("Last day"))

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("since", self.situation.today)

    def clean_person(self) -> str:
        return self._account("person")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        _in_order(self, data)
        if data.get("until") and data["until"] < self.situation.today:
            self.add_error("until", _("This day has passed."))
        if self.errors:
            return data
        if data["person"] == self._one.person:
            self.add_error("person", _("They hold this office themselves."))
        if self._one.role == charge.OPERATOR and not self._house:
            org, day = registers().organisation(self._one.organisation_id), self.situation.today
            offices = self.situation.actor.offices
            if not org or not any(charge.runs(registers(), o, org, day) for o in offices):
                self.add_error("office", _("Only an operator names operators."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        return self._concerns(_("Standing in"))

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield from super().answers(data)


class AccountForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.AboutAccount
    person = Line(label=_("Whose account?"), help_text=WHO)
    what = forms.ChoiceField(
        label=_("What is to be done?"), choices=list(DONE.items()), widget=forms.RadioSelect
    )
    reason = Line(
        label=_("Why?"), required=False, help_text=_("Everyone can read it: nothing personal.")
    )

    def clean_person(self) -> str:
        account = named(self.cleaned_data["person"])
        if account is None or not self._mine(account):
            raise ValidationError(_("No account in your charge answers to this."))
        return account.person

    def _mine(self, account: Account) -> bool:
        actor, day = self.situation.actor, self.situation.today
        if actor.kind == "house":
            return True
        return account.person != actor.person and charge.may_see(
            registers(), actor.offices, account, day
        )

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": f"{_('Account')} {self.cleaned_data['person']}"}


class WorkbookForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Workbook
    file = Line(label=_("File"))
    sha256 = Line(label="SHA-256", max_length=64)
    new = forms.IntegerField(label=_("New rows"), min_value=0)
    changed = forms.IntegerField(label=_("Changed rows"), min_value=0)

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            title = str(_("Workbook %(name)s") % {"name": self.cleaned_data["file"]})
        return {"title": title[:120]}
