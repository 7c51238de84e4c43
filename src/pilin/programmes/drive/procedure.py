"""A drive: announced, goods received, shipped in batches, handed over, confirmed by who got them."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL, HOLDER
from pilin.engine.procedure import HolderRule, Procedure, Who, open_states, states
from pilin.engine.rules import (
    answers_for,
    holder,
    in_charge,
    member,
    office,
    on,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import A_MINUTE, closes, moves, opens, stays, taken_back
from pilin.forms.shared import ReasonForm, ThankForm
from pilin.forms.steps import amended, corrected, judged, recorded
from pilin.people.models import Office

from . import entries, forms
from .models import Batch, Drive

STATES = states(
    ("collecting", _("Collecting and handing over"), "decided"),
    ("finished", _("Handed over, the recipient confirms"), "done"),
    ("closed.", _("The recipient confirmed it"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("stopped.", _("Stopped"), "confirmed"),
    ("recorded.", _("Handed over, as the register says"), "confirmed"),
)

#: Steps whose words may be corrected.
CORRECTED = ("open", "receive", "ship", "hand_over", "finish", "thank", "dispute")


def batches(s: Situation) -> tuple[int, int]:
    """Shipments that were handed over, and those still on their way."""
    rows = Batch.objects.filter(drive_id=s.the_matter.pk)
    return rows.exclude(handed_over=None).count(), rows.filter(handed_over=None).count()


def on_its_way(s: Situation) -> bool:
    return batches(s)[1] > 0


def all_handed_over(s: Situation) -> bool:
    done, waiting = batches(s)
    return done > 0 and waiting == 0


def nothing_shipped(s: Situation) -> bool:
    return batches(s) == (0, 0)


def _recipient(s: Situation) -> Holder | None:
    drive = Drive.objects.select_related("recipient").get(pk=s.the_matter.pk)
    org = drive.recipient
    return Holder(org=org.pk, role=org.steward) if org else to_raiser.give(s)


def _recipient_office(s: Situation) -> Office | None:
    drive = Drive.objects.filter(pk=s.matter.pk).first() if s.matter else None
    org = drive.recipient_id if drive else None
    return answers_for(s, {org}) if org else None


def some_wanted(s: Situation) -> bool:
    """Something neither came nor was promised yet, and the day until which it is collected is not over."""
    until = Drive.objects.values_list("until", flat=True).get(pk=s.the_matter.pk)
    open_ = until is None or s.today <= until
    return open_ and any(left != 0 for left in forms.still_wanted(s.the_matter.pk).values())


def not_thanked(s: Situation) -> bool:
    return not Drive.objects.get(pk=s.the_matter.pk).thanks


def _giver(s: Situation) -> bool:
    """Somebody who promised what has not come in yet."""
    person = s.actor.person if s.actor.kind == "person" else ""
    return bool(s.matter and person and forms.waiting(s.matter.pk, person))


giver = Who("promiser", _("whoever promised something that has not come in yet"), _giver)
recipient = Who("recipient", _("the recipient"), _recipient_office)

#: What the button says, and what the history says, of each step.
WORDS = {
    "open": (_("Open a drive"), _("opened the drive")),
    "promise": (_("I will bring something"), _("promised to bring something")),
    "withdraw_promise": (_("Take my promise back"), _("took a promise back")),
    "thank": (_("Thank those who gave"), _("thanked those who gave")),
    "receive": (_("Enter what came in"), _("received goods")),
    "ship": (_("Send a shipment"), _("sent a shipment")),
    "hand_over": (_("Record the hand-over"), _("handed a shipment over")),
    "finish": (_("Finish the drive"), _("finished the drive")),
    "stop": (_("Stop the drive"), _("stopped the drive")),
}

DRIVE = Procedure(
    "drive",
    1,
    _("Drive"),
    STATES,
    (
        opens(
            "open",
            "collecting",
            by=office(*forms.COLLECTORS),
            asks=forms.OpenForm,
            holder=in_charge,
            due=on("until"),
            joins="raiser",
            back_within=A_MINUTE,
        ),
        recorded("recorded", payload=entries.Record, closes="recorded"),
        amended("recorded", payload=entries.Record),
        stays(
            "promise",
            "collecting",
            by=member,
            asks=forms.PromiseForm,
            joins="supporter",
            only_if=some_wanted,
            side_by_side=True,
            tells=(HOLDER,),
        ),
        stays(
            "withdraw_promise",
            "collecting",
            by=giver,
            asks=forms.WithdrawForm,
            side=True,
            side_by_side=True,
            tells=(HOLDER,),
        ),
        stays("receive", "collecting", by=holder, asks=forms.ReceiveForm, tells=ALL),
        stays("ship", "collecting", by=holder, asks=forms.ShipForm, tells=ALL),
        stays(
            "hand_over",
            "collecting",
            by=holder,
            asks=forms.HandOverForm,
            evidence=1,
            only_if=on_its_way,
            tells=ALL,
        ),
        moves(
            "finish",
            "collecting",
            "finished",
            by=holder,
            asks=forms.FinishForm,
            holder=HolderRule(_("the recipient"), _recipient, ("recipient",)),
            due=workdays(15),
            only_if=all_handed_over,
        ),
        closes(
            "stop",
            "collecting",
            "stopped",
            "stopped",
            by=holder,
            asks=ReasonForm,
            only_if=nothing_shipped,
            side=True,
        ),
        stays(
            "thank",
            ("finished", "closed", "lapsed"),
            by=recipient,
            asks=ThankForm,
            only_if=not_thanked,
            side=True,
            tells=ALL,
        ),
        *judged("finished", back="collecting", due=workdays(15), by=recipient),
        taken_back("collecting", "stopped"),
        corrected(open_states(STATES), *CORRECTED),
    ),
    words=WORDS,
    raise_title=_("Open a drive"),
    discreet=True,
)
