"""Erasing a person: what is personal goes, the record stays whole."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from pilin.ledger import log, sealed_parts
from pilin.people import hearing, used
from pilin.people.actor import Cause
from pilin.people.models import Account

from . import drafts, moderation, striking
from .act import LOG
from .draft_models import SealedRead
from .models import Matter, Notice
from .programme import registry


def erase_person(person: str) -> int:
    """Erase an account with all that is personal of it; gives how many sealed parts and words went.

    Sealed parts of every entry it made and of the matters it raised; the words and files it brought,
    but for those it wrote in an office; letters, notices, drafts, sessions, what it follows. Offices it
    holds end by steps of the house. An entry says what went. The account keeps only its pseudonym,
    which says nothing of the person any more, so that matters it raised keep a holder. Raises
    Account.DoesNotExist for an unknown pseudonym.
    """
    with transaction.atomic():
        for leave in registry.each("leaves"):
            leave(person)
        account = Account.objects.select_for_update().get(person=person)
        account.username = f"erased-{secrets.token_hex(6)}"
        account.first_name = account.last_name = account.email = account.demo_title = ""
        account.home = account.phone = account.quiet_from = account.quiet_until = None
        account.phone_verified = False
        account.is_active = False
        account.erased_at = timezone.now()
        account.set_unusable_password()
        account.sessions_since = timezone.now()
        account.save()
        own = UserSession.objects.filter(user=account).values_list("session_key", flat=True)
        Session.objects.filter(session_key__in=list(own)).delete()
        for kept in (EmailAddress, Authenticator, UserSession, SocialAccount):
            kept.objects.filter(user=account).delete()
        account.desk_views.all().delete()
        Notice.objects.filter(person=person).delete()
        SealedRead.objects.filter(owner=person).delete()
        hearing.forget(person)
        used.forget(person)
        drafts.drop_all(person)
        return _entered(person)


def erase_guest(person: str, cause: Cause) -> int:
    """What somebody of a neighbour's side wrote here goes, since they were erased there: `cause` says so.

    Nothing is entered where nothing of theirs is here. Gives how many sealed parts and words went.
    """
    with transaction.atomic():
        Notice.objects.filter(person=person).delete()
        return _entered(person, cause)


def _entered(person: str, cause: Cause | None = None) -> int:
    numbers = _sealed_of(person)
    sealed_parts.erase(LOG, numbers)
    places = list(_struck(person))
    if numbers or places or cause is None:
        for enter in registry.each("erased"):
            enter(person, numbers, places, cause)
    return len(numbers) + len(places)


def _sealed_of(person: str) -> list[int]:
    """Entries with a sealed part that this person made, that others made in matters they raised, or by
    which the house took up what they reported."""
    raised = Matter.objects.filter(raiser=person).values_list("pk", flat=True)
    theirs = {n for key in raised for n in sealed_parts.numbers_of(LOG, key)}
    return sorted({*sealed_parts.sealed_by(LOG, person), *theirs, *moderation.reports_by(person)})


def _struck(person: str) -> Iterator[striking.Place]:
    """Strike what they wrote outside any office, matter by matter; gives the places."""
    for key in log.matters_of(LOG, person):
        matter = Matter.objects.filter(pk=key).first()
        if matter is None:
            continue
        records = log.of_matter(LOG, key)
        own = [
            place
            for place, _text, record in striking.standing(records)
            if record.body["actor"] == person
            and not record.body["office"]
            and striking.is_own(place)
        ]
        places = striking.wherever(records, own)
        striking.strike(matter, places)
        yield from places
