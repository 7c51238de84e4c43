"""Who is signed in, in one question: a session together with its account.

Sessions are Django's own, in its table. Which account one belongs to stands inside it, signed; so
the account is asked for by what this process remembers of the session, and whoever the session
itself does not name is passed over for Django's own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from pilin.ledger.asking import Ask, Rows, ask, ask_each

from .homes import SAID, homes_of, read
from .models import Account

#: Sessions remembered in a process; when there are more, it starts afresh.
ROOM = 10_000
_accounts: dict[str, int] = {}
_FIELDS = [field.attname for field in Account._meta.concrete_fields]
_ASK = (
    f"SELECT session_data, {SAID.format(person='a.person')},"
    f" {', '.join(f'a.{name}' for name in _FIELDS)} FROM django_session"
    " LEFT JOIN people_account a ON a.id = $1::bigint"
    " WHERE session_key = $2 AND expire_date > $3::timestamptz"
)


class SessionStore(db.SessionStore):
    """`account` is whom this process remembers to have the session, as the database has them now."""

    account: Account | None = None

    def load(self) -> dict[str, Any]:
        return self._read(ask(self._asking()))

    def beside(self, others: Sequence[Ask]) -> list[Rows]:
        """The answers to other questions, asked in one trip with the session's own."""
        own, *found = ask_each([self._asking(), *others])
        self._session_cache = self._read(own)
        return found

    @property
    def is_waiting(self) -> bool:
        """Whether there may be one that was not read yet."""
        return bool(self.session_key) and not hasattr(self, "_session_cache")

    def _asking(self) -> Ask:
        key = self.session_key or ""
        return Ask(_ASK, [str(_accounts.get(key, 0)), key, timezone.now().isoformat()])

    def _read(self, rows: Rows) -> dict[str, Any]:
        if not rows:
            self._session_key = None
            return {}
        row = rows[0]
        if row[2] is not None:
            self.account = Account.from_db(connection.alias, _FIELDS, row[2:])
            self.account.homes_read = read(row[1])  # type: ignore[misc]
        found: dict[str, Any] = self.decode(row[0])
        return found


def ask_with(request: HttpRequest, statement: Ask) -> Rows:
    """The answer to a question of a page that also looks at who asks for it: one trip for both."""
    return ask_each_with(request, [statement])[0]


def ask_each_with(request: HttpRequest, statements: Sequence[Ask]) -> list[Rows]:
    """The same for several questions."""
    session = getattr(request, "session", None)
    if isinstance(session, SessionStore) and session.is_waiting:
        return session.beside(statements)
    return ask_each(statements)


class ViewerMiddleware(AuthenticationMiddleware):
    """Django's own, but that it takes the account read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _viewer(request))  # type: ignore[assignment]


def _viewer(request: HttpRequest) -> Account | AnonymousUser:
    session = request.session
    named = session.get(SESSION_KEY)  # reads the session
    account: Account | None = getattr(session, "account", None)
    if account is not None and named == str(account.pk) and _signed_in(session, account):
        return account
    user = get_user(request)
    if isinstance(user, Account):
        user.homes_read = homes_of(user.person)  # type: ignore[misc]
    if isinstance(user, Account) and session.session_key:
        if len(_accounts) >= ROOM:
            _accounts.clear()
        _accounts[session.session_key] = user.pk
    return user


def _signed_in(session: Any, account: Account) -> bool:
    """Whether all that `get_user` asks for holds: else it decides, and says why."""
    return (
        account.is_active
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(
            session.get(HASH_SESSION_KEY) or "", account.get_session_auth_hash()
        )
    )
