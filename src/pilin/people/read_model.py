"""Tables that are derived from the ledger, and the guard that keeps them so.

A read model is written only while an entry is being applied. Whoever tries it elsewhere gets
`WrittenOutsideApply`, in tests and in production alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models

from .remembered import Memory, NotHere, Rows, Table

_applying: ContextVar[bool] = ContextVar("applying", default=False)
_memory: ContextVar[Memory | None] = ContextVar("memory", default=None)


class WrittenOutsideApply(RuntimeError):
    """A read model was written without an entry being applied."""


@contextmanager
def applying() -> Iterator[None]:
    """Open read models for writing; used by the loop's apply and by rebuild, nowhere else."""
    token = _applying.set(True)
    try:
        yield
    finally:
        _applying.reset(token)


def _guard(what: str) -> None:
    if not _applying.get():
        raise WrittenOutsideApply(what)


@contextmanager
def remembering(memory: Memory) -> Iterator[None]:
    """What entries change waits in `memory`; whoever opens this writes it before others read."""
    token = _memory.set(memory)
    try:
        yield
    finally:
        _memory.reset(token)


class ReadQuerySet(models.QuerySet[Any]):
    def create(self, **kwargs: Any) -> Any:
        _guard(f"create of {self.model.__name__}")
        return super().create(**kwargs)

    def update(self, **kwargs: Any) -> int:
        _guard(f"update of {self.model.__name__}")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _guard(f"delete of {self.model.__name__}")
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        _guard(f"bulk_create of {self.model.__name__}")
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _guard(f"bulk_update of {self.model.__name__}")
        return super().bulk_update(*args, **kwargs)


_Manager = models.Manager.from_queryset(ReadQuerySet)


M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ReadManager(_Manager[M_co]):
    """Answers from memory what an entry's handler asks where many entries are applied together."""

    if not TYPE_CHECKING:  # typed as without: rows from memory are asked as a queryset is

        def _table(self) -> Table | None:
            memory = _memory.get()
            if memory is None or not _applying.get() or not self.model.remembered:
                return None
            # A manager of one row's relations has a class of its own, and asks for less.
            return memory.table(self.model) if type(self) is ReadManager else None

        def filter(self, *args: Any, **kwargs: Any) -> Any:
            table = self._table()
            if table is not None and not args:
                try:
                    found = table.find(kwargs)
                except NotHere:
                    pass
                else:
                    return Rows(table, found, lambda: super(ReadManager, self).filter(**kwargs))
            return super().filter(*args, **kwargs)

        def get(self, *args: Any, **kwargs: Any) -> Any:
            return self.filter(*args, **kwargs).get()

        def create(self, **kwargs: Any) -> Any:
            table = self._table()
            if table is None:
                return super().create(**kwargs)
            row = self.model(**kwargs)
            table.add(row)
            return row

        def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
            table = self._table()
            if table is None or args or kwargs:
                return super().bulk_create(objs, *args, **kwargs)
            rows = list(objs)
            for row in rows:
                table.add(row)
            return rows

        def update_or_create(self, defaults: Any = None, **kwargs: Any) -> Any:
            table = self._table()
            try:
                found = table.find(kwargs) if table is not None else None
                if table is None or found is None or len(found) > 1:
                    raise NotHere
                if found:
                    table.set(found, defaults or {})
                    return found[0], False
            except NotHere:
                return super().update_or_create(defaults, **kwargs)
            return self.create(**{**kwargs, **(defaults or {})}), True


class ReadModel(models.Model):
    """Base of every table that `pilin rebuild` can throw away and make again."""

    #: Whether its rows may be kept in memory: not where the loop or a trigger writes them.
    remembered: ClassVar[bool] = True

    objects: ClassVar[ReadManager[Self]] = ReadManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _guard(f"save of {type(self).__name__}")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _guard(f"delete of {type(self).__name__}")
        return super().delete(*args, **kwargs)
