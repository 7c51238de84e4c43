"""How many letters leave in an hour, through a mail server that takes its time for each?"""

from __future__ import annotations

import os
import socketserver
import threading
import time

from bench.installations import Installations, measured
from bench.table import Table

LETTERS = 1_000
#: Seconds the mail server takes for a letter.
DELAYS = (0.0, 0.05, 0.2)


def run(installations: Installations) -> Table:
    """A step is told to a thousand people; from the outbox to the mail server, by the job of a minute."""
    folder = installations.fresh("letters")
    installations.filled(installations.sizes()[0], "letters")
    table = Table(("Mail server takes, ms", "letters", "s", "letters an hour", "aim"))
    for line in measured("letters", folder).splitlines():
        delay, letters, seconds = map(float, line.split())
        hour = f"{letters / seconds * 3600:,.0f}"
        table.add(f"{delay * 1000:.0f}", f"{letters:.0f}", seconds, hour, "≥ 10,000")
    return table


class Sink(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a client asks for: everything is taken and forgotten."""

    delay = 0.0
    taken = 0

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                time.sleep(Sink.delay)
                Sink.taken += 1
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


def measure() -> None:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ |= {
        "PILIN_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "PILIN_SMTP_HOST": "127.0.0.1",
        "PILIN_SMTP_PORT": str(server.server_address[1]),
    }
    from pilin.run import environment

    environment.setup()
    from django.utils import timezone

    from pilin.engine.act import act
    from pilin.engine.models import Matter
    from pilin.people.actor import actor_of
    from pilin.people.hearing import Dispatch, Following
    from pilin.people.models import Account, Office
    from pilin.telling import following, plan, sending

    people = [
        Account(username=f"letters-{n}", person=f"p-letters-{n}", email=f"l{n}@example.org")
        for n in range(LETTERS)
    ]
    Account.objects.bulk_create(people, ignore_conflicts=True)
    raised = iter(Matter.objects.filter(kind="consultation", state="raised").order_by("id"))
    following.spread()  # what was there before is told to nobody
    for delay in DELAYS:
        matter, Sink.delay, Sink.taken = next(raised), delay, 0
        Following.objects.bulk_create(
            Following(person=a.person, scope=f"matter:{matter.pk}") for a in people
        )
        post = Office.objects.filter(organisation=matter.holder_org, role=matter.holder_role)
        host = Account.objects.get(person=post.order_by("id")[0].person)
        act(actor_of(host), matter, "accept", {"reason": "归我们管"})
        following.spread()
        plan.plan(timezone.now())
        Dispatch.objects.exclude(person__startswith="p-letters-").delete()
        start = time.perf_counter()
        while sending.waiting().exists():
            sending.send()
        print(delay, Sink.taken, time.perf_counter() - start)


if __name__ == "__main__":
    measure()
