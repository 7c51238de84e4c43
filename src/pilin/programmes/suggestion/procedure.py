"""A delegate's suggestion: reviewed, assigned, answered by a deadline, rated by its author."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Conversion, HolderRule, Procedure, Step, registry, states
from pilin.engine.rules import (
    as_before,
    chosen,
    clock,
    holder,
    in_charge,
    link,
    office,
    on,
    raiser,
    same,
    steward,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.forms.shared import RatingForm, ReasonForm
from pilin.forms.steps import amended, recorded

from . import forms
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
    ("summary.", _("Summary row of the register"), "confirmed"),
)


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

SUGGESTION = registry.add(
    Procedure(
        "suggestion",
        1,
        _("Suggestion"),
        STATES,
        (
            Step(
                "write",
                None,
                "submitted",
                by=office("delegate"),
                title=_("Write a suggestion"),
                done=_("wrote the suggestion"),
                asks=forms.WriteForm,
                holder=in_charge,
                due=workdays(5),
                joins="raiser",
            ),
            Step(
                "from_outcome",
                None,
                "submitted",
                by=link,
                title=_("Take over an outcome"),
                done=_("handed an outcome over as a suggestion"),
                asks=forms.OutcomeForm,
                holder=in_charge,
                due=workdays(5),
                joins="raiser",
            ),
            recorded("summary", "record_summary", closes="recorded"),
            amended("summary"),
            Step(
                "cosign",
                ("submitted", "accepted"),
                "=",
                by=office("delegate"),
                title=_("Co-sign it"),
                done=_("co-signed it"),
                holder=same,
                due=as_before,
                joins="supporter",
                only_if=lambda s: not s.is_party,
                bare=True,
            ),
            Step(
                "accept",
                ("submitted",),
                "accepted",
                by=holder,
                title=_("Accept it"),
                done=_("accepted it"),
                asks=ReasonForm,
                holder=in_charge,
                due=workdays(5),
            ),
            Step(
                "reject",
                ("submitted",),
                "rejected",
                by=holder,
                title=_("Do not accept it"),
                done=_("did not accept it"),
                asks=ReasonForm,
                closes="declined",
                side=True,
            ),
            Step(
                "assign",
                ("accepted",),
                "assigned",
                by=holder,
                title=_("Assign it"),
                done=_("assigned it"),
                asks=forms.AssignForm,
                holder=chosen("lead"),
                due=on("answer_by"),
            ),
            Step(
                "reassign",
                ("assigned", "reopened"),
                "assigned",
                by=steward,
                title=_("Assign it to another department"),
                done=_("assigned it to another department"),
                asks=forms.AssignForm,
                holder=chosen("lead"),
                due=on("answer_by"),
                side=True,
            ),
            Step(
                "deliberate",
                ("accepted", "assigned"),
                "=",
                by=holder,
                title=_("Have it deliberated first"),
                done=_("had it deliberated"),
                asks=forms.DeliberateForm,
                holder=same,
                due=as_before,
                opens=Conversion("consultation", "refer", forms.refer),
                side=True,
            ),
            Step(
                "answer",
                ("assigned", "reopened"),
                "answered",
                by=holder,
                title=_("Answer it"),
                done=_("answered it"),
                asks=forms.AnswerForm,
                holder=to_raiser,
                due=workdays(15),
            ),
            Step(
                "satisfied",
                ("answered",),
                "closed",
                by=raiser,
                title=_("I am satisfied"),
                done=_("is satisfied"),
                asks=RatingForm,
                rates="rating",
                closes="confirmed",
            ),
            Step(
                "unsatisfied",
                ("answered",),
                "reopened",
                by=raiser,
                title=_("I am not satisfied"),
                done=_("is not satisfied: it goes to a higher level"),
                asks=ReasonForm,
                holder=higher,
                due=workdays(20),
                only_if=first_time,
            ),
            Step(
                "still_unsatisfied",
                ("answered",),
                "unsatisfied",
                by=raiser,
                title=_("I am still not satisfied"),
                done=_("is still not satisfied"),
                asks=ReasonForm,
                closes="disputed",
                only_if=second_time,
            ),
            Step(
                "silence",
                ("answered",),
                "lapsed",
                by=clock,
                title=_("Close after no objection"),
                done=_("was closed: no objection came in time"),
                closes="silence",
            ),
        ),
        raise_title=_("Write a suggestion"),
    )
)
