"""A joint project: registered, approved, under way, delivered, accepted, closed."""

from django.utils.translation import gettext_lazy as _

from pilin.loop.parts import (
    Who,
    clock,
    holder,
    house,
    in_charge,
    link,
    office,
    on,
    ordered_by,
    raiser,
    workdays,
)
from pilin.loop.procedure import Procedure, Step, registry, states
from pilin.loop.situation import Situation

from . import forms

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


def stands_alone(s: Situation) -> bool:
    """A project that is nobody's outcome is confirmed by whoever registered it."""
    return bool(s.matter) and s.matter.source_id is None


def _orders(s: Situation):
    post = ordered_by.give(s)
    return s.actor.office(post.role, organisation=post.org) if post and s.matter else None


orderer = Who("orderer", _("the organisation that asked for it"), _orders)

PROJECT = registry.add(
    Procedure(
        "project",
        1,
        _("Joint project"),
        STATES,
        (
            Step("register", None, "registered", by=office("lead", "clerk", "department"),
                 title=_("Register a project"), done=_("registered the project"),
                 asks=forms.ProjectForm, holder=in_charge, due=workdays(10), joins="raiser"),
            Step("commission", None, "registered", by=link, title=_("Commission a project"),
                 done=_("commissioned the project"), asks=forms.ProjectForm, holder=in_charge,
                 due=workdays(10), joins="raiser"),
            Step("record", None, "under_way", by=house | office("operator", "clerk"),
                 title=_("Record a running project"), done=_("recorded it from the register"),
                 asks=forms.RecordForm, holder=in_charge, due=on("finish_day")),
            Step("record_delivered", None, "delivered", by=house | office("operator", "clerk"),
                 title=_("Record a delivered project"), done=_("recorded it from the register"),
                 asks=forms.RecordForm, holder=ordered_by, due=workdays(20)),
            Step("record_summary", None, "summary", by=house | office("operator", "clerk"),
                 title=_("Record a summary row"), done=_("recorded it from the register"),
                 asks=forms.RecordForm, closes="recorded"),
            Step("approve", ("registered",), "approved", by=holder,
                 title=_("Approve and take on"), done=_("approved it and took it on"),
                 asks=forms.WordsForm, holder=in_charge, due=workdays(10)),
            Step("reassign", ("registered", "approved", "under_way"), "registered",
                 by=orderer | holder, title=_("Give it to another lead"),
                 done=_("gave it to another lead"), asks=forms.ReassignForm, holder=in_charge,
                 due=workdays(10), side=True),
            Step("start", ("approved",), "under_way", by=holder, title=_("Start the work"),
                 done=_("started the work"), asks=forms.StartForm, holder=in_charge,
                 due=workdays(20)),
            Step("report", ("under_way",), "=", by=holder, title=_("Report progress"),
                 done=_("reported progress"), asks=forms.ReportForm, evidence=1,
                 holder=in_charge, due=workdays(20)),
            Step("deliver", ("under_way",), "delivered", by=holder, title=_("Deliver"),
                 done=_("delivered it"), asks=forms.WordsForm, evidence=1, holder=ordered_by,
                 due=workdays(10)),
            Step("accept", ("delivered",), "accepted", by=holder, title=_("Accept"),
                 done=_("accepted it"), asks=forms.WordsForm, holder=ordered_by,
                 due=workdays(30)),
            Step("send_back", ("delivered",), "under_way", by=holder, title=_("Send back"),
                 done=_("sent it back"), asks=forms.ReasonForm, holder=in_charge,
                 due=workdays(10), side=True),
            Step("reopen", ("accepted",), "under_way", by=link, title=_("Reopen"),
                 done=_("was reopened: those who raised it say it is not done"),
                 holder=in_charge, due=workdays(10)),
            Step("confirm", ("accepted",), "closed", by=raiser | holder,
                 title=_("Confirm and close"), done=_("confirmed and closed it"),
                 asks=forms.WordsForm, closes="confirmed", only_if=stands_alone),
            Step("silence", ("accepted",), "lapsed", by=clock,
                 title=_("Close after no objection"),
                 done=_("was closed: no objection came in time"), closes="silence",
                 only_if=stands_alone),
            Step("close", ("accepted",), "closed", by=link, title=_("Close with its source"),
                 done=_("was closed: those who raised it confirmed"), closes="confirmed"),
            Step("lapse", ("accepted",), "lapsed", by=link, title=_("Close with its source"),
                 done=_("was closed: no objection came in time"), closes="silence"),
            Step("stop", ("registered", "approved", "under_way"), "stopped",
                 by=orderer | holder, title=_("Stop the project"), done=_("stopped the project"),
                 asks=forms.ReasonForm, closes="stopped", side=True),
        ),
        raise_title=_("Register a project"),
    )
)
