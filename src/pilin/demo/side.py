"""One side of the demo with two servers: a child that takes its steps, a line of JSON each.

It lives in the environment of its own server. `python -m pilin.demo.side` reads {"do": …} and answers
{"ok": …} or {"fault": …}, until its input ends.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

#: Of the workbook, what a side knows of the other: everything else stands in the record of one of them.
REGISTERS = ("side", "place", "organisation")


class Side:
    """What the story asks of it, by name."""

    def __init__(self) -> None:
        from django.utils import timezone  # noqa: PLC0415

        from .days import DAYS  # noqa: PLC0415

        start = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
        self.start = start - timedelta(days=DAYS)

    def set_up(self, whole: bool) -> list[str]:
        """Bring the workbook in, `whole` or only its registers, and enrol this side's cast."""
        from django.conf import settings  # noqa: PLC0415
        from django.db import transaction  # noqa: PLC0415

        from pilin.workbook import importing  # noqa: PLC0415

        from . import cast  # noqa: PLC0415
        from .play import WORKBOOK  # noqa: PLC0415

        if cast.is_enrolled():
            return []
        with transaction.atomic():
            plan = importing.plan(WORKBOOK)
            if not whole:
                plan.new = [change for change in plan.new if change.what in REGISTERS]
            importing.carry_out(plan, at=self.start)
            cast.enrol(self.start, settings.SIDE)
        return list(cast.cast().people)

    def step(
        self,
        day: float,
        who: str,
        matter: int | str,
        name: str,
        data: dict[str, Any],
        picture: str = "",
    ) -> dict[str, Any]:
        """Take one step; gives the matter's number, and the entry in a line."""
        from . import cast  # noqa: PLC0415
        from .picture import river  # noqa: PLC0415
        from .story import Story  # noqa: PLC0415

        said: list[str] = []
        story = Story(cast.cast(), self.start, said.append)
        content = river(clear=picture == "clear") if picture else None
        number = story.step(day, who, matter, name, data, content)
        return {"matter": number, "told": said[-1].strip()}

    def ask(self, who: str, matter: int, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """Ask for a step on a matter of the neighbour's."""
        from pilin.database import elsewhere  # noqa: PLC0415
        from pilin.engine.models import Matter  # noqa: PLC0415
        from pilin.neighbours import asking  # noqa: PLC0415
        from pilin.people.models import Account  # noqa: PLC0415

        account, there = Account.objects.get(username=who), self._neighbour().there
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=matter)
            step = found.rules.step(name)
            assert step is not None
            record = asking.ask(there, account, found, step, data)
        return {"number": record.number}

    def _neighbour(self) -> Any:
        from pilin.people.neighbour_models import Neighbour  # noqa: PLC0415

        return Neighbour.objects.get(state="joined")

    def org(self, name: str) -> int:
        from pilin.people.models import Organisation  # noqa: PLC0415

        return Organisation.objects.get(name=name).pk

    def org_there(self, name: str) -> str:
        """An organisation of the neighbour's, as a form offers it."""
        from pilin.database import elsewhere  # noqa: PLC0415

        neighbour = self._neighbour()
        with elsewhere.reading(neighbour.there):
            return f"{neighbour.pk}:{self.org(name)}"

    def day(self, days: float) -> str:
        return (self.start + timedelta(days=days)).date().isoformat()

    def state(self, matter: int) -> dict[str, str]:
        """How a matter stands, by its name and in words."""
        from pilin.engine.models import Matter  # noqa: PLC0415

        found = Matter.objects.get(pk=matter)
        return {"is": found.state, "words": str(found.rules.states[found.state].title)}

    def handed_over(self) -> list[dict[str, Any]]:
        """What was handed over, or taken over here: each with what came of it."""
        from pilin.neighbours.models import Handover  # noqa: PLC0415

        return [
            {
                "id": row.pk,
                "theirs": row.theirs,
                "state": row.matter.state,
                "results": row.matter.results.count(),
            }
            for row in Handover.objects.select_related("matter").order_by("pk")
        ]

    def open_offers(self) -> int:
        return sum(row["state"] == "offered" for row in self.handed_over())

    def newest(self, kind: str) -> list[int]:
        """The newest matter of a kind; none where there is none."""
        from pilin.engine.models import Matter  # noqa: PLC0415

        return list(
            Matter.objects.filter(kind=kind).order_by("-id").values_list("pk", flat=True)[:1]
        )

    def copy(self) -> dict[str, Any]:
        """How far the copy of the neighbour's record is."""
        from pilin.neighbours.models import Copy  # noqa: PLC0415

        found = Copy.objects.first()
        if found is None:
            return {"size": 0, "applied": 0, "fault": "", "fork": "", "seen": ""}
        seen = found.seen.isoformat() if found.seen else ""
        return {
            "size": found.size,
            "applied": found.applied,
            "fault": found.why,
            "fork": found.fork,
            "seen": seen,
        }

    def look(self) -> None:
        """Have the neighbour's record looked at now."""
        from pilin.neighbours import serving  # noqa: PLC0415

        serving.notify(self._neighbour().pk)

    def size(self) -> int:
        from pilin.ledger import log  # noqa: PLC0415

        return log.size(log.MAIN)

    def rewrite(self, number: int, old: str, new: str) -> str:
        """What an operator with root and the key can do: change an entry, and sign the whole anew."""
        from .rewriting import rewrite  # noqa: PLC0415

        return rewrite(number, old, new)


def main() -> None:
    from pilin.run import environment  # noqa: PLC0415

    environment.setup()
    side = Side()
    for line in sys.stdin:
        said = json.loads(line)
        try:
            answer = {"ok": getattr(side, said.pop("do"))(**said)}
        except Exception as fault:  # told to the story, which ends with it
            answer = {"fault": f"{type(fault).__name__}: {fault} {getattr(fault, 'errors', '')}"}
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
