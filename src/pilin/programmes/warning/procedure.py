"""A warning: it comes in, each station passes it on, and afterwards somebody says what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import IN_CHARGE, offices_asked
from pilin.engine.procedure import Due, Gather, Procedure, Who, states
from pilin.engine.rules import at_org, holder, house, in_charge, office, steward, verified, workdays
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.engine.telling import Audience, Telling
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import amended, recorded
from pilin.people.models import Office, Place, Residence

from . import entries, forms
from .models import Answer, Duty, Warning
from .typed import EnterForm, LiftForm, ReplaceForm

WORDS = {
    "receive": (_("Take in a warning"), _("took in the warning")),
    "enter": (_("Type in a warning that came by telephone or letter"), _("typed the warning in")),
    "update": (_("Take in a newer message"), _("took in a newer message of it")),
    "cancel": (_("Take in that it is lifted"), _("took in that it is lifted")),
    "replace": (_("Type in a newer message"), _("typed a newer message of it in")),
    "lift": (_("Type in that it is lifted"), _("typed in that it is lifted")),
    "pass_on": (_("Say how you passed it on"), _("passed it on")),
    "missed": (_("Name who is late"), _("named who had not passed it on by their hour")),
    "heard": (_("Say whether it reached you"), _("said whether it reached them")),
    "expire": (_("It is over"), _("was over")),
    "mistaken": (_("It was taken in by mistake"), _("said that it was taken in by mistake")),
    "account": (_("Say what came of it"), _("said what came of it")),
}
ON = ("standing", "passed")


def waiting(warning: int) -> set[int]:
    """Organisations that are to pass its newest message on and have not said so."""
    newest = Warning.objects.filter(pk=warning).values("entry")
    rows = Duty.objects.filter(warning=warning, message__in=newest, done=None)
    return set(rows.values_list("org", flat=True))


def _asked(s: Situation) -> Office | None:
    if s.matter is None:
        return None
    orgs = waiting(s.matter.pk)
    return next(
        (
            o
            for o in s.actor.offices
            if o.organisation_id in orgs and o.role == o.organisation.steward
        ),
        None,
    )


asked = Who("passes_on", _("stations that are to pass it on"), _asked)
receiver = at_org(*forms.RECEIVERS) | house


def all_passed_on(s: Situation) -> bool:
    """With this one, every station has passed it on."""
    office = asked.allows(s)
    return waiting(s.the_matter.pk) <= {getattr(office, "organisation_id", None)}


def not_said_yet(s: Situation) -> bool:
    return not Answer.objects.filter(warning=s.the_matter.pk, person=s.actor.person).exists()


def somebody_is_late(s: Situation) -> bool:
    return bool(forms.late(s.the_matter.pk, s.now).exists())


def was_typed(s: Situation) -> bool:
    """What came as a message is changed by messages alone."""
    return Warning.objects.filter(pk=s.the_matter.pk, way="typed").exists()


def is_over(s: Situation) -> bool:
    return Warning.objects.filter(pk=s.the_matter.pk, ends__lte=s.now).exists()


def _end(s: Situation) -> date:
    said = s.data.get("ends")
    ends = (
        datetime.fromisoformat(said)
        if said
        else Warning.objects.values_list("ends", flat=True).get(pk=s.the_matter.pk)
    )
    return timezone.localdate(ends)


until = Due(_("the day on which it ends"), _end)


def _stations(t: Telling) -> Iterable[int]:
    return [station["id"] for station in t.said.get("asked", ())]


def _residents(t: Telling) -> Iterable[str]:
    """Everybody whose home was checked in a place it concerns, or in one within."""
    keys = [place["id"] for place in t.said.get("places", ())]
    inside = Place.objects.filter(path__overlap=keys).values_list("pk", flat=True)
    rows = Residence.objects.filter(place__in=list(inside), since__lte=t.day, until__gte=t.day)
    return list(rows.values_list("person", flat=True).distinct())


STATIONS = offices_asked(_stations)
RESIDENTS = Audience(_("whoever lives where it concerns"), "news", _residents, later=True)

WARNING = Procedure(
    "warning",
    1,
    _("Warning"),
    states(
        ("standing", _("Stands, being passed on"), "decided"),
        ("passed", _("Stands, passed on by every station"), "done"),
        ("over", _("Over, to be accounted for"), "done"),
        ("closed.", _("Over and accounted for"), "confirmed"),
        ("mistaken.", _("Taken in by mistake"), "confirmed"),
        ("recorded.", _("Of earlier"), "confirmed"),
    ),
    (
        opens(
            "receive",
            "standing",
            by=office(*forms.RECEIVERS) | house,
            asks=forms.ReceiveForm,
            payload=entries.Take,
            holder=in_charge,
            due=until,
            tells=(STATIONS, RESIDENTS),
        ),
        opens(
            "enter",
            "standing",
            by=office(*forms.RECEIVERS),
            asks=EnterForm,
            payload=entries.Take,
            holder=in_charge,
            due=until,
            tells=(STATIONS, RESIDENTS),
        ),
        recorded("recorded", payload=entries.Record, closes="recorded"),
        amended("recorded", payload=entries.Record),
        moves(
            "update",
            (*ON, "over"),
            "standing",
            by=receiver,
            asks=forms.UpdateForm,
            payload=entries.Message,
            holder=in_charge,
            due=until,
            tells=(STATIONS, RESIDENTS),
        ),
        moves(
            "cancel",
            ON,
            "over",
            by=receiver,
            asks=forms.CancelForm,
            payload=entries.Message,
            holder=in_charge,
            due=workdays(5),
            tells=(STATIONS, RESIDENTS),
        ),
        moves(
            "replace",
            (*ON, "over"),
            "standing",
            by=at_org(*forms.RECEIVERS),
            asks=ReplaceForm,
            payload=entries.Message,
            only_if=was_typed,
            holder=in_charge,
            due=until,
            tells=(STATIONS, RESIDENTS),
        ),
        moves(
            "lift",
            ON,
            "over",
            by=at_org(*forms.RECEIVERS),
            asks=LiftForm,
            payload=entries.Message,
            only_if=was_typed,
            holder=in_charge,
            due=workdays(5),
            tells=(STATIONS, RESIDENTS),
        ),
        stays(
            "pass_on",
            "standing",
            by=asked,
            asks=forms.PassOnForm,
            side_by_side=True,
            gather=Gather(
                "passed",
                all_passed_on,
                _("every station has passed it on"),
                holder=in_charge,
                due=until,
            ),
        ),
        stays(
            "missed",
            "standing",
            by=house,
            asks=forms.MissedForm,
            only_if=somebody_is_late,
            side=True,
            side_by_side=True,
            tells=(IN_CHARGE,),
        ),
        stays(
            "heard",
            (*ON, "over"),
            by=verified,
            asks=forms.HeardForm,
            only_if=not_said_yet,
            side=True,
            side_by_side=True,
        ),
        lapses("expire", ON, "over", holder=in_charge, due=workdays(5), only_if=is_over),
        closes(
            "account",
            "over",
            "closed",
            "recorded",
            by=holder | steward,
            asks=forms.AccountForm,
        ),
        closes(
            "mistaken",
            (*ON, "over"),
            "mistaken",
            "withdrawn",
            by=holder | steward,
            asks=ReasonForm,
            side=True,
        ),
    ),
    words=WORDS,
    raise_title=_("Take in a warning"),
)
