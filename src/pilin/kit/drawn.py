"""What was drawn before, kept under all that it depends on: so nothing could make it stale."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.utils.safestring import SafeString

T = TypeVar("T")
_every: WeakSet[Drawn[Any]] = WeakSet()


class Drawn(Generic[T]):
    """Up to `room` things by key, as a rule pieces of pages; beyond that it starts afresh."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._found: dict[Hashable, T] = {}
        _every.add(self)

    def of(self, key: Hashable, draw: Callable[[], T]) -> T:
        """What `draw` gives, which depends on `key` alone: with the language, where it has words."""
        found = self._found.get(key)
        if found is None:
            found = draw()
            if len(self._found) >= self._room:
                self.clear()
            self._found[key] = found
        return found

    def clear(self) -> None:
        self._found.clear()


Pieces = Drawn[SafeString]


def forget() -> None:
    """Throw away all that was drawn in this process: what comes then is made anew."""
    for found in list(_every):
        found.clear()
