"""The application that Granian serves: ballots by the fast lane, everything else by Django."""

import os
from typing import TYPE_CHECKING, Any, cast

from a2wsgi import WSGIMiddleware

if TYPE_CHECKING:
    from pilin.intake.lane import Application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")

from pilin.intake.lane import Lane
from pilin.server.wsgi import application as pages

#: Threads a process answers pages with.
THREADS = 4
#: a2wsgi's types are narrower than what WSGI and ASGI allow.
application = Lane(cast("Application", WSGIMiddleware(cast("Any", pages), workers=THREADS)))
