"""Checks of `pilin doctor` about what stands around an installation: proxies, letters, copies, standbys."""

from __future__ import annotations

import os
import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.http.request import validate_host
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from pilin.engine import evidence
from pilin.ledger import log, witnessed
from pilin.ledger.note import NoteFault, Verifier
from pilin.neighbours.models import Copy
from pilin.people.neighbour_models import INVITED, JOINED, Neighbour
from pilin.telling import sending
from pilin.wording.reading import moment

from . import arriving
from . import backups as seen
from .finding import FAIL, OK, WARN, Finding
from .signon.tickets import PATIENCE


def address() -> Finding:
    """Whether the address in letters and codes leads here."""
    url = urlsplit(settings.SITE_URL)
    said = {"url": settings.SITE_URL}
    if not validate_host(url.hostname or "", settings.ALLOWED_HOSTS):
        return Finding(
            FAIL,
            _("letters lead to %(url)s, and pages do not answer to that name") % said,
            _("Add the name to PILIN_HOSTS, or set PILIN_URL to one that is in it."),
        )
    if (url.scheme == "https") != settings.HTTPS:
        return Finding(
            FAIL,
            _("letters lead to %(url)s, and PILIN_HTTPS says otherwise") % said,
            _("Behind a TLS proxy: PILIN_URL begins with https:// and PILIN_HTTPS=1."),
        )
    if url.hostname in ("127.0.0.1", "localhost"):
        return Finding(
            WARN,
            _("letters lead to %(url)s, which nobody else reaches") % said,
            _("Set PILIN_URL and PILIN_HOSTS; see docs/operating.md."),
        )
    return Finding(OK, _("letters lead to %(url)s, and pages answer to it") % said)


def proxies() -> Finding:
    """Whether visitors are told apart: what is set, against how they really arrive."""
    n = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    come = arriving.seen()
    named = max((many for way, many in come.items() if way != arriving.PLAIN), default=0)
    if (settings.HTTPS or arriving.NEAR in come) and not n:
        return Finding(
            FAIL,
            _("behind a proxy, all visitors are one: a few wrong passwords keep everybody out"),
            _("Set PILIN_PROXIES to the number of proxies in front of Pilin, usually 1."),
        )
    if not n and arriving.FAR in come:
        return Finding(
            WARN,
            _("some requests say for whom they ask, and PILIN_PROXIES says no proxy is yours"),
            _("Set PILIN_PROXIES to the number of proxies in front of Pilin, usually 1."),
        )
    if n and come and named < n:
        return Finding(
            FAIL,
            _(
                "PILIN_PROXIES is %(n)d, and requests name %(named)d addresses: visitors are not told apart"
            )
            % {"n": n, "named": named},
            _(
                "Have the proxy set X-Forwarded-For, as deploy/Caddyfile does, or set PILIN_PROXIES."
            ),
        )
    return Finding(OK, _("visitors are told apart, behind %(n)d proxies of ours") % {"n": n})


#: Seconds the mail server has to say that it is there.
MAIL_PATIENCE = 5


def letters() -> Finding:
    """Whether letters leave: a mail server answers now, none is stuck, and when the last one left."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return Finding(
            WARN,
            _("letters are written to files, not sent"),
            _("Set PILIN_EMAIL_BACKEND and PILIN_SMTP_HOST; see docs/operating.md."),
        )
    host = {"host": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"}
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        server = get_connection(timeout=MAIL_PATIENCE)
        try:
            server.open()  # and signs in, where there is a name for that
        except (OSError, smtplib.SMTPException) as fault:
            return Finding(
                FAIL,
                _("the mail server %(host)s takes no letters: %(why)s")
                % {**host, "why": f"{fault!r:.200}"},
                _("Look at the settings PILIN_SMTP_…; see docs/operating.md."),
            )
        finally:
            server.close()
    aside, late = sending.put_aside().count(), sending.late().count()
    if aside or late:
        return Finding(
            WARN,
            _("%(aside)d letters were put aside, %(late)d are tried again")
            % {"aside": aside, "late": late},
            _("See “Letters and jobs that failed” in the administration: it says why, for each."),
        )
    left = sending.last_left()
    if left is None:
        return Finding(OK, _("letters go out through %(host)s; none has left yet") % host)
    said = {**host, "when": moment(left)}
    return Finding(OK, _("letters go out through %(host)s, the last at %(when)s") % said)


def sign_on() -> Finding:
    """Whether those people may sign in with are there."""
    try:
        if settings.TICKETS:
            import_string(settings.TICKETS)(settings.TICKETS_SAID)
        if settings.OIDC_URL:
            url = settings.OIDC_URL.rstrip("/") + "/.well-known/openid-configuration"
            requests.get(url, timeout=PATIENCE).raise_for_status()
    except (ImportError, KeyError, requests.RequestException) as fault:
        return Finding(
            WARN,
            _("signing in elsewhere does not work: %(why)s") % {"why": f"{fault!r:.200}"},
            _("Look at the settings PILIN_OIDC_… and PILIN_TICKETS_…; see docs/operating.md."),
        )
    if settings.TICKETS or settings.OIDC_URL:
        return Finding(OK, _("people may sign in elsewhere, and it answers"))
    return Finding(OK, _("people sign in here alone"))


def logs_of_the_database() -> Finding:
    """Whether PostgreSQL writes statements and rows to its log: names and numbers of people are in them."""
    with connection.cursor() as cursor:
        verbosity, statements = cursor.execute(
            "SELECT current_setting('log_error_verbosity'), current_setting('log_min_error_statement')"
        ).fetchone()
    if verbosity == "terse" and statements in ("log", "fatal", "panic"):
        return Finding(OK, _("PostgreSQL logs no words of anybody"))
    return Finding(
        WARN,
        _("PostgreSQL logs statements that fail, with the words in them"),
        "log_error_verbosity = terse, log_min_error_statement = panic",
    )


def backups() -> Finding:
    """Whether there is a fresh backup, and whether somebody has tried to restore one."""
    made, tried = seen.last_age("backup"), seen.last_age("drill")
    if made is None and _has_run_for(timedelta(days=7)):
        what = _("there is no backup, and entries older than a week")
        return Finding(FAIL, what, _("Set PILIN_BACKUP, or run: pilin backup TARGET"))
    if made is None or made > 2 * 86_400:
        what = _("there is no backup of the last two days")
        return Finding(WARN, what, _("Set PILIN_BACKUP, or run: pilin backup TARGET"))
    followed = seen.last_age("archive")
    if os.environ.get("PILIN_ARCHIVE") and (followed is None or followed > 600):
        what = _("the archive has not followed the database for ten minutes")
        return Finding(FAIL, what, _("See the log of `pilin serve`, or run: pilin archive"))
    if tried is None or tried > 92 * 86_400:
        what = _("nobody has tried for three months whether a backup can be restored")
        return Finding(WARN, what, "pilin backup TARGET --drill")
    named = (os.environ.get(name, "") for name in ("PILIN_BACKUP", "PILIN_BACKUP_KEYS"))
    place, of_keys = (name.rstrip("/") for name in named)
    if place and of_keys in ("", place):
        what = _("keys are kept beside the backups: whoever finds one has the other")
        return Finding(WARN, what, _("Set PILIN_BACKUP_KEYS to a place apart."))
    days = {"made": int(made // 86_400), "tried": int(tried // 86_400)}
    return Finding(OK, _("last backup %(made)d days ago, last drill %(tried)d days ago") % days)


def _has_run_for(time: timedelta) -> bool:
    """Whether the first entry is that old; the demo's are, from the first minute on."""
    first = None if settings.DEMO else log.get(log.MAIN, 0)
    return first is not None and timezone.now() - datetime.fromisoformat(first.body["at"]) > time


#: What follows the database and is no server.
NO_SERVERS = ("pg_receivewal", "pg_basebackup")


def standbys() -> Finding:
    """Whether a server that may take over has everything that was acknowledged.

    Where it lags and takes over, steps and ballots that people have receipts for are lost, and their
    numbers are given out again; nothing in the record shows it.
    """
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT sync_state FROM pg_stat_replication WHERE application_name <> ALL(%s)",
            [list(NO_SERVERS)],
        ).fetchall()
        waits = cursor.execute("SELECT current_setting('synchronous_commit')").fetchone()[0]
    n = {"n": len(rows)}
    if waits in ("off", "local"):
        return Finding(
            FAIL,
            _("the database acknowledges before it has written: a power failure loses steps"),
            "synchronous_commit = on",
        )
    if not rows:
        return Finding(OK, _("no other server follows the database"))
    if any(state is None for (state,) in rows):
        return Finding(
            WARN,
            _("%(n)d servers follow the database; whether commits wait for one cannot be seen") % n,
            _("Let the database's role see it: GRANT pg_monitor"),
        )
    if any(state in ("sync", "quorum") for (state,) in rows):
        return Finding(OK, _("%(n)d servers follow the database, and commits wait for one") % n)
    if os.environ.get("PILIN_ASYNC_STANDBY") == "1":
        return Finding(
            WARN, _("%(n)d servers follow the database, and no commit waits for one") % n
        )
    return Finding(
        FAIL,
        _("%(n)d servers follow the database, and no commit waits for one") % n,
        _("Set synchronous_standby_names; if it may never take over: PILIN_ASYNC_STANDBY=1."),
    )


#: Seconds after which a record that is witnessed should have been.
LATE = 3600


def witnesses() -> Finding:
    """Whether those who witness the record do, and know the same one."""
    try:
        found = list(witnessed.seen())
        asked = witnessed.policy()
        must = {asked.witnesses[name].verifier.name for name in asked.missing(frozenset())}
        for vkey in settings.WITNESS_FOR.split():
            Verifier.from_vkey(vkey)
    except NoteFault as fault:
        return Finding(FAIL, str(fault), "PILIN_WITNESSES, PILIN_WITNESS_FOR")
    if not found:
        return Finding(
            WARN,
            _("nobody witnesses the record: an operator could show two people two of them"),
            _("Name witnesses in PILIN_WITNESSES; see docs/operating.md."),
        )
    for one in found:
        said = {"name": one.name, "why": one.fault}
        if one.fork:
            what = _("%(name)s has seen another record under our name: %(why)s") % said
            return Finding(FAIL, what, "pilin ledger status")
        if one.at is None or (one.fault and (timezone.now() - one.at).total_seconds() > LATE):
            state = FAIL if one.name in must else WARN
            return Finding(state, _("%(name)s has not witnessed the record: %(why)s") % said)
    last = {"n": min(one.size for one in found), "of": len(found)}
    return Finding(OK, _("%(of)d witnesses have cosigned the first %(n)d entries") % last)


def evidence_files() -> Finding:
    """What the nights have found, each a share of all files."""
    if wrong := seen.wrong_files():
        first = sorted(wrong)[0]
        said = {"n": len(wrong), "file": evidence.path_of(first)}
        return Finding(
            FAIL,
            _("%(n)d files of evidence are missing or not as they were, first %(file)s") % said,
            _("Bring them back from a backup, under the same names."),
        )
    return Finding(OK, _("no file of evidence is known to be missing or changed"))


def neighbours() -> Finding:
    """Whether the copies of neighbours' records are up to date, and none of them signed two."""
    copies = {copy.pk: copy for copy in Copy.objects.all()}
    known = Neighbour.objects.filter(state__in=(INVITED, JOINED)).order_by("id")
    if known and not settings.SIDE:
        return Finding(
            FAIL,
            _("nobody from the other side can act here: it does not say which side is ours"),
            _("Set PILIN_SIDE to a or b; see docs/operating.md."),
        )
    for one in known:
        copy = copies.get(one.pk)
        said = {"name": one.name, "why": copy.why if copy else ""}
        if copy is None:
            return Finding(
                FAIL,
                _("there is no copy of the record of %(name)s") % said,
                _("Start Pilin again: pilin serve makes it."),
            )
        if copy.fork or copy.fault.startswith("shorter"):
            return Finding(
                FAIL,
                _("%(name)s: %(why)s") % said,
                _("Talk to whoever runs it, and read docs/neighbours.md."),
            )
        if copy.fault or (one.state == JOINED and _is_old(copy)):
            return Finding(
                WARN,
                _("the copy of the record of %(name)s is not up to date: %(why)s") % said,
                _("See /neighbours/: it is tried again by itself."),
            )
    return Finding(OK, _("%(n)d neighbours, and their records up to date") % {"n": known.count()})


def _is_old(copy: Copy) -> bool:
    return copy.seen is None or timezone.now() - copy.seen > timedelta(minutes=10)
