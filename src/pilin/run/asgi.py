"""The application that Uvicorn serves: ballots by the fast lane, everything else by Django."""

import os
from functools import partial
from multiprocessing import parent_process
from signal import SIGKILL

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
pages = get_wsgi_application()

from pilin.intake.lane.batch import Writer  # noqa: E402
from pilin.intake.lane.http import Lane  # noqa: E402 (reads settings)
from pilin.intake.lane.relay import Relay  # noqa: E402

from .garbage import settle  # noqa: E402
from .page_cache import PageCache  # noqa: E402
from .tether import tether  # noqa: E402
from .threads import Threads  # noqa: E402
from .watched import Watched  # noqa: E402

#: Threads a process answers pages with.
WORKERS = 4
#: Where the process that writes ballots for several of these listens; one alone writes its own.
BALLOTS = os.environ.get("PILIN_BALLOTS")
application = Lane(
    Threads(Watched(PageCache(pages)), WORKERS), partial(Relay, BALLOTS) if BALLOTS else Writer
)
settle()
if (master := parent_process()) is not None:  # one of several that Uvicorn's master started
    tether(
        SIGKILL, master.pid or 0
    )  # it may be answering: what it was told is entered stays entered
