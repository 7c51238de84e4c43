"""The record under another key or name, and what stands in its other logs: entries that the house alone
makes (`pilin.run.ledgers`, `pilin.intake.marking`, `pilin.publishing.program`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.forms.fields import Line
from pilin.forms.step_form import StepForm
from pilin.wording.reading import count

from . import entries
from .rows import in_the_records_words


class ChangeKeyForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.ChangeKey
    key_before = forms.CharField()
    key_after = forms.CharField()
    by_before = forms.CharField()
    by_after = forms.CharField()
    reason = Line(label=_("Why?"), max_length=200)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Key before"), data["key_before"]
        yield _("Key from here on"), data["key_after"]
        yield _("Why?"), data["reason"]

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("The record is signed with another key"))}


class ReleaseForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Release
    release = forms.CharField()
    program = forms.CharField()
    procedures = forms.CharField()
    catalogue = forms.CharField()

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Release"), data["release"]
        yield _("Hash of the program"), data["program"]
        yield _("Hash of the procedures"), data["procedures"]
        yield _("Hash of the catalogue"), data["catalogue"]

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("What runs from here on"))}


class BallotsForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Ballots
    marks = forms.JSONField()

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        for mark in data["marks"]:
            said = {"n": count(mark["size"]), "root": mark["root"]}
            yield mark["log"], _("%(n)s ballots entered, root %(root)s") % said

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("Ballots of votes that run"))}


class IssueForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Issue
    number = forms.IntegerField()
    since = forms.DateField()
    until = forms.DateField()
    upto = forms.IntegerField()
    checkpoint = forms.CharField(strip=False)
    pages = forms.JSONField()

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Issue"), str(data["number"])
        yield _("Days"), f"{data['since']} – {data['until']}"
        yield from data["pages"].items()

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            said = {"n": self.cleaned_data["number"]}
            return {"title": str(_("Gazette of the border, No. %(n)d") % said)}


class BelieveForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Believe
    size = forms.IntegerField()
    reason = Line(label=_("Why?"), max_length=200)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Entries in the backup"), count(data["size"])
        yield _("Why?"), data["reason"]

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("A backup was brought back, and nothing is missing"))}


class SucceedForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Succeed
    logs = forms.JSONField()
    reason = Line(label=_("Why?"), max_length=200)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        for lost in data["logs"]:
            yield _("Last acknowledged end of “%(log)s”") % lost, lost["kept"]
            yield _("Entries it goes on with"), count(lost["size"])
        yield _("Why?"), data["reason"]

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("Entries are lost, and the record has a successor"))}
