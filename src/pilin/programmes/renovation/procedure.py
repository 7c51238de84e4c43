"""A renovation: surveyed, planned, voted on by the owners, approved, done, accepted, accounted for."""

from dataclasses import replace
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL, IN_CHARGE, looked_at, offices_asked
from pilin.engine.procedure import Due, Gather, HolderRule, Procedure, Step, open_states, states
from pilin.engine.rules import (
    as_before,
    house,
    in_charge,
    member,
    office,
    on,
    once_checked,
    same,
    verified,
    workdays,
)
from pilin.engine.steps import closes, moves, opens, stays
from pilin.forms.shared import ReasonForm, WordsForm
from pilin.forms.steps import amended, corrected, judged, recorded

from . import entries, forms, owners, people, voting
from .people import committee

STATES = states(
    ("proposed", _("Proposed, the needs are to be surveyed"), "raised"),
    ("surveyed", _("Surveyed, a plan is to be drafted"), "deliberated"),
    ("planned", _("Plan drafted, to be talked over"), "deliberated"),
    ("voting", _("The owners vote"), "deliberated"),
    ("not_carried", _("Not carried by the owners"), "deliberated"),
    ("carried", _("Carried by the owners, approvals are to be asked"), "decided"),
    ("approving", _("Approvals asked"), "decided"),
    ("approved", _("Approved, about to start"), "decided"),
    ("under_way", _("Works under way"), "decided"),
    ("finished", _("Works finished, accounts are to be published"), "done"),
    ("accepting", _("Accounts published, to be accepted by residents"), "done"),
    ("closed.", _("Accepted by residents"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("declined.", _("Closed: the owners did not want it"), "confirmed"),
    ("stopped.", _("Stopped"), "confirmed"),
    ("recorded.", _("Done, as the register says"), "confirmed"),
)
#: Steps whose words may be corrected: not the plan, which owners vote on, nor what departments grant.
CORRECTED = (
    *("propose", "survey", "discuss", "resubmit", "call_off", "refuse"),
    *("start", "report", "finish", "dispute"),
)
#: The register may be changed until a vote is called: it is frozen then.
BEFORE_THE_VOTE = ("proposed", "surveyed", "planned", "not_carried")


def _accepted() -> tuple[Step, Step, Step]:
    """Residents judge as everywhere, but several must say that it is done before it is closed."""
    confirm, dispute, silence = judged(
        "accepting", back="under_way", by=once_checked(people.resident), due=workdays(10)
    )
    several = Gather(
        "closed", people.enough_accept, _("once three residents have said so"), closes="confirmed"
    )
    stays = replace(confirm, to="=", closes="", holder=same, due=as_before, gather=several)
    return stays, dispute, silence


class Next(TypedDict):
    holder: HolderRule
    due: Due


def within(days: int) -> Next:
    """The organisation in charge has it next, for so many working days."""
    return {"holder": in_charge, "due": workdays(days)}


#: Of those asked, the one who has to answer first has it until then.
NEAREST: Next = {"holder": people.nearest, "due": people.nearest_day}

#: What the button says, and what the history says, of each step.
WORDS = {
    "propose": (_("Propose a renovation"), _("proposed the renovation")),
    "join": (_("I live here: this concerns me"), _("joined: they live there, it concerns them")),
    "own_flat": (_("I own a flat here"), _("said that they own a flat here")),
    "confirm_owner": (_("Confirm an owner"), _("confirmed an owner")),
    "refuse_owner": (_("Do not confirm an owner"), _("did not confirm an owner")),
    "survey": (_("Enter a survey of the needs"), _("surveyed the needs")),
    "plan": (_("Draft the plan"), _("drafted the plan")),
    "discuss": (_("Note a talk about the plan"), _("talked the plan over with residents")),
    "call": (_("Call the vote of the owners"), _("called the vote of the owners")),
    "units": (_("Enter the register of units"), _("entered the register of units")),
    "amend_plan": (_("Change the plan"), _("changed the plan: it is to be talked over again")),
    "resubmit": (
        _("Go on with the owners’ decision"),
        _("went on: the owners’ decision covers the changed plan"),
    ),
    "enter": (_("Enter ballots"), _("entered ballots")),
    "count": (_("Count the vote"), _("counted the vote")),
    "extend": (_("Give more time to vote"), _("gave more time to vote")),
    "call_off": (_("Call the vote off"), _("called the vote off: its ballots are void")),
    "replan": (_("Draft the plan anew"), _("drafted the plan anew")),
    "give_up": (
        _("Close it: the owners do not want it"),
        _("closed it: the owners do not want it"),
    ),
    "ask": (_("Ask for the approvals"), _("asked for the approvals, all at once")),
    "grant": (_("Grant the approval"), _("granted the approval")),
    "refuse": (_("Refuse the approval"), _("refused the approval: the plan is to be changed")),
    "ask_more": (_("Ask for one more approval"), _("asked for one more approval")),
    "start": (_("Start the works"), _("started the works")),
    "report": (_("Report progress"), _("reported progress")),
    "finish": (_("Finish the works"), _("finished the works")),
    "publish": (_("Publish the accounts"), _("published the accounts")),
    "stop": (_("Stop the renovation"), _("stopped the renovation")),
}

RENOVATION = Procedure(
    "renovation",
    1,
    _("Renovation of old housing"),
    STATES,
    (
        opens(
            "propose",
            "proposed",
            by=office(*forms.PROPOSERS),
            asks=forms.ProposeForm,
            **within(20),
            joins="raiser",
        ),
        recorded("proposed", payload=entries.Record, **within(20)),
        recorded("recorded", "record_done", payload=entries.Record, closes="recorded"),
        amended("proposed", "recorded", payload=entries.Record),
        stays(
            "join",
            open_states(STATES),
            by=verified,
            joins="supporter",
            only_if=lambda s: not s.is_party,
            bare=True,
            side=True,
        ),
        moves(
            "survey",
            ("proposed", "surveyed"),
            "surveyed",
            by=committee,
            asks=forms.SurveyForm,
            **within(20),
        ),
        moves(
            "plan",
            "surveyed",
            "planned",
            by=committee,
            asks=forms.PlanForm,
            evidence=1,
            **within(20),
        ),
        stays("discuss", "planned", by=committee, asks=forms.TalkForm, **within(20), tells=ALL),
        moves(
            "call",
            "planned",
            "voting",
            by=committee,
            asks=voting.CallForm,
            holder=in_charge,
            due=on("until", then=5),
            only_if=people.talked_over,
            tells=(owners.MAY_VOTE,),
        ),
        stays(
            "own_flat",
            open_states(STATES),
            by=member,
            asks=owners.OwnForm,
            only_if=owners.unclaimed,
            side=True,
            side_by_side=True,
            tells=(IN_CHARGE,),
        ),
        stays(
            "confirm_owner",
            open_states(STATES),
            by=committee,
            asks=owners.ConfirmForm,
            only_if=owners.some_wait,
            side=True,
            side_by_side=True,
            **looked_at(owners.claimed),
        ),
        stays(
            "refuse_owner",
            open_states(STATES),
            by=committee,
            asks=owners.RefuseForm,
            only_if=owners.some_wait,
            side=True,
            side_by_side=True,
            **looked_at(owners.claimed),
        ),
        stays("units", BEFORE_THE_VOTE, by=committee | house, asks=forms.UnitsForm, side=True),
        stays(
            "amend_plan",
            "planned",
            by=committee,
            asks=forms.PlanForm,
            **within(20),
            side=True,
            tells=ALL,
        ),
        moves(
            "resubmit",
            "planned",
            "carried",
            by=committee,
            asks=forms.ResubmitForm,
            **within(10),
            only_if=lambda s: people.talked_over(s) and people.carried_before(s),
            side=True,
        ),
        stays(
            "enter",
            "voting",
            by=people.counter,
            asks=voting.EnterForm,
            only_if=people.begun,
            side_by_side=True,
        ),
        moves(
            "count",
            "voting",
            "not_carried",
            by=committee,
            asks=voting.CountForm,
            **within(20),
            only_if=people.over,
            gather=Gather(
                "carried",
                people.carried,
                _("where the owners carried every question"),
                **within(10),
            ),
            tells=(owners.OWNERS,),
        ),
        stays(
            "extend",
            "voting",
            by=committee,
            asks=voting.ExtendForm,
            holder=in_charge,
            due=on("until", then=5),
            side=True,
            tells=(*ALL, owners.OWNERS),
        ),
        moves(
            "call_off",
            "voting",
            "planned",
            by=committee,
            asks=ReasonForm,
            **within(20),
            side=True,
            tells=(owners.OWNERS,),
        ),
        moves("replan", "not_carried", "planned", by=committee, asks=forms.PlanForm, **within(20)),
        closes("give_up", "not_carried", "declined", "declined", by=committee, asks=ReasonForm),
        moves(
            "ask",
            "carried",
            "approving",
            by=committee,
            asks=forms.AskForm,
            **NEAREST,
            tells=(*ALL, offices_asked(forms.asked_orgs)),
        ),
        stays(
            "grant",
            "approving",
            by=people.asked,
            asks=forms.GrantForm,
            **NEAREST,
            side_by_side=True,
            gather=Gather(
                "approved",
                people.all_granted,
                _("once everybody asked has granted it"),
                **within(20),
            ),
        ),
        moves("refuse", "approving", "planned", by=people.asked, asks=ReasonForm, **within(20)),
        stays(
            "ask_more",
            "approving",
            by=committee,
            asks=forms.AskForm,
            **NEAREST,
            tells=(*ALL, offices_asked(forms.asked_orgs)),
            side=True,
        ),
        moves("start", "approved", "under_way", by=committee, asks=forms.StartForm, **within(20)),
        stays(
            "report",
            "under_way",
            by=committee,
            asks=forms.ProgressForm,
            evidence=1,
            **within(20),
            tells=ALL,
        ),
        moves(
            "finish",
            "under_way",
            "finished",
            by=committee,
            asks=WordsForm,
            evidence=1,
            **within(10),
        ),
        moves(
            "publish",
            "finished",
            "accepting",
            by=committee,
            asks=forms.AccountsForm,
            evidence=1,
            **within(15),
        ),
        *_accepted(),
        closes(
            "stop",
            open_states(STATES, but=("voting", "not_carried", "finished", "accepting")),
            "stopped",
            "stopped",
            by=committee,
            asks=ReasonForm,
            side=True,
        ),
        corrected(open_states(STATES, but=("voting",)), *CORRECTED),
    ),
    words=WORDS,
    raise_title=_("Propose a renovation"),
)
