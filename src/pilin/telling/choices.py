"""By what somebody hears, how often, and when not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core import signing
from django.utils import timezone

from pilin.people.hearing import CHANNELS, NEVER, NOW, PACES, Choice, Device
from pilin.people.models import Account

#: Somebody who has not chosen gets letters at once, and nothing else.
UNSAID = {"email": NOW}
#: Local hours between which nobody is rung who has not said otherwise; letters make no noise.
NIGHT = (22, 7)
#: The hour of digests.
EIGHT = time(8)
SALT = "pilin.telling.unsubscribe"


@dataclass(frozen=True)
class Choices:
    """What one person has said: paces by channel, the address of a group chat, hours of quiet."""

    paces: Mapping[str, str]
    chat: str = ""
    quiet: tuple[int, int] | None = None

    def due(self, channel: str, now: datetime) -> datetime | None:
        """When what happens now is to be sent by a channel; None: never."""
        match self.paces.get(channel, NEVER):
            case "now":
                return self._after_quiet(channel, now)
            case "daily":
                return _next_eight(now)
            case "weekly":
                return _next_eight(now, weekday=0)
        return None

    def _after_quiet(self, channel: str, now: datetime) -> datetime:
        quiet = self.quiet or (NIGHT if channel != "email" else None)
        local = timezone.localtime(now)
        if quiet is None or not _within(local.hour, *quiet):
            return now
        end = datetime.combine(local.date(), time(quiet[1]), tzinfo=local.tzinfo)
        return end if end > local else end + timedelta(days=1)


def _within(hour: int, start: int, end: int) -> bool:
    """Whether an hour of the day lies from `start` until `end`, over midnight where that is earlier."""
    return start <= hour < end if start <= end else hour >= start or hour < end


def _next_eight(now: datetime, weekday: int | None = None) -> datetime:
    local = timezone.localtime(now)
    at = datetime.combine(local.date(), EIGHT, tzinfo=local.tzinfo)
    while at <= local or weekday not in (None, at.weekday()):
        at += timedelta(days=1)
    return at


def of(accounts: Iterable[Account]) -> dict[str, Choices]:
    """What each of these has chosen, of what can reach them. Two queries."""
    found = {account.person: account for account in accounts}
    said: dict[str, dict[str, Choice]] = {}
    for choice in Choice.objects.filter(person__in=found):
        said.setdefault(choice.person, {})[choice.channel] = choice
    devices = set(Device.objects.filter(person__in=found).values_list("person", flat=True))
    return {
        person: _choices(account, said.get(person, {}), person in devices)
        for person, account in found.items()
    }


def _choices(account: Account, said: Mapping[str, Choice], has_device: bool) -> Choices:
    paces = {
        channel: said[channel].pace if channel in said else UNSAID.get(channel, NEVER)
        for channel in CHANNELS
        if reaches(channel, account, said.get(channel), has_device)
    }
    quiet = None
    if account.quiet_from is not None and account.quiet_until is not None:
        quiet = account.quiet_from, account.quiet_until
    chat = said["robot"].address if "robot" in said else ""
    return Choices(paces, chat, quiet)


def reaches(channel: str, account: Account, said: Choice | None, has_device: bool) -> bool:
    match channel:
        case "email":
            return bool(account.email)
        case "phone":
            return bool(settings.SMS and account.phone and account.phone_verified)
        case "push":
            return has_device
    return bool(said and said.address)


def choose(person: str, channel: str, pace: str, address: str | None = None) -> None:
    """Raises KeyError for a channel or a pace there is none of."""
    _known = CHANNELS[channel], PACES[pace]
    more = {} if address is None else {"address": address}
    Choice.objects.update_or_create(person=person, channel=channel, defaults={"pace": pace, **more})


# Without signing in: the link in a letter ---------------------------------------------------------


def ticket(person: str, channel: str) -> str:
    """Good for one thing: that this person is not written to by this channel any more."""
    return signing.dumps([person, channel], salt=SALT)


def read_ticket(text: str) -> tuple[str, str] | None:
    try:
        person, channel = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return (person, channel) if channel in CHANNELS else None
