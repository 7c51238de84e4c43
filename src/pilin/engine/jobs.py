"""Jobs that run beside the pages: deadlines each hour, letters each minute, a sweep each night."""

from __future__ import annotations

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from pilin.people.models import Account

from . import clock, drafts, evidence
from .models import Matter, Notice


@app.periodic(cron="7 * * * *")
@app.task(name="loop.deadlines", queueing_lock="deadlines", pass_context=False)
def deadlines(timestamp: int) -> int:
    """Let silence close what it closes, and what is overdue climb."""
    return clock.tick()


@app.periodic(cron="* * * * *")
@app.task(name="loop.letters", queueing_lock="letters", pass_context=False)
def letters(timestamp: int) -> int:
    return send_letters()


@app.periodic(cron="41 3 * * *")
@app.task(name="loop.sweep", queueing_lock="sweep", pass_context=False)
def sweep(timestamp: int) -> int:
    """Remove the files of steps that did not come about, and drafts that were left."""
    now = timezone.now()
    return evidence.sweep(now) + drafts.sweep(now)


def send_letters(limit: int = 200) -> int:
    """Send what is in the outbox by e-mail, one person a letter; gives how many were handled.

    A notice is marked as it is sent, in one transaction a letter: after a crash at most one
    letter goes out twice and none is lost.
    """
    done = 0
    with get_connection() as connection:
        for key in (
            Notice.objects.filter(mailed=None).order_by("id").values_list("id", flat=True)[:limit]
        ):
            with transaction.atomic():
                notice = (
                    Notice.objects.select_for_update(skip_locked=True)
                    .filter(pk=key, mailed=None)
                    .first()
                )
                if notice is None:
                    continue
                Notice.objects.filter(pk=key).update(mailed=timezone.now())
                account = Account.objects.filter(person=notice.person).first()
                matter = Matter.objects.filter(pk=notice.matter).first()
                if account and account.email and matter:
                    _letter(account, matter, notice, connection).send()
                done += 1
    return done


def _letter(account: Account, matter: Matter, notice: Notice, connection) -> EmailMessage:  # type: ignore[no-untyped-def]
    from django.conf import settings  # noqa: PLC0415

    with translation.override(account.language or settings.LANGUAGE_CODE):
        subject = _("%(reason)s: “%(title)s”") % {
            "reason": notice.reason_title,
            "title": matter.title,
        }
        lines = [
            str(matter.title),
            _("Now: %(state)s") % {"state": matter.state_title},
            _("By: %(due)s") % {"due": matter.due} if matter.due else "",
            settings.SITE_URL + matter.url,
        ]
        return EmailMessage(
            subject, "\n".join(filter(None, lines)), to=[account.email], connection=connection
        )
