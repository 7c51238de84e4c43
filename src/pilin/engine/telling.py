"""Who is told of a step: what its declaration says, read by `notices` when the step is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from pilin.ledger.log import Record

    from .models import Matter

Words = str | Promise


class Telling(NamedTuple):
    """What an audience may look at: the entry, and its matter before it (None: opened) and since."""

    record: Record
    before: Matter | None
    after: Matter

    @property
    def said(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.record.body["data"]
        return said

    @property
    def day(self) -> date:
        return date.fromisoformat(self.record.body["day"])


@dataclass(frozen=True)
class Audience:
    """Some people, by pseudonym, and why they are told: a key of `models.REASONS`.

    Those without `people` are found by `notices` itself, in the statement that writes the notices.
    `later`: they may be very many, and are told a moment after the step by the job that tells those
    who follow (`before` is not known then).
    """

    title: Words
    reason: str
    people: Callable[[Telling], Iterable[str]] | None = None
    later: bool = False


#: Who raised it, and who said that it concerns them too.
PARTIES = Audience(_("those who raised or support it"), "news")
#: Whoever follows it, its place, organisations, kind, or a search that finds it.
FOLLOWERS = Audience(_("those who follow it"), "follows", later=True)
#: Whoever answers for an organisation that takes part, the one in charge among them.
TAKING_PART = Audience(_("the organisations that take part"), "part")
#: Whoever has the matter after the step and had it not before.
NEXT = Audience(_("whoever has it next"), "yours")
