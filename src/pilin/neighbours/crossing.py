"""What is handed over across the border: a matter on each side that stands for the other's.

The giver's matter keeps its holder and its clock, and waits for the one beside it ("handover"). The taker's
record opens one of its own ("takeover"), and from that the project, whose organisation asks for it as within
one record. Each follows the other's entries: at no moment has anything two holders, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.procedure import Conversion, Due, Procedure, states
from pilin.engine.rules import in_charge, link, workdays
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, moves, opens
from pilin.ledger import log

from . import forms


def _finish(s: Situation) -> date | None:
    """Five working days after it is to be finished, as the entry says that opened it."""
    said: Mapping[str, Any] = s.data
    if "finish" not in said and s.matter is not None:
        first = log.get(log.MAIN, s.matter.pk)
        said = first.body["data"] if first else {}
    day = date.fromisoformat(str(said["finish"])) if "finish" in said else s.today
    return calendar.after(max(day, s.today), 5)


after_finish = Due(_("five working days after it is to be finished"), _finish)

GIVES = {
    "offer": (_("Offer it to the neighbour"), _("offered it to the neighbour")),
    "taken": (_("Note that it was taken over"), _("was taken over by the neighbour")),
    "declined": (_("Note that it was not taken over"), _("was not taken over by the neighbour")),
    "result": (_("Note that it is done"), _("is done, the neighbour says")),
    "reopen": (_("Reopen"), _("was reopened: those who raised it say it is not done")),
    "close": (_("Close with its source"), _("was closed: those who raised it confirmed")),
    "lapse": (_("Close with its source"), _("was closed: no objection came in time")),
}

HANDOVER = Procedure(
    "handover",
    1,
    _("Handed to the neighbour"),
    states(
        ("offered", _("Offered, waiting for the neighbour"), "decided"),
        ("taken", _("Taken over by the neighbour"), "decided"),
        ("result", _("Done, waiting for confirmation"), "done"),
        ("closed.", _("Confirmed by those who raised it"), "confirmed"),
        ("lapsed.", _("Closed: no objection in time"), "confirmed"),
        ("declined.", _("Not taken over"), "confirmed"),
    ),
    (
        opens(
            "offer",
            "offered",
            by=link,
            asks=forms.GivenForm,
            holder=in_charge,
            due=workdays(10),
            joins="raiser",
        ),
        moves("taken", "offered", "taken", by=link, asks=forms.TakenForm, due=after_finish),
        closes("declined", "offered", "declined", "declined", by=link, asks=forms.DeclinedForm),
        moves("result", "taken", "result", by=link, due=workdays(15)),
        moves("reopen", "result", "taken", by=link, due=workdays(5)),
        closes("close", ("taken", "result"), "closed", "confirmed", by=link),
        closes("lapse", ("taken", "result"), "lapsed", "silence", by=link),
    ),
    words=GIVES,
    listed=False,
)


def _commission(situation: Situation, form: Any) -> Mapping[str, Any]:
    """The project, as what was taken over says it."""
    first = log.get(log.MAIN, situation.the_matter.pk)
    said: Mapping[str, Any] = first.body["data"] if first else {}
    data = {name: said[name] for name in ("title", "category", "finish")}
    return {"outcome": None, "data": data | {"lead": said["lead"]["id"]}}


TAKES = {
    "take": (_("Take it over"), _("took it over from the neighbour")),
    "commission": (_("Commission the project"), _("commissioned the project")),
    "result": (_("Projects accepted"), _("is done: its projects were accepted")),
    "reopen": (_("Reopen"), _("was reopened: those who raised it say it is not done")),
    "close": (_("Close with its source"), _("was closed: those who raised it confirmed")),
    "lapse": (_("Close with its source"), _("was closed: no objection came in time")),
}

TAKEOVER = Procedure(
    "takeover",
    1,
    _("Taken over from the neighbour"),
    states(
        ("taken", _("Taken over, to be commissioned"), "decided"),
        ("under_way", _("Being done"), "decided"),
        ("result", _("Done, waiting for confirmation"), "done"),
        ("disputed", _("Disputed, to be mended"), "decided"),
        ("closed.", _("Confirmed by those who raised it"), "confirmed"),
        ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ),
    (
        opens(
            "take",
            "taken",
            by=link,
            asks=forms.TakenOverForm,
            holder=in_charge,
            due=after_finish,
            joins="raiser",
        ),
        moves(
            "commission",
            "taken",
            "under_way",
            by=link,
            asks=forms.CommissionForm,
            due=after_finish,
            opens=Conversion(
                "project",
                "commission",
                _commission,
                back={"accepted": "result"},
                forth={"closed": "close", "lapsed": "lapse", "disputed": "reopen"},
            ),
        ),
        moves("result", ("under_way", "disputed"), "result", by=link, due=workdays(15)),
        moves("reopen", "result", "disputed", by=link, due=workdays(5)),
        closes("close", ("under_way", "result"), "closed", "confirmed", by=link),
        closes("lapse", ("under_way", "result"), "lapsed", "silence", by=link),
    ),
    words=TAKES,
    listed=False,
)
