"""What is due is sent, each on its own: one that cannot be sent waits, and keeps no other waiting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from pilin.people.hearing import Dispatch
from pilin.people.models import Account

from . import letters
from .channels import Fault, Sending

#: Minutes until the next try, by how many there were; then the last again.
BACK_OFF = (1, 5, 15, 60, 240)
#: How long it is tried before it is put aside.
PATIENCE = timedelta(days=3)
#: How long it is known what was sent.
KEPT = timedelta(days=30)


def send(limit: int = 1000) -> int:
    """Send what is due; gives how many were handled.

    Each is marked as it is sent, in a transaction of its own: after a crash at most one goes out
    twice, under the same number, and none is lost.
    """
    now = timezone.now()
    due = waiting().filter(due__lte=now).order_by("due", "id")
    done, away = 0, set[str]()
    with Sending() as sending:
        for key, channel in due.values_list("id", "channel")[:limit]:
            if channel not in away:
                fault = _send(key, sending)
                done += 1
                if fault is not None and fault.away:
                    away.add(channel)  # the others wait until the next run, which begins with them
    Dispatch.objects.filter(sent__lt=now - KEPT).delete()
    return done


def waiting() -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(sent=None, aside=None)


def _send(key: int, sending: Sending) -> Fault | None:
    with transaction.atomic():
        dispatch = waiting().select_for_update(skip_locked=True).filter(pk=key).first()
        if dispatch is None:
            return None
        account = Account.objects.filter(
            person=dispatch.person, erased_at=None, is_active=True
        ).first()
        found: Fault | None = None
        if account is not None:
            with letters.language(account):
                abouts = letters.written(account, dispatch)
                try:
                    if abouts:
                        sending.send(account, dispatch, abouts)
                except Fault as fault:
                    found = fault
        _mark(dispatch, found, timezone.now())
    return found


def _mark(dispatch: Dispatch, fault: Fault | None, now: datetime) -> None:
    if fault is None:
        dispatch.sent, dispatch.fault = now, ""
    else:
        dispatch.tries += 1
        dispatch.fault = str(fault)[:200]
        if fault.stays or now - dispatch.made > PATIENCE:
            dispatch.aside = now
        else:
            dispatch.due = now + timedelta(minutes=BACK_OFF[min(dispatch.tries, len(BACK_OFF)) - 1])
    dispatch.save(update_fields=["sent", "fault", "tries", "aside", "due"])


# For whoever runs the installation ----------------------------------------------------------------


def put_aside() -> QuerySet[Dispatch]:
    """What was given up in the last weeks, newest first."""
    recent = timezone.now() - KEPT
    return Dispatch.objects.filter(aside__gt=recent).order_by("-aside")


def late() -> QuerySet[Dispatch]:
    """What should have left and is tried again."""
    return waiting().filter(tries__gt=0).order_by("made")


def last_left() -> datetime | None:
    """When the last letter left, of those of the last weeks."""
    found = Dispatch.objects.filter(channel="email").exclude(sent=None).aggregate(Max("sent"))
    return cast("datetime | None", found["sent__max"])


def again(key: int) -> bool:
    """Try once more what was put aside, from now on for as long as anything else."""
    now = timezone.now()
    rows = Dispatch.objects.filter(pk=key).exclude(aside=None)
    return rows.update(aside=None, tries=0, due=now, made=now, fault="") == 1
