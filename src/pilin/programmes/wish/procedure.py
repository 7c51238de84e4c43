"""A wish: collected, checked, published without identity, claimed, delivered, confirmed."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL, IN_CHARGE, looked_at
from pilin.engine.procedure import Gather, HolderRule, Procedure, Who, open_states, states
from pilin.engine.rules import (
    holder,
    in_charge,
    office,
    to_actor,
    to_raiser,
    verified,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import A_MINUTE, closes, lapses, moves, opens, stays, taken_back
from pilin.forms.shared import ReasonForm, ThankForm
from pilin.forms.steps import amended, corrected, judged, recorded

from . import entries, forms, givers
from .models import Pledge, Wish

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


def _pledger(s: Situation) -> bool:
    """Somebody who promised money that is not together yet."""
    rows = Pledge.objects.filter(wish_id=s.matter.pk if s.matter else 0, person=s.actor.person)
    return s.actor.kind == "person" and rows.exists()


def not_thanked(s: Situation) -> bool:
    return not found(s).thanks


pledger = Who("pledger", _("whoever put money in"), _pledger)
claimant = HolderRule(_("whoever claimed it"), _claimant)
school = Who("school", _("the school"), _school)

#: What the button says, and what the history says, of each step.
WORDS = {
    "submit": (_("Hand in a wish"), _("handed in the wish")),
    "withdraw": (_("Withdraw it"), _("withdrew it")),
    "publish": (_("Publish it"), _("checked and published it")),
    "decline": (_("Do not publish it"), _("did not publish it")),
    "offer": (_("I would like to fulfil wishes"), _("offered to fulfil wishes")),
    "accept_giver": (_("Accept somebody who gives"), _("accepted somebody who gives")),
    "refuse_giver": (_("Do not accept somebody"), _("did not accept somebody who offered")),
    "claim": (_("I will fulfil it"), _("claimed it")),
    "pledge": (_("Put in some money"), _("put in money")),
    "withdraw_pledge": (_("Take my part back"), _("took their part back")),
    "thank": (_("Thank those who gave"), _("thanked those who gave")),
    "expire": (_("Take it back to be checked"), _("came back: nobody claimed it in time")),
    "give_up": (_("Give it back"), _("gave it back")),
    "come_back": (_("Take it back"), _("came back: it was not delivered in time")),
    "deliver": (_("Report it delivered"), _("reported it delivered")),
}

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
            asks=forms.SubmitForm,
            holder=in_charge,
            due=workdays(3),
            joins="raiser",
            back_within=A_MINUTE,
        ),
        recorded("recorded", payload=entries.Record, closes="recorded"),
        amended("recorded", payload=entries.Record),
        closes(
            "withdraw",
            ("submitted", "open"),
            "declined",
            "withdrawn",
            by=school,
            asks=ReasonForm,
            only_if=not_pooled,
            side=True,
        ),
        moves(
            "publish",
            "submitted",
            "open",
            by=holder,
            asks=forms.PublishForm,
            holder=in_charge,
            due=workdays(30),
        ),
        closes(
            "decline", "submitted", "declined", "declined", by=holder, asks=ReasonForm, side=True
        ),
        stays(
            "offer",
            "open",
            by=verified,
            asks=forms.OfferForm,
            only_if=givers.can_offer,
            side_by_side=True,
            tells=(IN_CHARGE,),
        ),
        *(
            stays(
                name,
                ("open", "claimed"),
                by=school,
                asks=asks,
                only_if=givers.some_wait,
                side=True,
                side_by_side=True,
                **looked_at(givers.offer),
            )
            for name, asks in (
                ("accept_giver", forms.AcceptGiverForm),
                ("refuse_giver", forms.RefuseGiverForm),
            )
        ),
        moves(
            "claim",
            "open",
            "claimed",
            by=givers.giver,
            holder=to_actor,
            due=workdays(30),
            first_come=True,
            joins="supporter",
            only_if=not_pooled,
        ),
        stays(
            "pledge",
            "open",
            by=verified,
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
            tells=(IN_CHARGE,),
        ),
        stays(
            "withdraw_pledge",
            "open",
            by=pledger,
            bare=True,
            side=True,
            side_by_side=True,
            tells=(IN_CHARGE,),
        ),
        lapses("expire", "open", "submitted", holder=in_charge, due=workdays(5)),
        moves(
            "give_up",
            "claimed",
            "open",
            by=holder,
            asks=forms.GiveUpForm,
            holder=in_charge,
            due=workdays(30),
            side=True,
        ),
        lapses("come_back", "claimed", "open", holder=in_charge, due=workdays(30)),
        moves(
            "deliver",
            "claimed",
            "delivered",
            by=holder,
            asks=forms.DeliverForm,
            evidence=1,
            holder=to_raiser,
            due=workdays(15),
        ),
        stays(
            "thank",
            ("delivered", "closed", "lapsed"),
            by=school,
            asks=ThankForm,
            only_if=not_thanked,
            side=True,
            tells=ALL,
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
        taken_back("submitted", "declined"),
        corrected(open_states(STATES), "publish", "thank", "dispute"),
    ),
    words=WORDS,
    raise_title=_("Hand in a wish"),
    discreet=True,
    readers=school,
)
