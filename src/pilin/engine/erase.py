"""Erasing a person: what is personal goes, the record stays whole."""

from __future__ import annotations

import secrets

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from pilin.ledger import log, sealed_parts
from pilin.people import hearing
from pilin.people.models import Account

from . import drafts
from .act import LOG
from .models import Matter, Notice
from .programme import registry


def erase_person(person: str) -> int:
    """Erase an account and the sealed parts of every entry it made; gives how many were erased.

    Offices it holds end by steps of the house. The account keeps only its pseudonym, which says nothing of the person any more, so that
    matters it raised keep a holder. Raises Account.DoesNotExist for an unknown pseudonym.
    """
    with transaction.atomic():
        for leave in registry.each("leaves"):
            leave(person)
        account = Account.objects.select_for_update().get(person=person)
        account.username = f"erased-{secrets.token_hex(6)}"
        account.first_name = account.last_name = account.email = account.demo_title = ""
        account.home = account.phone = None
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
        hearing.forget(person)
        drafts.drop_all(person)
        return sealed_parts.erase(LOG, sealed_parts.sealed_by(LOG, person))


def erase_sealed(matter: int) -> int:
    """Erase every sealed part in one matter (somebody a host raised it for asks for it)."""
    Matter.objects.get(pk=matter)
    return sealed_parts.erase(LOG, [r.number for r in log.of_matter(LOG, matter)])
