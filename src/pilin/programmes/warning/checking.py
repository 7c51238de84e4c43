"""Whether a message can stand here, and what is known of it: its places, its issuer, its signature."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.alerts import signing
from pilin.deciding.alerts.alert import CANCEL, Alert
from pilin.deciding.alerts.codes import COLOURS, EVENTS, EXERCISES, RULES
from pilin.people.models import Place
from pilin.wording.reading import moment

from . import entries, where
from .models import Issuer, Message, Warning

_ALREADY = _("This message came in already: it is not taken in twice.")


class Read:
    """A message, with what is known of it here."""

    def __init__(self, alert: Alert, places: list[Place], now: datetime, way: str) -> None:
        self.alert, self.places, self.way = alert, places, way
        self.issuer = Issuer.objects.filter(sender=alert.sender).first()
        pem = self.issuer.certificate if self.issuer else ""
        text = alert.text
        self.signature = signing.checked(text, [pem] if pem else [], alert.sent) if text else "none"
        cancels = alert.kind == CANCEL
        self.turns = [] if cancels else where.stations(places, alert.colour, now)

    @property
    def sender_name(self) -> str:
        return self.issuer.name if self.issuer else self.alert.sender_name

    def dump(self) -> dict[str, Any]:
        a = self.alert
        return {
            "identifier": a.identifier,
            "sender": a.sender,
            "sender_name": self.sender_name,
            "sent": a.sent.isoformat(),
            "kind": a.kind,
            "references": [
                {"sender": r.sender, "identifier": r.identifier, "sent": r.sent}
                for r in a.references
            ],
            "exercise": a.exercise,
            "event": a.event,
            "colour": a.colour,
            "colour_said": a.colour_said,
            "starts": a.starts.isoformat(),
            "ends": (a.sent if a.kind == CANCEL else a.ends).isoformat(),
            "end_said": a.expires is not None or a.kind == CANCEL,
            "texts": [
                {name: getattr(info, name) for name in entries.Said.model_fields}
                for info in a.infos
            ],
            "areas": [area.words for area in a.areas],
            "codes": sorted({code for area in a.areas for code in area.codes}),
            "places": [{"id": place.pk, "name": place.name} for place in self.places],
            "asked": [
                {"id": turn.org.pk, "name": turn.org.name, "by": turn.by.isoformat()}
                for turn in self.turns
            ],
            "signature": self.signature,
            "way": self.way,
            "note": a.note,
            "message": a.text,
        }


def checked(
    alert: Alert,
    now: datetime,
    way: str,
    matter: int | None = None,
    places: Iterable[Place] | None = None,
) -> Read:
    """The message with what is known of it here; `matter` is the warning it changes, where it does; `places`
    those it concerns, where somebody chose them.

    Raises ValidationError: it came in already, is signed by somebody else or changed, is over, is of the
    future, concerns no place here, or is older than what stands.
    """
    if Message.objects.filter(sender=alert.sender, identifier=alert.identifier).exists():
        raise ValidationError(_ALREADY)
    if alert.sent > now + timedelta(minutes=RULES["ahead"]):
        raise ValidationError(_("It was sent at a time that is still to come."))
    standing = Warning.objects.filter(pk=matter).first() if matter else None
    if standing is not None and alert.sent <= standing.sent:
        raise ValidationError(_("A newer message of this warning stands here."))
    if alert.kind != CANCEL and alert.ends <= now:
        raise ValidationError(
            _("It is over since %(at)s."), params={"at": moment(alert.ends.astimezone(now.tzinfo))}
        )
    places = where.concerned(alert.areas) if places is None else list(places)
    if not places and alert.kind != CANCEL:
        raise ValidationError(_("It concerns no place of the registers here."))
    if not places and standing is not None:
        places = list(Place.objects.filter(pk__in=standing.places).order_by("pk"))
    found = Read(alert, places, now, way)
    if found.signature == signing.BROKEN:
        raise ValidationError(
            _("Its signature does not fit: it was changed, or is not from there.")
        )
    signs = found.issuer is not None and bool(found.issuer.certificate)
    if found.issuer is not None and signs and alert.text and found.signature != signing.KNOWN:
        raise ValidationError(
            _("It is not signed by %(name)s, which signs what it sends."),
            params={"name": found.issuer.name},
        )
    return found


def title_of(alert: Alert) -> str:
    """What a warning is called in lists: in the issuer's words and language, where it has some."""
    first = alert.infos[0] if alert.infos else None
    said = next((info.headline for info in alert.infos if info.headline), "")
    chinese = first is None or first.language.lower().startswith("zh")
    exercise = EXERCISES["zh" if chinese else "en"] if alert.exercise else ""
    words = [EVENTS[alert.event].also[0] if alert.event in EVENTS else ""]
    words += [COLOURS[alert.colour].also[0]] if alert.colour else []
    return f"{exercise}{said or ''.join(words)}"[:80]
