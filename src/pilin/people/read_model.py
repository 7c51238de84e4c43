"""Tables that are derived from the ledger, and the guard that keeps them so.

A read model is written only while an entry is being applied. Whoever tries it elsewhere gets
`WrittenOutsideApply`, in tests and in production alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

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


class ReadQuerySet(models.QuerySet[Any]):
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
