"""What was drawn before, kept under all that it depends on: so nothing could make it stale."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from django.utils.safestring import SafeString


class Drawn:
    """Up to `room` pieces of pages by key; beyond that it starts afresh."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._found: dict[Hashable, SafeString] = {}

    def of(self, key: Hashable, draw: Callable[[], SafeString]) -> SafeString:
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
