"""A meeting, from the notice to the last requirement confirmed; and a requirement, from the day it was handed out."""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.audiences import ALL, HOLDER, offices_asked
from pilin.engine.models import Matter
from pilin.engine.procedure import Conversion, Due, Procedure, Step, states
from pilin.engine.rules import (
    chosen,
    holder,
    in_charge,
    link,
    nothing_running,
    office,
    on,
    ordered_by,
    orderer,
    steward,
    workdays,
)
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, moves, opens, stays
from pilin.engine.telling import Telling
from pilin.forms.shared import ReasonForm, WordsForm
from pilin.forms.step_form import StepForm
from pilin.forms.steps import amended, judged, recorded

from . import entries, forms

WORDS = {
    "call": (_("Call a meeting"), _("called the meeting")),
    "enter": (_("Read in minutes or a notice"), _("read the document in")),
    "minutes": (_("Enter the minutes"), _("entered the minutes")),
    "demand": (_("Hand out a requirement"), _("handed out a requirement")),
    "commission": (_("Make a project of a requirement"), _("made a project of a requirement")),
    "refer": (_("Have a requirement deliberated"), _("had a requirement deliberated")),
    "resolve": (_("Enter a decision"), _("entered a decision")),
    "hand_out": (_("All requirements are handed out"), _("handed out what it requires")),
    "file": (_("It requires nothing"), _("found that it requires nothing")),
    "conclude": (_("All is confirmed: close it"), _("closed it: all is confirmed")),
    "drop": (_("Call the meeting off"), _("called the meeting off")),
}


def _handed_out(s: Situation) -> bool:
    return Matter.objects.filter(source=s.the_matter.pk).exists()


def _nothing_handed_out(s: Situation) -> bool:
    return not _handed_out(s)


def _last(s: Situation) -> date:
    """Five working days after the last of what it requires is due."""
    rows = Matter.objects.filter(source=s.the_matter.pk, is_open=True)
    last = rows.aggregate(last=Max("due"))["last"]
    return calendar.after(max(last, s.today) if last else s.today, 5)


last_due = Due(_("five working days after the last of what it requires"), _last)


def _leads(t: Telling) -> list[int]:
    return [said["id"] for said in (t.said["lead"], *t.said.get("helpers", ()))]


INVOLVED = offices_asked(_leads)

STATES = states(
    ("called", _("Called, to be held"), "raised"),
    ("read", _("Read in, to be handed out"), "deliberated"),
    ("assigned", _("Handed out, being done"), "decided"),
    ("closed.", _("All that it requires is confirmed"), "confirmed"),
    ("filed.", _("Filed: it requires nothing"), "confirmed"),
    ("dropped.", _("Called off"), "confirmed"),
)


def _row(name: str, asks: type[StepForm], opened: Conversion | None) -> Step:
    return stays(name, ("read", "assigned"), by=holder | steward, asks=asks, opens=opened)


SESSION = Procedure(
    "session",
    1,
    _("Meeting and what it requires"),
    STATES,
    (
        opens(
            "enter",
            "read",
            by=office(*forms.WRITERS),
            asks=forms.EnterForm,
            holder=in_charge,
            due=workdays(3),
            joins="raiser",
        ),
        opens(
            "call",
            "called",
            by=office(*forms.WRITERS),
            asks=forms.CallForm,
            holder=in_charge,
            due=on("day", 3),
            joins="raiser",
        ),
        moves(
            "minutes",
            "called",
            "read",
            by=holder | steward,
            asks=forms.MinutesForm,
            holder=in_charge,
            due=workdays(3),
        ),
        _row(
            "demand",
            forms.DemandForm,
            Conversion("task", "demand", forms.as_task),
        ),
        _row(
            "commission",
            forms.CommissionForm,
            Conversion(
                "project",
                "commission",
                forms.as_project,
                forth={"closed": "close"},
            ),
        ),
        _row("refer", forms.ReferForm, Conversion("consultation", "refer", forms.as_consultation)),
        _row("resolve", forms.ResolveForm, None),
        moves(
            "hand_out",
            "read",
            "assigned",
            by=holder | steward,
            only_if=_handed_out,
            holder=in_charge,
            due=last_due,
            bare=True,
        ),
        closes(
            "file",
            "read",
            "filed",
            "recorded",
            by=holder | steward,
            only_if=_nothing_handed_out,
            bare=True,
        ),
        closes(
            "conclude",
            "assigned",
            "closed",
            "confirmed",
            by=holder | steward,
            only_if=nothing_running,
            bare=True,
        ),
        closes(
            "drop",
            ("called", "read"),
            "dropped",
            "withdrawn",
            by=holder | steward,
            asks=ReasonForm,
            only_if=_nothing_handed_out,
            side=True,
        ),
    ),
    words=WORDS,
    raise_title=_("Read in minutes or a notice"),
)

TASK_WORDS = {
    "demand": (_("Take a requirement over"), _("required it")),
    "progress": (_("Say how far it is"), _("said how far it is")),
    "report": (_("Report it done"), _("reported it done")),
    "extend": (_("Give it more time"), _("gave it more time")),
    "cancel": (_("It is not required any more"), _("said that it is not required any more")),
}

TASK = Procedure(
    "task",
    1,
    _("Requirement of a meeting"),
    states(
        ("open", _("To be done"), "decided"),
        ("reported", _("Reported done, to be confirmed"), "done"),
        ("closed.", _("Closed and confirmed"), "confirmed"),
        ("lapsed.", _("Closed: no objection in time"), "confirmed"),
        ("cancelled.", _("Not required any more"), "confirmed"),
        ("recorded.", _("Recorded from the register"), "confirmed"),
    ),
    (
        opens(
            "demand",
            "open",
            by=link,
            asks=forms.TaskForm,
            payload=entries.Task,
            holder=chosen("lead"),
            due=on("due"),
            tells=(INVOLVED,),
        ),
        recorded("recorded", payload=entries.Record, closes="recorded"),
        amended("recorded", payload=entries.Record),
        stays("progress", "open", by=holder, asks=WordsForm, tells=ALL),
        moves(
            "report",
            "open",
            "reported",
            by=holder,
            asks=WordsForm,
            holder=ordered_by,
            due=workdays(10),
        ),
        *judged(
            "reported",
            back="open",
            due=workdays(10),
            by=orderer | holder,
        ),
        stays(
            "extend",
            "open",
            by=orderer,
            asks=forms.ExtendForm,
            due=on("until"),
            side=True,
            tells=(HOLDER,),
        ),
        closes(
            "cancel",
            ("open", "reported"),
            "cancelled",
            "withdrawn",
            by=orderer,
            asks=ReasonForm,
            side=True,
        ),
    ),
    words=TASK_WORDS,
)
