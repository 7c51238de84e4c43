"""The application that Granian serves: ballots by the fast lane, everything else by Django."""

import os
from typing import TYPE_CHECKING, Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from pilin.intake.lane import Application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
pages = get_wsgi_application()

from pilin.intake.lane import Lane  # noqa: E402 (reads settings)
from pilin.server.front import Front  # noqa: E402

#: Threads a process answers pages with.
THREADS = 4
#: a2wsgi's types are narrower than what WSGI and ASGI allow.
application = Lane(cast("Application", WSGIMiddleware(cast("Any", Front(pages)), workers=THREADS)))
