"""The application that Uvicorn serves: ballots by the fast lane, everything else by Django."""

import os
from functools import partial
from multiprocessing import parent_process
from signal import SIGKILL

from django.core.wsgi import get_wsgi_application

from .garbage import loading, settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
with loading():
    pages = get_wsgi_application()

from pilin.intake.lane.batch import Writer
from pilin.intake.lane.http import Lane
from pilin.intake.lane.relay import Relay

from .away import limit_statements
from .page_cache import PageCache
from .tether import tether
from .threads import Threads
from .watched import Watched

#: Threads a process answers pages with.
WORKERS = 4
#: Where the process that writes ballots for several of these listens; one alone writes its own.
BALLOTS = os.environ.get("PILIN_BALLOTS")
application = Lane(
    Threads(Watched(PageCache(pages)), WORKERS), partial(Relay, BALLOTS) if BALLOTS else Writer
)
limit_statements()
settle()
if (master := parent_process()) is not None:  # one of several that Uvicorn's master started
    tether(
        SIGKILL, master.pid or 0
    )  # it may be answering: what it was told is entered stays entered
