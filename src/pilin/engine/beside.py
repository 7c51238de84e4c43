"""Tables made anew beside those that are read, under the same names, and put in their place at once.

The new ones lie in a schema of their own that is looked in first while they are filled, so whatever
writes tables fills them unchanged. Everybody else reads and writes the old ones until, for a moment,
nobody does: then the old go and the new come, with every index, constraint, trigger and right under
the name it had. All of it happens in the transaction of whoever asks: if that fails, nothing was there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, models, transaction
from django.utils.translation import gettext as _

from pilin.ledger.asking import READING

SCHEMA = "beside"
#: How long nobody may be let in while those who are reading finish, and how often that is tried, with
#: a pause between. PostgreSQL looks for circles of waiting after a second: this is over before.
PATIENCE, PAUSE, TRIES = 0.4, 1.0, 600


class StillRead(RuntimeError):
    """Somebody reads the tables for so long that the new ones could not be put in their place."""

    def __str__(self) -> str:
        return _("The tables are being read all the time: an export or a backup, perhaps.")


class Beside:
    """Empty twins of some tables. `late` are those whose indexes are made once they are full."""

    def __init__(
        self,
        of: Sequence[type[models.Model]],
        late: Sequence[type[models.Model]] = (),
        schema: str = SCHEMA,
    ) -> None:
        self.schema = schema
        self.names = [model._meta.db_table for model in of]
        self._late = {model._meta.db_table for model in late}
        self._quoted = [connection.ops.quote_name(name) for name in self.names]
        with connection.cursor() as cursor:
            # A table with checks still waiting for the commit cannot be moved: they are done now.
            _check(cursor)
            self._where, self._path = cursor.execute(
                "SELECT quote_ident(current_schema()), current_setting('search_path')"
            ).fetchone()
            made = cursor.execute(_PARTS, [schema, self.names]).fetchall()
            self._rights = [said for (said,) in cursor.execute(_RIGHTS, [self.names]).fetchall()]
            cursor.execute(f"CREATE SCHEMA {schema}")
            for name in self._quoted:
                cursor.execute(f"CREATE TABLE {schema}.{name} (LIKE {name} {_LIKE})")
        self._parts = [(table, kind, self._moved(said)) for table, kind, said in made]
        with self.used():
            self._make("p")
            self._make("uxit", without=self._late)

    def _moved(self, said: str) -> str:
        """The same for the table beside."""
        return said.replace(f" ON {self._where}.", f" ON {self.schema}.", 1)

    def here(self, name: str) -> str:
        """The table that is read, whatever is looked in first."""
        return f"{self._where}.{connection.ops.quote_name(name)}"

    def there(self, name: str) -> str:
        """Its twin."""
        return f"{self.schema}.{connection.ops.quote_name(name)}"

    def _make(self, kinds: str, without: set[str] | frozenset[str] = frozenset()) -> None:
        with connection.cursor() as cursor:
            for table, kind, said in self._parts:
                if kind in kinds and table not in without:
                    cursor.execute(said)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Whatever reads or writes these tables inside means those beside.

        After a fault the setting goes with the transaction, or with its savepoint.
        """
        _look_in(f"{self.schema}, {self._path}")
        yield
        _look_in(self._path)

    def finish(self) -> None:
        """Make what waited until the tables were full."""
        with self.used(), connection.cursor() as cursor:
            _check(cursor)
            self._make("uxit", without=frozenset(self.names) - self._late)
            self._make("f")
            cursor.execute(f"ANALYZE {', '.join(f'{self.schema}.{n}' for n in self._quoted)}")

    def alone(self) -> None:
        """From here to the end of the transaction nobody else reads or writes the tables.

        Raises StillRead.
        """
        names = ", ".join(self._quoted)
        for _try in range(TRIES):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [READING])
                    cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
                    cursor.execute("SET LOCAL lock_timeout = DEFAULT")
            except OperationalError:
                time.sleep(PAUSE)
            else:
                return
        raise StillRead

    def put_in_place(self) -> None:
        """The old tables go, these take their place."""
        with connection.cursor() as cursor:
            _check(cursor)
            cursor.execute(f"DROP TABLE {', '.join(self._quoted)}")
            for name in self._quoted:
                cursor.execute(f"ALTER TABLE {self.schema}.{name} SET SCHEMA {self._where}")
            for said in self._rights:
                cursor.execute(said)
            self.drop()

    def drop(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {self.schema} CASCADE")


def _look_in(path: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, true)", [path])


def _check(cursor: Any) -> None:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


_LIKE = " ".join(
    f"INCLUDING {what}"
    for what in (
        "COMMENTS",
        "COMPRESSION",
        "CONSTRAINTS",
        "DEFAULTS",
        "GENERATED",
        "IDENTITY",
        "STORAGE",
    )
)
# Table, kind, statement. Kinds as in pg_constraint (p, u, x, f); i is an index, t a trigger.
# Triggers come last of their table, as they do where tables are made by migrations.
_PARTS = """
    WITH t AS (SELECT c.oid, c.relname, quote_ident(n.nspname) AS space, quote_ident(c.relname) AS name,
                      quote_ident(%s) AS there FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = current_schema() AND c.relname = ANY(%s))
    SELECT relname, kind, said FROM (
        SELECT t.relname, contype::text AS kind, conname AS part,
               format('ALTER TABLE %%s.%%s ADD CONSTRAINT %%I %%s',
                      t.there, t.name, conname, pg_get_constraintdef(c.oid)) AS said
        FROM pg_constraint c JOIN t ON t.oid = conrelid
        WHERE contype IN ('p', 'u', 'x', 'f') AND conparentid = 0
        UNION ALL
        SELECT t.relname, 'i', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM pg_index JOIN t ON t.oid = indrelid
        WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid
                          AND contype IN ('p', 'u', 'x'))
        UNION ALL
        SELECT t.relname, 't', tgname, pg_get_triggerdef(g.oid)
        FROM pg_trigger g JOIN t ON t.oid = tgrelid WHERE NOT tgisinternal
    ) parts ORDER BY kind, relname, part
"""
_RIGHTS = """
    SELECT format('GRANT %%s ON %%s %%I TO %%s', string_agg(a.privilege_type, ', '),
                  CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname,
                  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relkind = 'S'
    LEFT JOIN pg_class o ON o.oid = d.refobjid
    CROSS JOIN LATERAL aclexplode(c.relacl) a
    WHERE n.nspname = current_schema() AND coalesce(o.relname, c.relname) = ANY(%s)
        AND c.relkind IN ('r', 'S') AND a.grantee <> c.relowner
    GROUP BY c.relkind, c.relname, a.grantee ORDER BY 1
"""
