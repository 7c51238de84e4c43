"""An agreement: drafted, signed by every party, in force, reviewed, renewed or expired."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.audiences import ALL
from pilin.engine.procedure import (
    Conversion,
    Due,
    Gather,
    HolderRule,
    Procedure,
    Who,
    open_states,
    states,
)
from pilin.engine.rules import answers_for, holder, in_charge, office, raiser, steward, workdays
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.forms.shared import ReasonForm, WordsForm
from pilin.forms.steps import amended, corrected, recorded
from pilin.people.models import Office, Organisation

from . import entries, forms
from .models import Agreement, LeadProject, Signature

STATES = states(
    ("drafted", _("Drafted, waiting for signatures"), "deliberated"),
    ("in_force", _("In force"), "decided"),
    ("expired.", _("Expired"), "confirmed"),
    ("ended.", _("Ended"), "confirmed"),
    ("withdrawn.", _("Draft withdrawn"), "confirmed"),
)
#: Steps whose words may be corrected: not a draft, which others sign as it is; that is changed anew.
CORRECTED = ("object", "keep_old", "lead_project", "review")
REVIEW = 240  # working days between reviews: about a year


def _found(s: Situation) -> Agreement | None:
    return Agreement.objects.filter(pk=s.the_matter.pk).first()


def signed(s: Situation) -> set[int]:
    rows = Signature.objects.filter(agreement_id=s.the_matter.pk)
    return set(rows.values_list("org_id", flat=True))


def _unsigned_office(s: Situation) -> Office | None:
    return answers_for(s, set(s.matter.orgs) - signed(s)) if s.matter else None


def _party_office(s: Situation) -> Office | None:
    return answers_for(s, s.matter.orgs) if s.matter else None


signatory = Who("signatory", _("whoever answers for a party that has not signed"), _unsigned_office)
party_lead = Who("party_lead", _("whoever answers for a party"), _party_office)


def everybody_signed(s: Situation) -> bool:
    """With this signature, every party has signed."""
    acting = _unsigned_office(s)
    return acting is not None and set(s.the_matter.orgs) == {*signed(s), acting.organisation_id}


def _until(s: Situation) -> date | None:
    row = _found(s)
    return row.until if row else None


def is_renewal(s: Situation) -> bool:
    row = _found(s)
    return bool(row and row.renewed_from)


def is_new(s: Situation) -> bool:
    """A first draft: what was in force once is neither rewritten nor withdrawn."""
    return not is_renewal(s)


def nobody_signed(s: Situation) -> bool:
    return not signed(s) and is_new(s)


def has_lead_projects(s: Situation) -> bool:
    return LeadProject.objects.filter(agreement=s.the_matter.pk).exists()


def over(s: Situation) -> bool:
    until = _until(s)
    return until is not None and until < s.today


def _next_review(s: Situation) -> date:
    review = calendar.after(s.today, REVIEW)
    until = _until(s) if s.matter else None
    return min(review, until) if until and until > s.today else review


def _next_to_sign(s: Situation) -> Holder | None:
    """Whoever answers for the first party that has not signed, this signature counted."""
    acting = _unsigned_office(s)
    waiting = set(s.the_matter.orgs) - signed(s) - ({acting.organisation_id} if acting else set())
    org = Organisation.objects.filter(pk__in=waiting).order_by("pk").first()
    return Holder(org=org.pk, role=org.steward) if org else in_charge.give(s)


next_to_sign = HolderRule(_("the next party to sign"), _next_to_sign, ("parties",))
next_review = Due(_("at the next review, within a year"), _next_review)

#: What the button says, and what the history says, of each step.
WORDS = {
    "draft": (_("Draft an agreement"), _("drafted the agreement")),
    "redraft": (_("Change the draft"), _("changed the draft")),
    "sign": (_("Sign for my side"), _("signed it")),
    "object": (_("Object to the draft"), _("objected to the draft: every signature is void")),
    "withdraw": (_("Withdraw the draft"), _("withdrew the draft")),
    "keep_old": (_("Leave it as it was"), _("left it as it was, without a renewal")),
    "lead_project": (
        _("Put a project on the lead-project list"),
        _("put a project on the lead-project list"),
    ),
    "charge": (
        _("Have an office account for it each quarter"),
        _("had an office account for a lead project each quarter"),
    ),
    "review": (_("Record the yearly review"), _("recorded the yearly review")),
    "renew": (_("Renew it"), _("drafted its renewal: every party signs again")),
    "end": (_("End it"), _("ended it")),
    "expire": (_("Let it expire"), _("expired")),
}

AGREEMENT = Procedure(
    "agreement",
    1,
    _("Agreement"),
    STATES,
    (
        opens(
            "draft",
            "drafted",
            by=office(*forms.DRAFTERS),
            asks=forms.DraftForm,
            holder=in_charge,
            due=workdays(20),
            joins="raiser",
        ),
        recorded("in_force", payload=entries.Record, holder=in_charge, due=workdays(REVIEW)),
        amended("in_force", payload=entries.Record),
        stays(
            "redraft",
            "drafted",
            by=raiser | steward,
            asks=forms.DraftForm,
            holder=in_charge,
            due=workdays(20),
            only_if=nobody_signed,
            side=True,
            tells=ALL,
        ),
        stays(
            "sign",
            "drafted",
            by=signatory,
            holder=next_to_sign,
            gather=Gather(
                "in_force",
                everybody_signed,
                _("once every party has signed"),
                holder=in_charge,
                due=next_review,
            ),
            tells=ALL,
        ),
        stays(
            "object",
            "drafted",
            by=party_lead,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(20),
            side=True,
            tells=ALL,
        ),
        closes(
            "withdraw",
            "drafted",
            "withdrawn",
            "withdrawn",
            by=raiser | steward,
            asks=ReasonForm,
            only_if=is_new,
            side=True,
        ),
        moves(
            "keep_old",
            "drafted",
            "in_force",
            by=party_lead,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(REVIEW),
            only_if=is_renewal,
            side=True,
        ),
        stays(
            "lead_project",
            "in_force",
            by=party_lead,
            asks=forms.LeadProjectForm,
            opens=Conversion("project", "commission", forms.commission),
            tells=ALL,
        ),
        stays(
            "charge",
            "in_force",
            by=party_lead,
            asks=forms.ChargeForm,
            only_if=has_lead_projects,
            opens=Conversion("lead", "charge", forms.charge),
            side=True,
            tells=ALL,
        ),
        stays(
            "review",
            "in_force",
            by=holder,
            asks=WordsForm,
            holder=in_charge,
            due=next_review,
            tells=ALL,
        ),
        moves(
            "renew",
            "in_force",
            "drafted",
            by=holder,
            asks=forms.RenewForm,
            holder=in_charge,
            due=workdays(20),
            side=True,
        ),
        closes("end", "in_force", "ended", "ended", by=holder, asks=ReasonForm, side=True),
        lapses("expire", "in_force", "expired", "expired", only_if=over),
        corrected(open_states(STATES), *CORRECTED),
    ),
    words=WORDS,
    raise_title=_("Draft an agreement"),
)
