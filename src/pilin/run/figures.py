"""Figures of an installation as they are when somebody asks: counted in the database, not on the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pilin.ledger import log, pins, witnessed
from pilin.ledger.refusing import Refuses
from pilin.site import backups as seen
from pilin.telling import sending

#: Name, help, and a statement that gives one number; NULL where there is none.
ASKED = (
    (
        "pilin_entries",
        "Entries of the main record",
        "SELECT size FROM ledger_log WHERE name = 'main'",
    ),
    (
        "pilin_ballots",
        "Ballots entered in all votes",
        "SELECT coalesce(sum(size), 0) FROM ledger_log WHERE name LIKE 'ballots-%'",
    ),
    (
        "pilin_checkpoint_age_seconds",
        "Since the newest entry of the main record",
        "SELECT extract(epoch FROM now() - (body::json ->> 'at')::timestamptz) FROM ledger_entry"
        " WHERE log = 'main' ORDER BY number DESC LIMIT 1",
    ),
    (
        "pilin_matters_open",
        "Matters somebody has to do with",
        "SELECT count(*) FROM loop_matter WHERE is_open",
    ),
    (
        "pilin_matters_overdue",
        "Open matters past their due day",
        "SELECT count(*) FROM loop_matter WHERE is_open AND due < current_date",
    ),
    (
        "pilin_jobs_waiting",
        "Jobs whose time has come",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
        " AND coalesce(scheduled_at, now()) <= now()",
    ),
    (
        "pilin_jobs_oldest_seconds",
        "How long the oldest of them has waited",
        "SELECT coalesce(max(extract(epoch FROM now() - coalesce(j.scheduled_at, e.at))), 0)"
        " FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
        " AND e.type = 'deferred' WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()",
    ),
    (
        "pilin_jobs_failed",
        "Jobs that failed for good",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'",
    ),
    (
        "pilin_database_bytes",
        "Size of the database",
        "SELECT pg_database_size(current_database())",
    ),
    (
        "pilin_neighbour_age_seconds",
        "Since the record of the neighbour farthest behind was last seen",
        "SELECT max(extract(epoch FROM now() - seen)) FROM neighbours_copy",
    ),
    (
        "pilin_forks",
        "Neighbours that signed two records",
        "SELECT count(*) FROM neighbours_copy WHERE fork <> ''",
    ),
    (
        "pilin_standbys",
        "Servers that follow the database",
        "SELECT count(*) FROM pg_stat_replication",
    ),
    (
        "pilin_standby_lag_bytes",
        "How far the one farthest behind is",
        "SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) FROM pg_stat_replication",
    ),
)


def _refuses() -> int:
    try:
        pins.look(log.MAIN)
    except Refuses:
        return 1
    return 0


class Figures(Collector):
    """Asked at each scrape; while the database is away, what needs none is told."""

    def collect(self) -> Iterator[Metric]:
        free = GaugeMetricFamily("pilin_disk_free_bytes", "Room left", labels=["folder"])
        for name in ("DATA", "ENDS"):
            folder = Path(getattr(settings, name))
            if folder.exists():
                free.add_metric([name.lower()], shutil.disk_usage(folder).free)
        yield free
        for name, said, age in (
            ("pilin_backup_age_seconds", "Since the last backup", seen.last_age("backup")),
            ("pilin_drill_age_seconds", "Since the last drill", seen.last_age("drill")),
            (
                "pilin_archive_age_seconds",
                "Since the archive last followed",
                seen.last_age("archive"),
            ),
            ("pilin_files_wrong", "Evidence missing or changed", float(len(seen.wrong_files()))),
        ):
            if age is not None:
                yield GaugeMetricFamily(name, said, age)
        try:
            yield from _asked()
        except Error:
            connection.close()
            yield GaugeMetricFamily("pilin_database_up", "Whether the database answers", 0)


def _asked() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        for name, said, statement in ASKED:
            row: Any = cursor.execute(statement).fetchone()
            if row and row[0] is not None:
                yield GaugeMetricFamily(name, said, float(row[0]))
    if (age := witnessed.age()) is not None:
        yield GaugeMetricFamily("pilin_witness_age_seconds", "Since any witness cosigned", age)
    yield GaugeMetricFamily("pilin_letters_stuck", "Put aside", sending.put_aside().count())
    yield GaugeMetricFamily("pilin_letters_late", "Tried again", sending.late().count())
    yield GaugeMetricFamily("pilin_record_refuses", "Whether nothing can be recorded", _refuses())
    yield GaugeMetricFamily("pilin_database_up", "Whether the database answers", 1)
