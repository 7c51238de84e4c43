"""By what a message leaves: each knows how, and tells a fault that passes from one that stays."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import requests
from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone
from django.utils.module_loading import import_string

from pilin.people.hearing import Device, Dispatch
from pilin.people.models import Account

from . import letters, push
from .choices import of
from .letters import About


class Fault(Exception):
    """It could not be sent. `stays`: it never will be; `away`: nobody answers, for any message."""

    def __init__(self, why: str, *, stays: bool = False, away: bool = False) -> None:
        super().__init__(why)
        self.stays, self.away = stays, away


class Sending:
    """One run: the connection to the mail server is kept open over its letters."""

    def __enter__(self) -> Sending:
        self._mail = get_connection(timeout=settings.OUTSIDE_TIMEOUT)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._hang_up()

    def send(self, account: Account, dispatch: Dispatch, abouts: Sequence[About]) -> None:
        """Raises Fault, in which no address stands."""
        ways: Mapping[str, Callable[[Account, Dispatch, Sequence[About]], None]] = {
            "email": self._email,
            "phone": _phone,
            "push": _push,
            "robot": _robot,
        }
        ways[dispatch.channel](account, dispatch, abouts)

    def _email(self, account: Account, dispatch: Dispatch, abouts: Sequence[About]) -> None:
        mail = letters.as_mail(account, dispatch, abouts, timezone.localdate())
        mail.connection = self._mail
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as fault:
            self._hang_up()
            codes = sorted({code for code, _said in fault.recipients.values()})
            why = f"the address was refused: {', '.join(map(str, codes))}"
            raise Fault(why, stays=all(code >= 500 for code in codes)) from fault
        except smtplib.SMTPResponseException as fault:
            self._hang_up()
            raise Fault(f"{type(fault).__name__}: {fault.smtp_code}") from fault
        except OSError as fault:  # smtplib's others too: nobody there, or gone in the middle
            self._hang_up()
            raise Fault(type(fault).__name__, away=True) from fault
        except Exception as fault:  # an address no letter can be made for stops nobody else's
            self._hang_up()
            raise Fault(type(fault).__name__, stays=isinstance(fault, ValueError)) from fault

    def _hang_up(self) -> None:
        with contextlib.suppress(Exception):
            self._mail.close()


def _phone(account: Account, dispatch: Dispatch, abouts: Sequence[About]) -> None:
    title, words = letters.as_words(abouts)
    try:
        import_string(settings.SMS)().send(account.phone, f"{title}\n{words}")
    except OSError as fault:
        raise Fault(type(fault).__name__, away=True) from fault


def _robot(account: Account, dispatch: Dispatch, abouts: Sequence[About]) -> None:
    chat = of([account])[account.person].chat
    if not is_chat(chat):
        raise Fault("no group chat is named", stays=True)
    title, words = letters.as_words(abouts)
    there = _apprise()
    if not there.add(chat) or not there.notify(body=words, title=title):
        raise Fault("the group chat did not take it")


def is_chat(address: str) -> bool:
    """Whether it is the address of a robot of a sort that is allowed here, as apprise writes it."""
    schema, _sep, rest = address.partition("://")
    return schema in settings.ROBOTS and bool(rest) and bool(_apprise().add(address))


def _apprise() -> Any:
    import apprise  # noqa: PLC0415 (slow to load, seldom needed)

    return apprise.Apprise()


def _push(account: Account, dispatch: Dispatch, abouts: Sequence[About]) -> None:
    """To every device; those that are gone are forgotten."""
    title, words = letters.as_words(abouts)
    said: dict[str, Any] = {
        "title": title,
        "body": words.rpartition("\n")[0],
        "url": letters.address(abouts).removeprefix(settings.SITE_URL),
    }
    reached, away = 0, ""
    for device in Device.objects.filter(person=account.person):
        try:
            answer = push.send(device, said)
        except requests.RequestException as fault:
            away = type(fault).__name__
            continue
        if answer in (404, 410):
            device.delete()
        elif answer < 300:
            reached += 1
        else:
            away = str(answer)
    if not reached:
        raise Fault(away or "no device is left", stays=not away)
