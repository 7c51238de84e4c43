"""Administration: each act is an entry of its own, and a matter that is over with it."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.engine.procedure import Procedure, Who, states
from pilin.engine.rules import house
from pilin.engine.situation import Situation
from pilin.engine.steps import opens
from pilin.people import charge
from pilin.people.models import Office

from . import accounts, entries, erasing, forms, handing, inviting, leaving, records, times

WORDS = {
    "appoint": (_("Give somebody an office"), _("gave somebody an office")),
    "end": (_("End an office"), _("ended an office")),
    "extend": (_("Extend an office"), _("extended an office")),
    "stand_in": (_("Name who stands in"), _("named who stands in")),
    "place": (_("Enter a place"), _("entered a place")),
    "organisation": (_("Enter an organisation"), _("entered an organisation")),
    "account": (_("See to an account"), _("saw to an account")),
    "workbook": (_("Bring a workbook in"), _("brought a workbook in")),
    "day": (_("Say whether a day is worked"), _("said whether a day is worked")),
    "due_time": (_("Change a due time"), _("changed a due time")),
    "invite": (_("Make invitations"), _("made invitations to hand out")),
    "erase": (_("Enter that somebody was erased"), _("entered that somebody was erased")),
    "change_key": (_("Sign with another key"), _("changed the key the record is signed with")),
    "believe": (
        _("Declare a backup the newest"),
        _("declared that a backup that was brought back lacks nothing"),
    ),
    "succeed": (_("Declare a successor"), _("declared that entries are lost, and a successor")),
    "release": (_("Enter what runs"), _("entered what runs from here on")),
    "ballots": (_("Enter what was cast until now"), _("entered what was cast until now")),
    "issue": (_("Print an issue of the gazette"), _("printed an issue of the gazette")),
    "withdraw": (_("Withdraw invitations"), _("withdrew invitations that were unused")),
}


def _appoints(s: Situation) -> Office | None:
    """The office by which the actor gives offices: an operator's, else of who answers for others."""
    now = registers()
    first = sorted(s.actor.offices, key=lambda o: o.role != charge.OPERATOR)
    return next((o for o in first if charge.in_charge(now, [o], s.today)), None)


def _runs(s: Situation) -> Office | None:
    now = registers()
    held = (o for o in s.actor.offices if o.role == charge.OPERATOR and o.held(s.today))
    return next((o for o in held if now.place(o.organisation_id)), None)


appoints = Who("appoints", _("the operator there, or whoever answers for one above"), _appoints)
runs = Who("runs", _("the operator at a government"), _runs)
DONE = "recorded"

MANAGE = Procedure(
    "manage",
    1,
    _("Administration"),
    states(("done.", _("Recorded"), "confirmed")),
    (
        opens("appoint", "done", how=DONE, by=appoints | house, asks=forms.AppointForm),
        opens(
            "end",
            "done",
            how=DONE,
            by=appoints | house,
            asks=forms.EndForm,
            afterwards=leaving.ended,
        ),
        opens("extend", "done", how=DONE, by=appoints | house, asks=forms.ExtendForm),
        opens("stand_in", "done", how=DONE, by=appoints | house, asks=forms.StandInForm),
        opens(
            "place", "done", how=DONE, by=runs | house, asks=forms.PlaceForm, payload=entries.Row
        ),
        opens(
            "organisation",
            "done",
            how=DONE,
            by=runs | house,
            asks=forms.OrganisationForm,
            payload=entries.Row,
        ),
        opens(
            "account",
            "done",
            how=DONE,
            by=runs | house,
            asks=forms.AccountForm,
            afterwards=accounts.carry_out,
        ),
        opens("workbook", "done", how=DONE, by=runs | house, asks=forms.WorkbookForm),
        opens("day", "done", how=DONE, by=runs, asks=times.DayForm),
        opens(
            "due_time",
            "done",
            how=DONE,
            by=runs,
            asks=times.DueTimeForm,
            payload=entries.DueTime,
        ),
        opens("invite", "done", how=DONE, by=runs | house, asks=handing.InviteForm),
        opens(
            "withdraw",
            "done",
            how=DONE,
            by=runs,
            asks=handing.WithdrawForm,
            afterwards=inviting.withdrawn,
        ),
        opens("erase", "done", how=DONE, by=house, asks=erasing.EraseForm),
        opens("change_key", "done", how=DONE, by=house, asks=records.ChangeKeyForm),
        opens("release", "done", how=DONE, by=house, asks=records.ReleaseForm),
        opens("ballots", "done", how=DONE, by=house, asks=records.BallotsForm),
        opens("issue", "done", how=DONE, by=house, asks=records.IssueForm),
        opens("believe", "done", how=DONE, by=house, asks=records.BelieveForm),
        opens("succeed", "done", how=DONE, by=house, asks=records.SucceedForm),
    ),
    words=WORDS,
    listed=False,
)
