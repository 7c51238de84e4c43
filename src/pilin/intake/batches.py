"""Steps with numbered slips: a batch is given out, and what is left of it is given back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pilin.engine import builtin
from pilin.engine.entry import Apply
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.engine.positions import registers
from pilin.engine.procedure import Who, Words
from pilin.engine.rules import above, colleague, holder
from pilin.engine.situation import Situation
from pilin.engine.steps import stays
from pilin.forms.fields import Line
from pilin.forms.step_form import StepForm
from pilin.kit.paper import Slip, numbers
from pilin.people.actor import Actor, viewer_of
from pilin.people.models import Office

from . import apply, slips
from .models import Poll, SlipBatch
from .payloads import GivenBack, Issued

WHY: dict[str, Words] = {
    "unused": _("Nobody used them"),
    "spoilt": _("Spoilt, and replaced by others"),
}
#: Whose work it is to sit where people vote.
COUNTING = ("host", "clerk")
#: As many as are printed at once.
MOST = 400


def running(s: Situation) -> Poll | None:
    """The poll of the matter that takes ballots, of a kind of matter in which there are votes."""
    if s.matter is None or not any(step.ends_vote for step in s.matter.rules.steps):
        return None
    found: Poll | None = s.once(_running)
    return found


def _running(key: int) -> Poll | None:
    poll = Poll.objects.filter(matter=key, closed=False).order_by("-pk").first()
    return poll if poll and poll.takes_ballots else None


def _reads(s: Situation) -> Office | bool | None:
    """Of those who have the matter, of the office above, of a station or hall where it is voted."""
    for who in (colleague, holder, above):
        if found := who.allows(s):
            return found
    poll = running(s)
    voted = frozenset(poll.roll_places if poll else ())
    posts = (o for o in s.actor.offices if o.role in COUNTING)
    return next((o for o in posts if _within(o.organisation.places, voted)), None)


def _within(places: Iterable[int], voted: frozenset[int]) -> bool:
    """Whether one of these lies in a place where it is voted, or has such a place in it."""
    now = registers()
    theirs = frozenset(places)
    inside = any(row and voted & set(row.path) for row in map(now.place, theirs))
    return inside or any(row and theirs & set(row.path) for row in map(now.place, voted))


#: Who gives out slips and reads them: two of these must read each.
readers = Who(
    "slip-reader",
    _("whoever has it, the office above, stations and halls where it is voted"),
    _reads,
)


def _given_out(s: Situation) -> bool:
    poll = running(s)
    return bool(poll and SlipBatch.objects.filter(poll=poll.pk).exists())


def reads(viewer: Actor, matter: Matter) -> bool:
    """Whether they read slips of a matter's votes."""
    now = timezone.now()
    here = Situation(viewer, matter, now, timezone.localdate(now))
    return viewer.kind == "person" and bool(readers.allows(here))


def context(poll: Poll, actor: Actor, found: slips.Read | None, number: str) -> dict[str, Any]:
    """What `intake/slips.html` shows: what became of the slip just read, and where all numbers are."""
    refused = found is not None and found.became == slips.REFUSED
    went_on = found is not None and not refused
    return {
        "found": found,
        "error": found.why if found and refused else "",
        "slip": number,
        "number": number if refused else "",
        "went_on": went_on,
        "first": found.answers[0] if found and found.answers else None,
        "account": slips.account(poll.pk),
        "desk": slips.desk(poll.pk, actor.person),
    }


def to_print(request: HttpRequest, matter: Matter, poll: Poll) -> list[Slip]:
    """The blank slips asked for, of those that were given out. Raises Http404: also for whoever does not
    read slips, since two of one number are one too many."""
    if not poll.takes_ballots or not reads(viewer_of(request), matter):
        raise Http404
    found = slips.account(poll.pk)
    given = {n for batch in found.batches for n in batch.numbers} - found.back
    if rows := [slip for slip in numbers(request) if slip.number in given]:
        return rows
    raise Http404


class IssueForm(StepForm):
    payload: ClassVar[type[Payload] | None] = Issued
    composes = True
    n = forms.IntegerField(
        label=_("How many slips?"), min_value=1, max_value=MOST, help_text=_("At most 400 at once.")
    )
    where = Line(label=_("Where are they given out?"), max_length=120, required=False)

    def public(self) -> dict[str, Any]:
        poll = running(self.situation)
        assert poll is not None
        first = slips.next_number(poll.pk)
        said = {"poll": poll.pk, "first": first, "last": first + self.cleaned_data["n"] - 1}
        where = self.cleaned_data["where"]
        return said | ({"where": where} if where else {})

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Slips"), _numbers(data)
        if where := data.get("where"):
            yield _("Where are they given out?"), where


class GiveBackForm(StepForm):
    payload: ClassVar[type[Payload] | None] = GivenBack
    composes = True
    first = forms.IntegerField(label=_("From number"), min_value=1, max_value=999_999)
    last = forms.IntegerField(label=_("To number"), min_value=1, max_value=999_999)
    why = forms.ChoiceField(label=_("Why?"), choices=list(WHY.items()), widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        poll = running(self.situation)
        assert poll is not None
        given = set(range(data["first"], data["last"] + 1))
        found = slips.account(poll.pk)
        if not given or given - found.missing:
            read = sorted(given & (found.counted | found.once))
            if read:
                words = _("Slip %(n)d was handed in and read. Please leave it out.")
                raise ValidationError(words, params={"n": read[0]})
            raise ValidationError(_("Not all of these numbers were given out and are still out."))
        return data

    def public(self) -> dict[str, Any]:
        poll = running(self.situation)
        assert poll is not None
        return {"poll": poll.pk, **self.cleaned_data}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Slips"), _numbers(data)
        yield _("Why"), str(WHY[data["why"]])


def _numbers(data: Mapping[str, Any]) -> str:
    n = data["last"] - data["first"] + 1
    words = ngettext("%(n)d slip: %(first)d–%(last)d", "%(n)d slips: %(first)d–%(last)d", n)
    return words % {"n": n, "first": data["first"], "last": data["last"]}


APPLY: dict[str, Apply] = {
    builtin.ISSUE: apply.slips_issued,
    builtin.GIVE_BACK: apply.slips_given_back,
}
STEPS = (
    stays(
        builtin.ISSUE,
        builtin.Anywhere(),
        by=readers,
        title=_("Give out numbered slips"),
        done=_("gave out numbered slips"),
        asks=IssueForm,
        payload=Issued,
        only_if=lambda s: running(s) is not None,
        side=True,
        side_by_side=True,
    ),
    stays(
        builtin.GIVE_BACK,
        builtin.Anywhere(),
        by=readers,
        title=_("Take back unused slips"),
        done=_("took back unused slips"),
        asks=GiveBackForm,
        payload=GivenBack,
        only_if=_given_out,
        side=True,
        side_by_side=True,
    ),
)
