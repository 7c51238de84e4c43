"""A joint project: registered, approved, under way, delivered, accepted, closed."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL
from pilin.engine.procedure import Procedure, open_states, states
from pilin.engine.rules import (
    holder,
    in_charge,
    link,
    office,
    on,
    ordered_by,
    orderer,
    raiser,
    stands_alone,
    workdays,
)
from pilin.engine.steps import A_MINUTE, closes, lapses, moves, opens, stays, taken_back
from pilin.forms.shared import ReasonForm, WordsForm
from pilin.forms.steps import amended, corrected, recorded

from . import entries, forms

STATES = states(
    ("registered", _("Registered, waiting for approval"), "raised"),
    ("approved", _("Approved, about to start"), "decided"),
    ("under_way", _("Under way"), "decided"),
    ("delivered", _("Delivered, waiting for acceptance"), "done"),
    ("accepted", _("Accepted, waiting for confirmation"), "done"),
    ("closed.", _("Closed and confirmed"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("stopped.", _("Stopped"), "confirmed"),
    ("summary.", _("Summary row of the register"), "confirmed"),
)
#: Steps whose words may be corrected.
CORRECTED = ("register", "approve", "reassign", "report", "deliver", "accept", "send_back")


#: What the button says, and what the history says, of each step.
WORDS = {
    "register": (_("Register a project"), _("registered the project")),
    "commission": (_("Commission a project"), _("commissioned the project")),
    "record": (_("Record a running project"), _("recorded it from the register")),
    "record_delivered": (_("Record a delivered project"), _("recorded it from the register")),
    "record_summary": (_("Record a summary row"), _("recorded it from the register")),
    "approve": (_("Approve and take on"), _("approved it and took it on")),
    "reassign": (_("Give it to another lead"), _("gave it to another lead")),
    "start": (_("Start the work"), _("started the work")),
    "report": (_("Report progress"), _("reported progress")),
    "deliver": (_("Deliver"), _("delivered it")),
    "accept": (_("Accept"), _("accepted it")),
    "send_back": (_("Send back"), _("sent it back")),
    "reopen": (_("Reopen"), _("was reopened: those who raised it say it is not done")),
    "confirm": (_("Confirm and close"), _("confirmed and closed it")),
    "silence": (_("Close after no objection"), _("was closed: no objection came in time")),
    "close": (_("Close with its source"), _("was closed: those who raised it confirmed")),
    "lapse": (_("Close with its source"), _("was closed: no objection came in time")),
    "stop": (_("Stop the project"), _("stopped the project")),
}

PROJECT = Procedure(
    "project",
    1,
    _("Joint project"),
    STATES,
    (
        opens(
            "register",
            "registered",
            by=office(*forms.REGISTRARS),
            asks=forms.ProjectForm,
            holder=in_charge,
            due=workdays(10),
            joins="raiser",
            back_within=A_MINUTE,
        ),
        opens(
            "commission",
            "registered",
            by=link,
            asks=forms.ProjectForm,
            holder=in_charge,
            due=workdays(10),
            joins="raiser",
        ),
        recorded("under_way", payload=entries.Record, holder=in_charge, due=on("due_day")),
        recorded(
            "delivered",
            "record_delivered",
            payload=entries.Record,
            holder=ordered_by,
            due=workdays(20),
        ),
        recorded("summary", "record_summary", payload=entries.Record, closes="recorded"),
        amended(*open_states(STATES), "summary", payload=entries.Record),
        moves(
            "approve",
            "registered",
            "approved",
            by=holder,
            asks=WordsForm,
            holder=in_charge,
            due=workdays(10),
            in_bulk=True,
        ),
        moves(
            "reassign",
            ("registered", "approved", "under_way"),
            "registered",
            by=orderer | holder,
            asks=forms.ReassignForm,
            holder=in_charge,
            due=workdays(10),
            side=True,
        ),
        moves(
            "start",
            "approved",
            "under_way",
            by=holder,
            asks=forms.StartForm,
            holder=in_charge,
            due=workdays(20),
        ),
        stays(
            "report",
            "under_way",
            by=holder,
            asks=forms.ReportForm,
            evidence=1,
            holder=in_charge,
            due=workdays(20),
            tells=ALL,
        ),
        moves(
            "deliver",
            "under_way",
            "delivered",
            by=holder,
            asks=WordsForm,
            evidence=1,
            holder=ordered_by,
            due=workdays(10),
        ),
        moves(
            "accept",
            "delivered",
            "accepted",
            by=holder,
            asks=WordsForm,
            holder=ordered_by,
            due=workdays(30),
        ),
        moves(
            "send_back",
            "delivered",
            "under_way",
            by=holder,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(10),
            side=True,
        ),
        moves("reopen", "accepted", "under_way", by=link, holder=in_charge, due=workdays(10)),
        closes(
            "confirm",
            "accepted",
            "closed",
            "confirmed",
            by=raiser | holder,
            asks=WordsForm,
            only_if=stands_alone,
        ),
        lapses("silence", "accepted", "lapsed", "silence", only_if=stands_alone),
        closes("close", "accepted", "closed", "confirmed", by=link),
        closes("lapse", "accepted", "lapsed", "silence", by=link),
        closes(
            "stop",
            ("registered", "approved", "under_way"),
            "stopped",
            "stopped",
            by=orderer | holder,
            asks=ReasonForm,
            side=True,
        ),
        taken_back("registered", "stopped"),
        corrected(open_states(STATES), *CORRECTED),
    ),
    words=WORDS,
    raise_title=_("Register a project"),
)
