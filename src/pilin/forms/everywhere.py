"""Steps that people may take on any open matter: give it to a colleague, take it back, nudge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine import builtin, workdays
from pilin.engine.payload import Payload
from pilin.engine.positions import registers
from pilin.engine.rules import above, colleague, party
from pilin.engine.situation import Situation
from pilin.engine.steps import stays
from pilin.people.models import Office

from .step_form import StepForm


def colleagues(s: Situation) -> list[Office]:
    """Those who work at the post that has the matter, one office each; whoever has it already not."""
    found: dict[str, Office] = {}
    for office in registers().working_at(s.the_matter.holder_org_id, s.today):
        found.setdefault(office.person, office)
    found.pop(s.the_matter.assigned, None)
    return list(found.values())


class AssignForm(StepForm):
    """Nothing is written here: colleagues are chosen, and told by pseudonym and office."""

    payload: ClassVar[type[Payload] | None] = builtin.Assigned
    to = forms.ChoiceField(label=_("Which colleague?"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        now = registers()
        mine = self.situation.actor.person
        self.offered = {str(office.pk): office for office in colleagues(self.situation)}
        words = {key: now.called(office) for key, office in self.offered.items()}
        own = (key for key, office in self.offered.items() if office.person == mine)
        words |= {key: _("%(who)s (you)") % {"who": words[key]} for key in own}
        self.offer("to", words.items())

    def keep_sealed(self, known: frozenset[str], unknown: frozenset[str]) -> None:
        """A number among those offered tells nobody what is kept sealed."""

    def public(self) -> dict[str, Any]:
        to = self.offered[self.cleaned_data["to"]]
        return {"to": {"person": to.person, "office": to.pk, "role": to.role}}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        office = Office.objects.filter(pk=data["to"]["office"]).first()
        yield _("To"), registers().called(office) if office else ""


def _several(s: Situation) -> bool:
    """Whether there is somebody else to give it to, or to take it from."""
    return bool(colleagues(s)) and (bool(s.the_matter.assigned) or len(colleagues(s)) > 1)


def _may_nudge(s: Situation) -> bool:
    last = s.nudged
    rested = last is None or workdays.between(last, s.today) >= builtin.NUDGE_AGAIN
    return s.the_matter.is_open and rested and not s.holds


STEPS = (
    stays(
        builtin.ASSIGN,
        builtin.Anywhere(),
        by=colleague,
        title=_("Give it to a colleague"),
        done=_("gave it to a colleague"),
        asks=AssignForm,
        only_if=_several,
        side=True,
    ),
    stays(
        builtin.RELEASE,
        builtin.Anywhere(),
        by=colleague,
        title=_("Take it back from the colleague"),
        done=_("took it back from the colleague"),
        only_if=lambda s: bool(s.the_matter.assigned),
        side=True,
        bare=True,
    ),
    stays(
        builtin.NUDGE,
        builtin.Anywhere(),
        by=party | above,
        title=_("Nudge"),
        done=_("asked that it be seen to"),
        only_if=_may_nudge,
        side=True,
        bare=True,
        side_by_side=True,
    ),
)
