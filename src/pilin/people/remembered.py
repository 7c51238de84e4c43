"""Rows of read models kept in memory while many entries are applied, and written many at a time.

What a handler asks of the rows of one matter is answered from memory: they were made here, or are
read once. Whatever is asked otherwise is asked of the database, after what waits was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.db.models.expressions import CombinedExpression, F, Value
from pydantic_core import to_json

from pilin.ledger.asking import Ask

from .shape import shape_of

#: Keys of a table that hands them out are taken from it so many at a time.
KEYS = 200
Model = type[models.Model]
Where = Mapping[str, Any]


class NotHere(LookupError):
    """What memory cannot answer or do: the database must be asked."""


class Memory:
    """The rows that wait to be written and those known, of all tables that are remembered."""

    def __init__(self) -> None:
        self._tables: dict[Model, Table] = {}
        self._fresh: dict[tuple[Model, Any], int] = {}  # when rows began, counted from 0
        self.waiting: set[str] = set()  # how the tables begin that have rows waiting
        self.waits = 0  # how many
        self.knows = 0  # how many, about
        self.apart = False

    def table(self, model: Model) -> Table:
        found = self._tables.get(model)
        if found is None:
            found = self._tables[model] = Table(model, self)
        return found

    def begins(self, model: Model, key: Any) -> None:
        """This row is new: no table has rows that belong to it."""
        self._fresh[model, key] = len(self._fresh)
        self.knows += 1

    def began(self, model: Model | None, key: Any, since: int) -> bool:
        return self._fresh.get((model, key), -1) >= since  # type: ignore[arg-type]

    def wait(self, model: Model) -> None:
        """One more row of this model waits."""
        # A trigger may write one table of an application for another.
        self.waiting.add(f"{model._meta.app_label}_")
        self.waits += 1
        self.knows += 1

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Read what cannot wait: it is not written first."""
        self.apart = True
        try:
            yield
        finally:
            self.apart = False

    def asks(self) -> list[Ask]:
        """The statements that write what waits; it waits no longer."""
        self.waiting, self.waits = set(), 0
        # A model stands below those its rows refer to.
        tables = [self._tables[m] for m in _in_order() if m in self._tables]
        return [ask for table in tables for ask in table.asks()]

    def forget(self, sql: str | None = None) -> None:
        """Once nothing waits: what this statement may have changed, or all, is read anew."""
        for model in list(self._tables):
            if sql is None or f"{model._meta.app_label}_" in sql:
                self._tables[model] = Table(model, self, len(self._fresh))
        if sql is None:
            self._tables, self._fresh, self.knows = {}, {}, 0


@cache
def _in_order() -> list[Model]:
    return list(apps.get_models())


class Table:
    """The rows of a model. They belong together by what they are deleted with: a matter's, say."""

    def __init__(self, model: Model, memory: Memory, since: int = 0) -> None:
        self.model = model
        self.memory = memory
        self.since = since
        self.shape = shape = shape_of(model)
        self._groups: dict[Any, list[models.Model] | None] = {}  # None: has rows that are not here
        self._rows: dict[Any, models.Model] = {}
        self._new: dict[Any, models.Model] = {}
        self._changed: dict[Any, models.Model] = {}
        self._gone: list[Any] = []
        self._raw: set[Any] = set()  # rows made here, in whatever words
        self._keys: Iterator[Any] = iter(())
        self._name = shape.key.attname

    # What is known ---------------------------------------------------------------------------

    def find(self, where: Where) -> list[models.Model]:
        """The rows of which all this is true. Raises NotHere."""
        rest = dict(where)
        for name in self.shape.group_names:
            if name in rest:
                rows = self._group(_key(rest.pop(name)))
                break
        else:
            names = [name for name in self.shape.key_names if name in rest]
            if not names:
                raise NotHere
            rows = self._row(_key(rest.pop(names[0])))
        return [row for row in rows if self.fits(row, rest)] if rest else list(rows)

    def fits(self, row: models.Model, where: Where) -> bool:
        """Whether all this is true of a row. Raises NotHere."""
        for name, value in where.items():
            field, _, how = name.partition("__")
            has = getattr(row, self.attname(field))
            if how == "in":
                if has not in [_key(v) for v in value]:
                    return False
            elif how or value is None or hasattr(value, "resolve_expression"):
                raise NotHere
            elif has != _key(value):
                return False
        return True

    def attname(self, name: str) -> str:
        if name == "pk":
            return self._name
        try:
            return str(self.model._meta.get_field(name).attname)  # type: ignore[union-attr]
        except (FieldDoesNotExist, AttributeError) as unknown:
            raise NotHere from unknown

    def _group(self, key: Any) -> list[models.Model]:
        if key is None:
            raise NotHere
        found = self._groups.get(key)
        if found is None:
            if key in self._groups or not self._began(key):
                found = self._read({self.shape.group: key}, key not in self._groups)
            self._groups[key] = found = found or []
        return found

    def _began(self, key: Any) -> bool:
        return self.memory.began(self.shape.parent, key, self.since)

    def _row(self, key: Any) -> list[models.Model]:
        return [self._rows[key]] if key in self._rows else self._read({"pk": key}, True)

    def _read(self, where: Where, aside: bool) -> list[models.Model]:
        """Rows from the database, in the order of their keys; those known already are the same.

        `aside` where none of them waits to be added.
        """
        with self.memory.aside() if aside else nullcontext():
            read = list(self.model._base_manager.filter(**where).order_by("pk"))
        self.memory.knows += len(read)
        known = self._rows
        return [known.setdefault(row.pk, row) for row in read if row.pk not in self._gone]

    def as_read(self, row: models.Model) -> models.Model:
        """The row with its values as the database would give them."""
        if row.pk in self._raw:
            self._raw.discard(row.pk)
            self.shape.as_read(row)
        return row

    # What changes ----------------------------------------------------------------------------

    def add(self, row: models.Model) -> None:
        key = row.pk
        if key is None:
            row.pk = key = self._next_key()
        elif self.shape.children:
            self.memory.begins(self.model, key)
        if self.shape.group:
            group = getattr(row, self.shape.group)
            found = self._groups.get(group)
            if found is not None:
                found.append(row)
            elif group not in self._groups and self._began(group):
                self._groups[group] = [row]
            else:
                self._groups[group] = None
        # Of two with one key, the database refuses the second, as it would at once.
        self._new[(key, len(self._new)) if key in self._new else key] = row
        self._rows[key] = row
        self._raw.add(key)
        self.memory.wait(self.model)

    def _next_key(self) -> Any:
        found = next(self._keys, None)
        if found is None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                    [self.model._meta.db_table, self.shape.key.column, KEYS],
                )
                self._keys = iter([n for (n,) in cursor.fetchall()])
            found = next(self._keys)
        return found

    def set(self, rows: Iterable[models.Model], values: Where) -> None:
        """Change rows as an UPDATE would. Raises NotHere, and then nothing is changed."""
        named = [(self._column(name, value), value) for name, value in values.items()]
        changes = [(row, [(name, _worked_out(row, v)) for name, v in named]) for row in rows]
        for row, change in changes:
            for name, value in change:
                setattr(row, name, value)
            self._raw.add(row.pk)
            if row.pk not in self._new:
                self._changed[row.pk] = row
                self.memory.wait(self.model)

    def _column(self, name: str, value: Any) -> str:
        return name if value is None or isinstance(value, models.Model) else self.attname(name)

    def remove(self, rows: Iterable[models.Model]) -> None:
        """Delete rows. Raises NotHere where others may go with them."""
        if self.shape.children:
            raise NotHere
        for row in rows:
            key = row.pk
            group = self._groups.get(getattr(row, self.shape.group)) if self.shape.group else None
            if group is not None:
                group.remove(row)
            self._changed.pop(key, None)
            del self._rows[key]
            if self._new.pop(key, None) is None:
                self._gone.append(key)
                self.memory.wait(self.model)

    # What is written -------------------------------------------------------------------------

    def asks(self) -> Iterator[Ask]:
        """What frees a value comes before what takes it."""
        gone, self._gone = self._gone, []
        changed, self._changed = self._changed, {}
        new, self._new = self._new, {}
        if gone:
            yield Ask(self.shape.delete, [to_json(gone).decode()])
        for rows, statement in ((changed, self.shape.update), (new, self.shape.insert)):
            if rows:
                found = [self.shape.written(row) for row in rows.values()]
                yield Ask(statement, [to_json(found, fallback=str).decode()])
        for row in new.values():
            row._state.adding = False


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _worked_out(row: models.Model, value: Any) -> Any:
    """What an expression gives for a row: a column, with something added or taken away."""
    if not hasattr(value, "resolve_expression"):
        return value
    if isinstance(value, CombinedExpression) and value.connector in "+-":
        column, more = value.lhs, value.rhs
        has = getattr(row, vars(column)["name"], None) if isinstance(column, F) else None
        if has is not None and isinstance(more, Value):
            return has + more.value if value.connector == "+" else has - more.value
    raise NotHere


class Rows:
    """Some rows of a table, as a queryset: answered from memory, or else by the database.

    `otherwise` is the same as a queryset.
    """

    def __init__(
        self, table: Table, rows: list[Any], otherwise: Callable[[], Any], ordered: bool = False
    ) -> None:
        self._table = table
        self._rows = rows
        self._otherwise = otherwise
        self._ordered = ordered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._otherwise(), name)

    def __iter__(self) -> Iterator[Any]:
        return map(self._table.as_read, self._rows)

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]

    def __len__(self) -> int:
        return len(self._rows)

    def count(self) -> int:
        return len(self._rows)

    def exists(self) -> bool:
        return bool(self._rows)

    def first(self) -> Any:
        rows = self._rows if self._ordered else sorted(self._rows, key=attrgetter("pk"))
        return self._table.as_read(rows[0]) if rows else None

    def get(self, *args: Any, **where: Any) -> Any:
        if args or where:
            return self.filter(*args, **where).get()
        if len(self._rows) != 1:
            return self._otherwise().get()  # says what is wrong
        return self.first()

    def all(self) -> Any:
        return self

    def filter(self, *args: Any, **where: Any) -> Any:
        return self._those(True, args, where)

    def exclude(self, *args: Any, **where: Any) -> Any:
        return self._those(False, args, where)

    def _those(self, kept: bool, args: tuple[Any, ...], where: Where) -> Any:
        def otherwise() -> Any:
            rows = self._otherwise()
            return rows.filter(*args, **where) if kept else rows.exclude(*args, **where)

        try:
            if args:
                raise NotHere
            found = [row for row in self._rows if self._table.fits(row, where) is kept]
        except NotHere:
            return otherwise()
        return Rows(self._table, found, otherwise, self._ordered)

    def order_by(self, *names: str) -> Any:
        def otherwise() -> Any:
            return self._otherwise().order_by(*names)

        found = list(self._rows)
        try:
            for name in reversed(names):
                key = attrgetter(self._table.attname(name.lstrip("-")))
                if any(isinstance(key(row), str) for row in found):
                    raise NotHere  # texts are sorted as the database sorts them
                found.sort(key=key, reverse=name.startswith("-"))
        except (NotHere, TypeError, AttributeError):  # so is what is not there
            return otherwise()
        return Rows(self._table, found, otherwise, ordered=True)

    def latest(self, name: str) -> Any:
        return self.order_by(f"-{name}").first() or self._otherwise().latest(name)

    def values_list(self, *names: str, flat: bool = False) -> Any:
        try:
            wanted = [self._table.attname(name) for name in names]
        except NotHere:
            return self._otherwise().values_list(*names, flat=flat)
        given = attrgetter(*wanted)
        return [given(row) if flat or len(wanted) > 1 else (given(row),) for row in self]

    def update(self, **values: Any) -> int:
        try:
            self._table.set(self._rows, values)
        except NotHere:
            return int(self._otherwise().update(**values))
        return len(self._rows)

    def delete(self) -> Any:
        try:
            self._table.remove(self._rows)
        except NotHere:
            return self._otherwise().delete()
        return len(self._rows), {self._table.model._meta.label: len(self._rows)}
