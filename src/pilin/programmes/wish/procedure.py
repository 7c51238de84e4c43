"""A wish: collected, checked, published without identity, claimed, delivered, confirmed."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Gather, HolderRule, Procedure, Who, states
from pilin.engine.rules import (
    holder,
    in_charge,
    member,
    office,
    to_actor,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import amended, judged, recorded

from . import forms
from .models import Wish

STATES = states(
    ("submitted", _("Collected, to be checked"), "raised"),
    ("open", _("Published, to be claimed"), "deliberated"),
    ("claimed", _("Claimed, to be delivered"), "decided"),
    ("delivered", _("Delivered, the school confirms"), "done"),
    ("closed.", _("The school confirmed it"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("declined.", _("Not published"), "confirmed"),
    ("recorded.", _("Delivered, as the register says"), "confirmed"),
)


def found(s: Situation) -> Wish:
    return Wish.objects.get(pk=s.the_matter.pk)


def not_pooled(s: Situation) -> bool:
    return not found(s).pledged


def can_be_pooled(s: Situation) -> bool:
    return found(s).price is not None


def enough(s: Situation) -> bool:
    """With this pledge the price is reached."""
    wish = found(s)
    return wish.price is not None and wish.pledged + Decimal(str(s.data["amount"])) >= wish.price


def _claimant(s: Situation) -> Holder | None:
    """Whoever claimed it; the organisation in charge, where a group pooled money."""
    who = found(s).claimant
    return Holder(person=who) if who else in_charge.give(s)


def _school(s: Situation) -> bool | None:
    school = found(s).school if s.matter else None
    return bool(school and s.actor.office("coordinator", organisation=school.pk)) or s.is_raiser


claimant = HolderRule(_("whoever claimed it"), _claimant)
school = Who("school", _("the school"), _school)

WISH = Procedure(
    "wish",
    1,
    _("Wish"),
    STATES,
    (
        opens(
            "submit",
            "submitted",
            by=office("coordinator", "host"),
            title=_("Hand in a wish"),
            done=_("handed in the wish"),
            asks=forms.SubmitForm,
            holder=in_charge,
            due=workdays(3),
            joins="raiser",
        ),
        recorded("recorded", closes="recorded"),
        amended("recorded"),
        closes(
            "withdraw",
            ("submitted", "open"),
            "declined",
            "withdrawn",
            by=school,
            title=_("Withdraw it"),
            done=_("withdrew it"),
            asks=ReasonForm,
            only_if=not_pooled,
            side=True,
        ),
        moves(
            "publish",
            "submitted",
            "open",
            by=holder,
            title=_("Publish it"),
            done=_("checked and published it"),
            holder=in_charge,
            due=workdays(30),
        ),
        closes(
            "decline",
            "submitted",
            "declined",
            "declined",
            by=holder,
            title=_("Do not publish it"),
            done=_("did not publish it"),
            asks=ReasonForm,
            side=True,
        ),
        moves(
            "claim",
            "open",
            "claimed",
            by=member,
            title=_("I will fulfil it"),
            done=_("claimed it"),
            holder=to_actor,
            due=workdays(30),
            first_come=True,
            joins="supporter",
            only_if=not_pooled,
        ),
        stays(
            "pledge",
            "open",
            by=member,
            title=_("Put in some money"),
            done=_("put in money"),
            asks=forms.PledgeForm,
            joins="supporter",
            only_if=can_be_pooled,
            gather=Gather(
                "claimed",
                enough,
                _("once the price is reached"),
                holder=in_charge,
                due=workdays(30),
            ),
        ),
        lapses(
            "expire",
            "open",
            "submitted",
            title=_("Take it back to be checked"),
            done=_("came back: nobody claimed it in time"),
            holder=in_charge,
            due=workdays(5),
        ),
        moves(
            "give_up",
            "claimed",
            "open",
            by=holder,
            title=_("Give it back"),
            done=_("gave it back"),
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(30),
            side=True,
        ),
        lapses(
            "come_back",
            "claimed",
            "open",
            title=_("Take it back"),
            done=_("came back: it was not delivered in time"),
            holder=in_charge,
            due=workdays(30),
        ),
        moves(
            "deliver",
            "claimed",
            "delivered",
            by=holder,
            title=_("Report it delivered"),
            done=_("reported it delivered"),
            asks=forms.DeliverForm,
            evidence=1,
            holder=to_raiser,
            due=workdays(15),
        ),
        *judged(
            "delivered",
            closed="closed",
            lapsed="lapsed",
            back="claimed",
            holder=claimant,
            due=workdays(15),
            by=school,
        ),
    ),
    raise_title=_("Hand in a wish"),
    discreet=True,
)
