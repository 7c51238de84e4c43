"""Who works with lots, and at which organisation they hold them."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.engine.procedure import HolderRule, Who
from pilin.engine.rules import office
from pilin.engine.situation import Holder, Situation
from pilin.people.models import Office

from .models import Affected, Lot, Shipment, Stock

#: The roles in which lots are made, kept, sent and received.
HANDS = ("keeper", "lead", "clerk", "desk")


def _keeps(s: Situation) -> Office | None:
    if s.matter is None:
        return None
    rows = Stock.objects.filter(lot=s.matter.pk, came__gt=F("went"))
    return _first(s, set(rows.values_list("org", flat=True)))


def _made(s: Situation) -> Office | None:
    lot = Lot.objects.filter(pk=s.matter.pk).first() if s.matter else None
    return _first(s, {lot.org_id}) if lot else None


def _receives(s: Situation) -> Office | None:
    found = Shipment.objects.filter(pk=s.matter.pk).first() if s.matter else None
    return _first(s, {found.to_id}) if found else None


def _sends(s: Situation) -> Office | None:
    found = Shipment.objects.filter(pk=s.matter.pk).first() if s.matter else None
    return _first(s, {found.sender_id}) if found else None


def _answers(s: Situation) -> Office | None:
    return _first(s, asked(s.matter.pk)) if s.matter else None


def asked(recall: int) -> set[int]:
    """Organisations that hold some of it and have not said yet what became of it."""
    rows = Affected.objects.filter(recall=recall, held=None)
    return set(rows.values_list("org", flat=True))


def _first(s: Situation, orgs: set[int]) -> Office | None:
    there = (o for o in s.actor.offices if o.organisation_id in orgs and o.role in HANDS)
    return next(there, None)


def _to(s: Situation) -> Holder | None:
    return _post(s.data["row"]["orgs"][1])


def _from(s: Situation) -> Holder | None:
    found = Shipment.objects.get(pk=s.the_matter.pk)
    return _post(found.sender_id)


def _post(key: int | None) -> Holder | None:
    org = registers().organisation(key)
    return Holder(org=org.pk, role=org.steward) if org else None


to_receiver = HolderRule(_("whoever it was sent to"), _to, ("to",))
to_sender = HolderRule(_("whoever sent it"), _from)
hands = office(*HANDS)
keeper = Who("keeps", _("whoever holds some of it"), _keeps)
maker = Who("made", _("whoever made it"), _made)
receiver = Who("receives", _("whoever it was sent to"), _receives)
sender = Who("sends", _("whoever sent it"), _sends)
answering = Who("answers", _("whoever holds some of what is called back"), _answers)
