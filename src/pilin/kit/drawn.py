"""What was drawn before, kept under all that it depends on: so nothing could make it stale."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from django.utils.safestring import SafeString
from django.utils.translation import get_language


class Drawn:
    """Up to `room` pieces of pages, by language and key; beyond that it starts afresh."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._found: dict[Hashable, SafeString] = {}

    def of(self, key: Hashable, draw: Callable[[], SafeString]) -> SafeString:
        """What `draw` gives, which depends on `key` and the language alone."""
        full = (get_language(), key)
        found = self._found.get(full)
        if found is None:
            found = draw()
            if len(self._found) >= self._room:
                self._found.clear()
            self._found[full] = found
        return found
