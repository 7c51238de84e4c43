"""`pilin doctor`: is this installation well, and what to do where it is not."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Container, Iterator

from django.core import checks as django_checks
from django.db import ProgrammingError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.database import roles
from pilin.engine import timekeeping
from pilin.engine.act import LOG
from pilin.engine.positions import registers
from pilin.intake import pseudonyms
from pilin.intake.models import Poll
from pilin.kit import tiles
from pilin.ledger import keys, log, note, pins, receipt, witnessing
from pilin.people import charge
from pilin.people.models import ROLES
from pilin.programmes.manage import leaving
from pilin.publishing import made_by

from .finding import FAIL, OK, WARN, Finding
from .machine import calendar, disks, jobs, origin, private_files, writable_folders
from .outside import (
    address,
    backups,
    evidence_files,
    letters,
    logs_of_the_database,
    neighbours,
    proxies,
    sign_on,
    standbys,
    witnesses,
)


def examine(but: Container[Callable[[], Finding]] = ()) -> Iterator[Finding]:
    """Look at everything `but` these; a check that itself breaks is a finding too.

    Where the tables are not as the code wants them that is said once, not by each check that asks them.
    """
    ready = True
    for check in (one for one in CHECKS if one not in but):
        try:
            found = check()
            ready = ready and (check is not tables or found.state == OK)
            yield found
        except ProgrammingError as fault:
            if ready:
                yield Finding(FAIL, f"{check.__name__}: {fault}", _("Please mend this first."))
        except Exception as fault:
            yield Finding(FAIL, f"{check.__name__}: {fault}", _("Please mend this first."))


def database() -> Finding:
    version = connection.pg_version  # type: ignore[attr-defined]
    what = _("PostgreSQL %(version)s answers") % {
        "version": f"{version // 10000}.{version % 10000}"
    }
    return (
        Finding(OK, what)
        if version >= 150000
        else Finding(FAIL, what, _("Version 15 or newer is needed."))
    )


def tables() -> Finding:
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not executor.loader.applied_migrations:
        what = _("there are no tables yet")
        return Finding(WARN, what, _("The first start of `pilin serve` makes them."))
    if waiting:
        return Finding(
            FAIL,
            _("%(n)d migrations have not run") % {"n": len(waiting)},
            _("Run: pilin upgrade"),
        )
    if not made_by.are_ours() and log.size(LOG):
        return Finding(
            FAIL,
            _("the tables were made by another release of the program"),
            _("Run: pilin upgrade"),
        )
    return Finding(OK, _("the tables are up to date"))


def declarations() -> Finding:
    faults = django_checks.run_checks()
    if faults:
        return Finding(FAIL, str(faults[0]), _("A programme is declared wrongly; see its folder."))
    return Finding(OK, _("every procedure is sound and in both languages"))


def signing_key() -> Finding:
    keys.signing_key()
    mode = stat.S_IMODE(keys.path().stat().st_mode)
    if mode & 0o077:
        return Finding(FAIL, _("others can read the signing key"), f"chmod 600 {keys.path()}")
    return Finding(OK, _("the signing key is there and private"))


def record() -> Finding:
    """Whether the record is the one this installation may write to, and ends where it should."""
    faults = [*pins.examined(), *witnessing.lost()]
    if faults:
        return Finding(FAIL, str(faults[0]), "pilin ledger status")
    return Finding(OK, _("the record has the name, the key and the end it should have"))


def last_entry() -> Finding:
    size = log.size(LOG)
    if not size:
        return Finding(WARN, _("the record is empty"), _("Import a workbook: pilin import FILE"))
    found = receipt.make(LOG, size - 1)
    if found is None:
        return Finding(FAIL, _("the newest entry is gone"), "pilin verify")
    try:
        receipt.check(found.as_json())
    except (note.NoteFault, ValueError) as fault:
        return Finding(FAIL, str(fault), "pilin verify")
    return Finding(
        OK, _("the newest of %(n)d entries is under the signed checkpoint") % {"n": size}
    )


def clock() -> Finding:
    reading = timekeeping.read()
    if not reading.off:
        return Finding(OK, _("the clock goes on from where it was"))
    days = abs(reading.off).days
    if reading.against_witnesses:
        hours = {"n": round(abs(reading.off).total_seconds() / 3600)}
        ahead = reading.off.total_seconds() > 0
        what = (
            _("the clock is ahead of the witnesses', by %(n)d hours") % hours
            if ahead
            else _("the clock is behind the witnesses', by %(n)d hours") % hours
        )
    elif reading.off.total_seconds() < 0:
        what = _("the clock is behind the newest entry, by %(n)d days") % {"n": days}
    else:
        what = _("the clock has leapt %(n)d days since it was last believed") % {"n": days}
    advice = _("Deadlines wait. Set the clock; if it is right, say so: pilin clock --right")
    return Finding(FAIL, what, advice)


def role_of_the_service() -> Finding:
    """Whether the service's own connection could change what was entered."""
    bound = roles.is_bound()
    if bound is None and os.environ.get("PILIN_OWN_POSTGRES") == "1":
        return Finding(OK, _("the service gets a database role of its own when it starts"))
    if bound:
        return Finding(OK, _("the service's database role can add entries, and change none"))
    return Finding(
        WARN,
        _("the service's database role could change what was entered"),
        _("Name a role that owns no table: PILIN_SERVICE_URL, see docs/operating.md."),
    )


def ground() -> Finding:
    try:
        found = tiles.opened()
    except tiles.Unfit as fault:
        return Finding(
            WARN,
            _("%(name)s cannot be drawn: %(why)s") % {"name": tiles.NAME, "why": fault},
            _(
                "Maps need PMTiles 3 with PNG, JPEG, WebP or AVIF pictures; vector tiles are not drawn."
            ),
        )
    if found is None:
        return Finding(OK, _("maps are outlines; no %(name)s lies beneath") % {"name": tiles.NAME})
    levels = {"name": tiles.NAME, "least": found.least, "most": found.most}
    return Finding(OK, _("maps lie on %(name)s, levels %(least)d to %(most)d") % levels)


def posts() -> Finding:
    """Posts at which open matters wait and that nobody holds; sides that nobody runs."""
    left = list(leaving.unmanned(timezone.localdate()))
    if left:
        first = "、".join(
            f"{u.organisation.called} · {ROLES.get(u.role, u.role)}" for u in left[:5]
        )
        what = _("nobody is left at %(n)d posts that have open matters: %(first)s")
        advice = _("Give somebody the office: /manage/ or `pilin office appoint`.")
        return Finding(WARN, what % {"n": len(left), "first": first}, advice)
    now, day = registers(), timezone.localdate()
    if sides := [s.called for s in now.sides if not charge.run(now, s.code, day)]:
        what = _("nobody runs %(sides)s: there is no operator in office")
        advice = _("pilin office appoint LOGIN operator GOVERNMENT")
        return Finding(WARN, what % {"sides": "、".join(sides)}, advice)
    return Finding(OK, _("somebody is there for every post that has open matters"))


def votes() -> Finding:
    running = list(Poll.objects.filter(closed=False))
    if lost := [poll.matter for poll in running if pseudonyms.is_lost(poll)]:
        return Finding(
            FAIL,
            _("the key of a running vote is missing, and nobody can vote in it: matter %(which)s")
            % {"which": ", ".join(map(str, lost))},
            _("Restore the table intake_pollkey from a backup that has it."),
        )
    return Finding(OK, _("%(n)d votes have not been counted yet") % {"n": len(running)})


CHECKS: tuple[Callable[[], Finding], ...] = (
    database,
    tables,
    declarations,
    origin,
    writable_folders,
    disks,
    private_files,
    signing_key,
    record,
    last_entry,
    clock,
    role_of_the_service,
    logs_of_the_database,
    backups,
    evidence_files,
    standbys,
    witnesses,
    neighbours,
    jobs,
    address,
    proxies,
    letters,
    sign_on,
    calendar,
    ground,
    posts,
    votes,
)
