"""What do raising and supporting cost over HTTP, beside an earlier release in the same run?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

from bench.installations import Installations, env, serving
from bench.load import Client
from bench.table import Table

MATTERS, PEOPLE, SECONDS = 1_000, 100, 6
#: Runs in either release: signs people in and says what they may do.
SESSIONS = """
from importlib import import_module
import_module("pilin.{environment}").setup()
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from pilin.people.models import Account, Organisation
Matter = apps.get_model("loop", "Matter")
Store = import_module(settings.SESSION_ENGINE).SessionStore
forum = Organisation.objects.filter(category="station").order_by("id").first()
rows = Matter.objects.filter(kind="consultation", state="raised").order_by("id")
print(forum.pk, *rows.values_list("pk", flat=True)[:100])
Office = apps.get_model("people", "Office")
# Without an office that asks for a second key.
officers = Office.objects.exclude(role__in=["host", "clerk", "lead"]).values("person")
for person in Account.objects.exclude(person__in=officers).order_by("id")[:100]:
    session = Store()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    print(settings.SESSION_COOKIE_NAME + "=" + session.session_key)
"""
CSRF = "a" * 32
CHECK = re.compile(rb"\r\nlocation: [^\r]*\?check=([\w-]+)", re.IGNORECASE)


class Poster(Client):
    """One connection over which people send forms, one after another."""

    def step(self, path: str, cookie: str, body: str) -> int:
        """Take a step as a browser does: what is shown once more before it is recorded, is recorded.

        Gives the status of the last answer: 302 where it was.
        """
        status, head = self.post(path, cookie, body)
        if looked := CHECK.search(head):
            token = looked[1].decode()
            status, _head = self.post(path, cookie, f"do=record&token={token}")
        return status

    def post(self, path: str, cookie: str, body: str) -> tuple[int, bytes]:
        data = f"csrfmiddlewaretoken={CSRF}&{body}".encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Language: zh-CN\r\n"
            f"Cookie: {cookie}; csrftoken={CSRF}\r\nContent-Length: {len(data)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        self.socket.sendall(head.encode() + data)
        return self.receive()


def run(installations: Installations) -> Table:
    """Forms answered a second; each is a commit. PILIN_BENCH_EARLIER names an earlier checkout
    with its `.venv`, which then runs by turns with this one."""
    earlier = os.environ.get("PILIN_BENCH_EARLIER")
    releases = {"now": (Path(sys.executable), Path.cwd(), "run.environment")}
    if earlier:
        home = Path(earlier)
        releases["earlier"] = (home / ".venv/bin/python", home, "server.environment")
    found = {
        name: _measured(installations.fresh(f"posting-{name}"), *release)
        for name, release in releases.items()
    }
    table = Table(("Form", "clients", "answers/s", "earlier release, answers/s", "ratio", "aim"))
    for key, ours in found["now"].items():
        before = found["earlier"][key] if earlier else None
        table.add(*key, ours, before or "", ours / before if before else "", "≥ 5")
    return table


def _measured(
    folder: Path, python: Path, home: Path, environment: str
) -> dict[tuple[str, int], float]:
    command = [str(python), "-m", "pilin", "simulate", "--matters", str(MATTERS)]
    subprocess.run(
        [*command, "--people", str(PEOPLE), "--seed", "1"], env=env(folder), cwd=home, check=True
    )
    script = SESSIONS.replace("{environment}", environment)
    printed = subprocess.run(
        [str(python), "-c", script], env=env(folder), cwd=home, check=True, capture_output=True
    ).stdout.decode()
    first, *cookies = printed.splitlines()
    forum, *matters = first.split()
    found = {}
    with serving(folder, python, home, workers=2) as port:
        for clients in (1, 8):
            found["raise a matter", clients] = _rate(
                port,
                clients,
                [
                    (
                        "/new/consultation/raise/",
                        cookie,
                        f"title={quote('路灯坏了')}{n}&"
                        f"text={quote('晚上很黑，已经有十几户人家提过。')}&forum={forum}",
                    )
                    for n in range(50)
                    for cookie in cookies
                ],
            )
            half = matters[: len(matters) // 2] if clients == 1 else matters[len(matters) // 2 :]
            found["support a matter", clients] = _rate(
                port,
                clients,
                [
                    (f"/matters/{matter}/support/", cookie, "")
                    for n in range(len(cookies))
                    for at, matter in enumerate(half)
                    for cookie in [cookies[(n + at) % len(cookies)]]
                ],
            )
    return found


def _rate(port: int, clients: int, forms: list[tuple[str, str, str]]) -> float:
    """Forms taken a second, until the time or the forms are over. Whoever raised it is refused."""
    todo, done, lock = iter(forms), [0], threading.Lock()
    end = time.perf_counter() + SECONDS

    def work() -> None:
        client = Poster(port, "/")
        while time.perf_counter() < end:
            with lock:
                form = next(todo, None)
            if form is None:
                return
            status = client.step(*form)
            if status == 302:
                with lock:
                    done[0] += 1
            elif status != 200:
                raise SystemExit(f"{form[0]} answered {status}")

    threads = [threading.Thread(target=work) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done[0] / (time.perf_counter() - start)
