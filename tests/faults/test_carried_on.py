"""A worker that is killed on its way through a workbook: the next one goes on, and only one at a time does."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from procrastinate.contrib.django import app
from psycopg.conninfo import make_conninfo

from pilin.ledger import keys, log, verify
from pilin.site import jobs
from pilin.site.manage import incoming
from pilin.site.manage.carrying import carry
from pilin.workbook import carrying, importing
from pilin.workbook.tests.test_portions import large, registers

ROOT = Path(__file__).parents[2]
#: The worker as it is, but that it takes little at a time and stands still half way.
WORKER = """
import time
from pilin.run import environment
environment.declared()
from pilin.workbook import carrying
carrying.PORTION = 20
portion, done = carrying.Carrying._portion, []
def slow(self):
    done.append(portion(self))
    if len(done) == 2:
        print("half way", flush=True)
        time.sleep(600)
    return done[-1]
carrying.Carrying._portion = slow
from pilin.run import worker
worker.main()
"""


@pytest.fixture
def sent(own_database, settings, tmp_path, monkeypatch):
    """A large workbook that was confirmed in a page."""
    settings.DATA, settings.KEYS = tmp_path / "data", tmp_path / "data" / "keys"
    settings.KEYS.mkdir(parents=True)
    keys.forget()
    monkeypatch.setattr(carrying, "PORTION", 20)
    upload = SimpleUploadedFile("large.xlsx", large(tmp_path).read_bytes())
    one = incoming.keep(upload, "p-operator").now(state=incoming.UNDER_WAY)
    carry.defer(key=one.key)
    yield one
    keys.forget()


def worker(database, data):
    url = make_conninfo(os.environ["DATABASE_URL"], dbname=database)
    known = {**os.environ, "DATABASE_URL": url, "PILIN_DATA": str(data), "PILIN_CONFIG": ""}
    known.pop("PILIN_PARENT", None)
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=ROOT, env=known, stdout=subprocess.PIPE
    )


def test_a_worker_killed_on_its_way_through_a_workbook_leaves_it_to_the_next(
    own_database, sent, settings
):
    with worker(own_database, settings.DATA) as first:
        assert first.stdout.readline() == b"half way\n"
        first.kill()
    begun = log.size("main")
    assert begun and incoming.find(sent.key).state == incoming.UNDER_WAY
    (register,) = registers()
    assert register.is_open
    with connection.cursor() as cursor:  # a minute later
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'"
        )
    later()
    found = incoming.find(sent.key)
    assert found.state == incoming.DONE, found.said
    assert importing.plan(sent.path).empty and log.size("main") > begun
    assert [(one.pk, one.is_open) for one in registers()] == [(register.pk, False)]
    assert verify.check_database("main").problems == []


def later():
    """The next worker: it takes up what was left, and does whatever waits."""
    jobs.take_up.defer(timestamp=0)
    connections.close_all()
    with app.replace_connector(app.connector.get_worker_connector()) as here:
        for _time in range(2):
            here.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def test_of_two_large_workbooks_the_second_waits_for_the_first(own_database, sent, tmp_path):
    other = importing.plan(large(tmp_path, "other.xlsx"))
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [carrying.UNDER_WAY, carrying.ANY])
        done = []

        def bring():
            try:
                done.append(importing.carry_out(other))
            finally:
                connection.close()

        thread = threading.Thread(target=bring)
        thread.start()
        time.sleep(1)
        assert not done and log.size("main") == 0
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [carrying.UNDER_WAY, carrying.ANY])
        thread.join(120)
    assert done and importing.plan(other.path).empty
