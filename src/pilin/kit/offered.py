"""The steps somebody could take, as a page offers them: one first, few beside it, the rest folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilin.engine.act import may
from pilin.engine.procedure import Procedure, Step
from pilin.engine.situation import Situation

#: Steps beside the first that are shown unfolded.
BESIDE = 2


@dataclass(frozen=True)
class Offered:
    """`first` is what the matter waits for; `ends` are steps that end it before it is confirmed."""

    first: Step | None = None
    beside: Sequence[Step] = ()
    rest: Sequence[Step] = ()
    ends: Sequence[Step] = ()

    @classmethod
    def of(cls, rules: Procedure, steps: Sequence[Step]) -> Offered:
        """In the order declared, those of the main path before those beside it."""
        ends = [step for step in steps if ends_early(rules, step)]
        onward = sorted((s for s in steps if s not in ends), key=lambda step: step.side)
        first = onward[0] if onward and not onward[0].side else None
        others = onward[1:] if first else onward
        return cls(first, others[:BESIDE], others[BESIDE:], ends)

    def __bool__(self) -> bool:
        return bool(self.first or self.beside or self.ends)


def first_for(s: Situation) -> Step | None:
    """`Offered.first` alone: what follows it is not asked about."""
    matter = s.the_matter
    rules = matter.rules
    onward = (step for step in rules.steps_from(matter.state) if not step.side)
    return next((step for step in onward if not ends_early(rules, step) and may(step, s)), None)


def ends_early(rules: Procedure, step: Step) -> bool:
    """Whether it closes a matter that nobody has confirmed."""
    to = rules.states.get(step.to)
    return to is not None and to.closed and to.stage != "confirmed"
