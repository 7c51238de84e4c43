"""The key of a poll is destroyed once the vote can be contested no more: a step of the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine import builtin
from pilin.engine.payload import Payload
from pilin.engine.rules import house
from pilin.engine.steps import stays
from pilin.forms.step_form import StepForm
from pilin.ledger.log import Record

from . import pseudonyms
from .models import Poll, SlipReading
from .payloads import Unlinked


class UnlinkForm(StepForm):
    payload: ClassVar[type[Payload] | None] = Unlinked
    poll = forms.IntegerField()

    def clean_poll(self) -> int:
        number: int = self.cleaned_data["poll"]
        poll = Poll.objects.filter(pk=number, matter=self.situation.the_matter.pk).first()
        day = pseudonyms.destroyed_on(poll) if poll else None
        if poll is None or day is None or day > self.situation.today:
            raise ValidationError(_("This vote can still be contested."))
        return number

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield from ()


def carry_out(record: Record) -> None:
    """Once, in the transaction of the entry; a replay finds the key gone already."""
    poll = record.body["data"]["poll"]
    pseudonyms.destroy(poll)
    SlipReading.objects.filter(poll=poll).delete()


STEPS = (
    stays(
        builtin.UNLINK,
        builtin.Everywhere(),
        by=house,
        title=_("Destroy the key of the vote"),
        done=_("destroyed the key that tied ballots to voters"),
        asks=UnlinkForm,
        side=True,
        side_by_side=True,
        afterwards=carry_out,
    ),
)
