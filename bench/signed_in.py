"""What does a page cost that is made for one person, beside a bare Django view?"""

from __future__ import annotations

import time

from bench.installations import Installations, bare, measured, serving
from bench.load import Seen, rate
from bench.table import Table

VISITS = 200
AIM = "≥ 0.1"


def run(installations: Installations) -> Table:
    """Answers a second of pages signed in, beside the bare view of `bench/bare.py`; and in process.

    Each visit makes the page anew. Processor time is that of the whole stack but the server, on
    one thread: as a process has it that has drawn these matters before, and as one that has not.
    """
    folder = installations.filled(installations.sizes()[0])
    lines = [line.split("\t") for line in measured("signed_in", folder).splitlines()]
    columns = ("answers/s", "bare view, answers/s", "ratio", "aim", "trips", "processor ms")
    table = Table(("Page", *columns, "nothing drawn before, ms"))
    with bare(folder) as bare_port, serving(folder) as port:
        for name, path, cookie, questions, kept, anew in lines:
            before = rate(bare_port, "/", seconds=3)
            ours = rate(port, path, Seen("", cookie))
            most = (before + rate(bare_port, "/", seconds=3)) / 2
            table.add(name, ours, most, ours / most, AIM, questions, float(kept), float(anew))
    return table


def measure() -> None:
    from pilin.run import environment

    environment.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from pilin.engine.models import Matter
    from pilin.people.models import Account, Office
    from pilin.people.sessions import SessionStore

    held = Office.objects.filter(Office.held_on(timezone.localdate()), role="host")
    person = Account.objects.filter(person__in=held.values("person")).order_by("id").first()
    assert person is not None
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={'a' * 32}"
    matter = Matter.objects.filter(kind="consultation", is_open=True).order_by("id").first()
    assert matter is not None
    pages = {
        "List of 50 matters": "/matters/",
        "Border board": "/",
        "A matter": matter.url,
        "Desk": "/desk/",
    }
    for name, path in pages.items():
        print(name, path, cookie, *_costs(path, cookie), sep="\t")


def _costs(path: str, cookie: str) -> tuple[int, float, float]:
    """Trips to the database, and milliseconds of processor time with and without what was kept."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext

    from pilin.kit import drawn

    application = WSGIHandler()

    def visit() -> None:
        environ = (
            RequestFactory().get(path, headers={"cookie": cookie, "host": "127.0.0.1"}).environ
        )
        said: list[str] = []
        answer = application(environ, lambda status, *_: said.append(status))
        b"".join(answer)
        answer.close()
        if said != ["200 OK"]:
            raise SystemExit(f"{path} answered {said}")

    visit()
    visit()
    with CaptureQueriesContext(connection) as questions:
        visit()
    asked = len(questions)
    times = []
    for anew in (False, True):
        spent = 0.0
        for _ in range(VISITS):
            if anew:
                drawn.forget()
            start = time.process_time()
            visit()
            spent += time.process_time() - start
        times.append(spent / VISITS * 1000)
    return asked, times[0], times[1]


if __name__ == "__main__":
    measure()
