"""The application that Granian serves: ballots by the fast lane, everything else by Django."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
pages = get_wsgi_application()

from pilin.intake.lane import Lane  # noqa: E402 (reads settings)
from pilin.server.front import Front  # noqa: E402
from pilin.server.threads import Threads  # noqa: E402

#: Threads a process answers pages with.
WORKERS = 4
application = Lane(Threads(Front(pages), WORKERS))

# What is loaded now stays; looking through it for rubbish again and again took a tenth of the time.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
