"""A delegate's suggestion: reviewed, assigned, answered by a deadline, rated by its author."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL
from pilin.engine.procedure import Conversion, HolderRule, Procedure, open_states, states
from pilin.engine.rules import (
    chosen,
    holder,
    in_charge,
    link,
    office,
    on,
    raiser,
    steward,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import A_MINUTE, closes, lapses, moves, opens, stays, taken_back
from pilin.forms.shared import RatingForm, ReasonForm
from pilin.forms.steps import amended, corrected, recorded

from . import entries, forms
from .models import Suggestion

STATES = states(
    ("submitted", _("Submitted, to be reviewed"), "raised"),
    ("accepted", _("Accepted, to be assigned"), "deliberated"),
    ("assigned", _("Assigned, to be answered"), "decided"),
    ("reopened", _("Not satisfied: answered anew at a higher level"), "decided"),
    ("answered", _("Answered, waiting for its author"), "done"),
    ("closed.", _("Its author is satisfied"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("unsatisfied.", _("Closed: its author is not satisfied"), "confirmed"),
    ("rejected.", _("Not accepted, with a reason"), "confirmed"),
    ("withdrawn.", _("Withdrawn"), "confirmed"),
    ("summary.", _("Summary row of the register"), "confirmed"),
)

#: Steps whose words may be corrected.
CORRECTED = ("write", "accept", "deliberate", "answer", "unsatisfied")


def found(s: Situation) -> Suggestion:
    row: Suggestion = Suggestion.objects.select_related("lead__parent").get(pk=s.the_matter.pk)
    return row


def first_time(s: Situation) -> bool:
    return found(s).level == 0


def second_time(s: Situation) -> bool:
    return found(s).level > 0


def _higher(s: Situation) -> Holder | None:
    """Whoever answers for the organisation above the lead department; above the reviewer else."""
    lead = found(s).lead
    above = (lead.parent if lead else None) or s.forum.parent or s.forum
    return Holder(org=above.pk, role=above.steward)


higher = HolderRule(_("the organisation above"), _higher)

#: What the button says, and what the history says, of each step.
WORDS = {
    "write": (_("Write a suggestion"), _("wrote the suggestion")),
    "from_outcome": (_("Take over an outcome"), _("handed an outcome over as a suggestion")),
    "cosign": (_("Co-sign it"), _("co-signed it")),
    "accept": (_("Accept it"), _("accepted the suggestion")),
    "reject": (_("Do not accept it"), _("did not accept it")),
    "assign": (_("Assign it"), _("assigned it")),
    "reassign": (_("Assign it to another department"), _("assigned it to another department")),
    "deliberate": (_("Have it deliberated first"), _("had it deliberated")),
    "answer": (_("Answer it"), _("answered it")),
    "satisfied": (_("I am satisfied"), _("is satisfied")),
    "unsatisfied": (_("I am not satisfied"), _("is not satisfied: it goes to a higher level")),
    "still_unsatisfied": (_("I am still not satisfied"), _("is still not satisfied")),
    "silence": (_("Close after no objection"), _("was closed: no objection came in time")),
}

SUGGESTION = Procedure(
    "suggestion",
    1,
    _("Suggestion"),
    STATES,
    (
        opens(
            "write",
            "submitted",
            by=office("delegate"),
            asks=forms.WriteForm,
            holder=in_charge,
            due=workdays(5),
            joins="raiser",
            back_within=A_MINUTE,
        ),
        opens(
            "from_outcome",
            "submitted",
            by=link,
            asks=forms.OutcomeForm,
            holder=in_charge,
            due=workdays(5),
            joins="raiser",
        ),
        recorded("summary", "record_summary", payload=entries.Record, closes="recorded"),
        amended("summary", payload=entries.Record),
        stays(
            "cosign",
            ("submitted", "accepted"),
            by=office("delegate"),
            joins="supporter",
            only_if=lambda s: not s.is_party,
            bare=True,
        ),
        moves(
            "accept",
            "submitted",
            "accepted",
            by=holder,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(5),
            in_bulk=True,
        ),
        closes(
            "reject", "submitted", "rejected", "declined", by=holder, asks=ReasonForm, side=True
        ),
        moves(
            "assign",
            "accepted",
            "assigned",
            by=holder,
            asks=forms.AssignForm,
            holder=chosen("lead"),
            due=on("answer_by"),
        ),
        moves(
            "reassign",
            ("assigned", "reopened"),
            "assigned",
            by=steward,
            asks=forms.AssignForm,
            holder=chosen("lead"),
            due=on("answer_by"),
            side=True,
        ),
        stays(
            "deliberate",
            ("accepted", "assigned"),
            by=holder,
            asks=forms.DeliberateForm,
            opens=Conversion("consultation", "refer", forms.refer),
            side=True,
            tells=ALL,
        ),
        moves(
            "answer",
            ("assigned", "reopened"),
            "answered",
            by=holder,
            asks=forms.AnswerForm,
            holder=to_raiser,
            due=workdays(15),
        ),
        closes(
            "satisfied",
            "answered",
            "closed",
            "confirmed",
            by=raiser,
            asks=RatingForm,
            rates="rating",
        ),
        moves(
            "unsatisfied",
            "answered",
            "reopened",
            by=raiser,
            asks=ReasonForm,
            holder=higher,
            due=workdays(20),
            only_if=first_time,
        ),
        closes(
            "still_unsatisfied",
            "answered",
            "unsatisfied",
            "disputed",
            by=raiser,
            asks=ReasonForm,
            only_if=second_time,
        ),
        lapses("silence", "answered", "lapsed", "silence"),
        taken_back("submitted", "withdrawn"),
        corrected(open_states(STATES), *CORRECTED),
    ),
    words=WORDS,
    raise_title=_("Write a suggestion"),
)
