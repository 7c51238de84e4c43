"""Tables that are derived from the ledger, and the guard that keeps them so.

A read model is written only while an entry is being applied. Whoever tries it elsewhere gets
`WrittenOutsideApply`, in tests and in production alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import models

_applying: ContextVar[bool] = ContextVar("applying", default=False)


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


class Waiting:
    """New rows that are written many at a time, table by table in the order of the models."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = {}

    def add(self, row: models.Model) -> None:
        self._rows.setdefault(type(row), []).append(row)

    def tables(self) -> set[str]:
        """How the tables begin that may show what waits: a trigger may write one for another."""
        return {f"{model._meta.app_label}_" for model in self._rows}

    def write(self) -> None:
        rows, self._rows = self._rows, {}
        # A model stands below those its rows refer to.
        for model in [m for m in apps.get_models() if m in rows]:
            model._base_manager.bulk_create(rows[model])


_deferred: ContextVar[Waiting | None] = ContextVar("deferred", default=None)


@contextmanager
def deferred(waiting: Waiting) -> Iterator[None]:
    """Rows that are created wait in `waiting`; whoever opens this writes them before they are read.

    A row whose key the database hands out has none until then.
    """
    token = _deferred.set(waiting)
    try:
        yield
    finally:
        _deferred.reset(token)


class ReadQuerySet(models.QuerySet[Any]):
    def create(self, **kwargs: Any) -> Any:
        waiting = _deferred.get()
        if waiting is None:
            return super().create(**kwargs)
        _guard(f"create of {self.model.__name__}")
        row = self.model(**kwargs)
        waiting.add(row)
        return row

    def update(self, **kwargs: Any) -> int:
        _guard(f"update of {self.model.__name__}")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _guard(f"delete of {self.model.__name__}")
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        _guard(f"bulk_create of {self.model.__name__}")
        waiting = _deferred.get()
        if waiting is not None and len(args) == 1 and not kwargs:
            rows = list(args[0])
            for row in rows:
                waiting.add(row)
            return rows
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _guard(f"bulk_update of {self.model.__name__}")
        return super().bulk_update(*args, **kwargs)


class ReadModel(models.Model):
    """Base of every table that `pilin rebuild` can throw away and make again."""

    objects = ReadQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _guard(f"save of {type(self).__name__}")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _guard(f"delete of {type(self).__name__}")
        return super().delete(*args, **kwargs)
