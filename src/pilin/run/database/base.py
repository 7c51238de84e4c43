"""Django's PostgreSQL, but that a connection is looked at, not spoken over, before it is used."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether the server is still there, asked of the socket at each request.

        A server that stops or ends a connection says so or hangs up, and nothing else is ever
        waiting to be read between two questions. Django sends `SELECT 1`, which was as dear as one
        of the four questions that a page asks.
        """
        if self.connection is None or self.connection.closed:
            return False
        asked = select.poll()
        asked.register(self.connection.fileno(), select.POLLIN)
        return not asked.poll(0)
