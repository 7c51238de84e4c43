"""Who watches is told how it stands and nothing about anybody; logs hold nobody's words."""

import io
import json
import logging
import os
import re
import sys
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from procrastinate.jobs import Job

from pilin.engine.refused import Refused
from pilin.intake.lane import batch
from pilin.intake.lane.connection import Lost
from pilin.run import watched
from pilin.run.logs import Formatter, Line, request_id
from pilin.run.watched import Watched
from pilin.site import backups
from pilin.site.manage import carrying, incoming
from pilin.workbook.errors import RowRefused
from tests.world import build

#: Put together, so that no line of this file holds them as they would be logged.
PHONE, NAME = "138" + "0" * 8, "张" + "三"


@pytest.fixture
def city(own_database):
    return build()


def asked(path, application=None, **more):
    said = {}

    def start(status, headers, *rest):
        said.update(status=int(status[:3]), headers=dict(headers))

    environ = {"PATH_INFO": path, "REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": "GET", **more}
    body = b"".join(Watched(application)(environ, start))
    return said["status"], body, said["headers"]


def test_it_lives_and_is_ready(city):
    assert asked("/healthz")[:2] == (200, b"ok\n")
    assert asked("/readyz")[:2] == (200, b'{"faults": []}')


def test_it_is_not_ready_where_nothing_can_be_recorded(city):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_log SET format = 9")
    status, body, _headers = asked("/readyz")
    assert (status, json.loads(body)) == (503, {"faults": ["record"]})
    assert asked("/healthz")[0] == 200


def test_it_is_not_ready_while_the_database_is_away(city, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "HOST", "/nowhere")
        connection.close()
        assert json.loads(asked("/readyz")[1]) == {"faults": ["database"]}
        assert b"pilin_database_up 0" in asked("/metrics")[1]
        assert asked("/healthz")[0] == 200
    assert asked("/readyz")[0] == 200


def test_figures_are_those_of_the_record_and_of_what_was_refused(city):
    m = city.raised()
    before = figures()
    with pytest.raises(Refused):
        city.take("resident", m, "accept", reason="我自己来")
    after = figures()
    assert after['pilin_refusals_total{code="forbidden"}'] == 1 + before.get(
        'pilin_refusals_total{code="forbidden"}', 0
    )
    assert after["pilin_entries"] == m.last + 1 and after["pilin_matters_open"] == 1
    assert after["pilin_record_refuses"] == 0 and after["pilin_database_up"] == 1
    assert {
        "pilin_jobs_waiting",
        "pilin_letters_stuck",
        "pilin_checkpoint_age_seconds",
    } <= after.keys()


def figures():
    body = asked("/metrics")[1].decode()
    assert body.endswith("# EOF\n")
    rows = (line.rpartition(" ") for line in body.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in rows}


def test_figures_are_for_this_machine_or_whoever_has_the_word(city, monkeypatch):
    assert asked("/metrics", REMOTE_ADDR="10.0.0.7")[0] == 403
    assert asked("/metrics", HTTP_X_FORWARDED_FOR="10.0.0.7")[0] == 403  # a proxy of ours speaks
    monkeypatch.setenv("PILIN_METRICS_TOKEN", "wort")
    assert asked("/metrics")[0] == 403
    assert asked("/metrics", HTTP_AUTHORIZATION="Bearer wrong")[0] == 403
    assert asked("/metrics", REMOTE_ADDR="10.0.0.7", HTTP_AUTHORIZATION="Bearer wort")[0] == 200


def test_a_request_keeps_the_name_it_came_with_if_that_is_one():
    def page(_environ, start):
        start("200 OK", [])
        return [request_id.get().encode()]

    _status, body, headers = asked("/x", page, HTTP_X_REQUEST_ID="abc-1")
    assert body == b"abc-1" and headers["X-Request-ID"] == "abc-1"
    _status, body, _headers = asked("/x", page, HTTP_X_REQUEST_ID='"}\n{"level":"x')
    assert len(body) == 32


@pytest.mark.parametrize("form", [Formatter, Line])
def test_no_log_holds_what_somebody_wrote(city, form):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(form())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO loop_party (matter_id, person, role) VALUES (1, %s, NULL)", [PHONE]
            )
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO loop_party (matter_id, person, role) VALUES (1, %s, NULL)", [PHONE]
                )
        except IntegrityError:
            logging.getLogger("pilin").exception("not written")
        try:
            raise ValueError(NAME + PHONE)
        except ValueError:
            logging.getLogger("pilin").exception("not read")
        client = Client(raise_request_exception=False)
        client.get("/password/reset/key/s3cr3t-token-of-somebody/nothing/")
        logging.getLogger("django.request").error(
            "Internal Server Error: %s",
            "/x/s3cr3t-token/",
            extra={"request": _Asked(), "status_code": 500},
        )
    finally:
        root.removeHandler(handler)
    said = out.getvalue()
    for words in (PHONE, NAME, "s3cr3t"):
        assert words not in said
    for kept in (
        "NotNullViolation 23502 loop_party role",
        "builtins.ValueError",
        "500 GET /account/<key>/",
    ):
        assert kept in said
    if form is Formatter:
        assert all(
            {"time", "level", "logger", "message"} <= json.loads(x).keys()
            for x in said.splitlines()
        )


class _Asked:
    method = "GET"

    class resolver_match:
        route = "account/<key>/"


def test_a_row_that_is_refused_is_in_no_log_file_wherever_it_comes_up(city):
    """A secret in a row the database refuses, in a workbook and in a job: looked for in each log."""
    out = io.StringIO()
    handlers = [logging.StreamHandler(out) for _form in (Formatter, Line)]
    for handler, form in zip(handlers, (Formatter, Line), strict=True):
        handler.setFormatter(form())
        logging.getLogger().addHandler(handler)
    try:
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            connection.cursor().execute(
                "INSERT INTO loop_party (matter_id, person, role) VALUES (1, %s, NULL)", [PHONE]
            )
        assert PHONE in str(caught.value), "psycopg tells it to whoever asked"
        batch._warn(caught.value.__cause__)
        batch._warn(Lost(str(caught.value)))
        logging.getLogger("pilin").warning("not done: %s, %d", caught.value, 1)
        refused(RowRefused("居民名册", row=3, why=NAME + PHONE))
        job = Job(
            id=7,
            queue="q",
            lock=None,
            queueing_lock=None,
            task_name="site.account_letter",
            task_kwargs={"sealed": PHONE},
        )
        logging.getLogger("procrastinate").error(
            f"Job {job.call_string} ended with status: Error",
            extra={"action": "job_error", "job": job.log_context()},
            exc_info=caught.value,
        )
    finally:
        for handler in handlers:
            logging.getLogger().removeHandler(handler)
    said = out.getvalue()
    assert "NotNullViolation 23502 loop_party role" in said and "site.account_letter 7" in said
    files = [*(Path(os.environ["PILIN_DATA"]) / "postgres").rglob("*.log")]
    assert files or "PILIN_OWN_POSTGRES" not in os.environ
    for text in (said, *(path.read_text(errors="replace") for path in files)):
        assert PHONE not in text and NAME not in text


def refused(reason):
    """A large workbook that is carried out apart stops at a row."""
    one = Mock(state=incoming.UNDER_WAY, key="k", names={})
    one.name = NAME
    with (
        patch.object(carrying.incoming, "find", return_value=one),
        patch.object(carrying.importing, "plan", side_effect=reason),
    ):
        carrying.carry("k")
    assert one.now.call_args.kwargs["state"] == incoming.FAILED


def test_our_own_server_writes_no_rows_to_its_log(city):
    with connection.cursor() as cursor:
        found = dict(
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name LIKE 'log\\_%%'", []
            ).fetchall()
        )
    assert found["log_error_verbosity"] == "terse"
    assert found["log_min_error_statement"] == "panic"


def test_many_processes_count_together(tmp_path):
    import subprocess

    code = (
        "import django, os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'pilin.settings'\ndjango.setup()\n"
        "from pilin.run import watched\nwatched.ANSWERS.labels('2xx').inc()\n"
        "print([s.value for m in __import__('prometheus_client').multiprocess.MultiProcessCollector(None)"
        ".collect() for s in m.samples if s.labels.get('status') == '2xx'])"
    )
    env = {**os.environ, watched.TOGETHER: str(tmp_path), "PILIN_DATA": str(tmp_path / "d")}
    said = [
        subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert [s.strip() for s in said] == ["[1.0]", "[2.0]"]


def test_every_figure_of_the_dashboard_is_one_that_is_told(city, settings, tmp_path):
    settings.DATA = tmp_path
    for what in ("backup", "drill", "archive"):
        backups.note(what)
    watched.ANSWERS.labels("2xx").inc()
    watched.REFUSED.labels("state").inc()
    told = asked("/metrics")[1].decode()
    where = Path(__file__).parents[2] / "deploy" / "grafana.json"
    panels = json.loads(where.read_text(encoding="utf-8"))["panels"]
    named = {
        name: set(re.findall(r"by \((\w+)\)", target["expr"]))
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"pilin_\w+", target["expr"])
    }
    assert len(named) >= 20
    behind = {"pilin_standby_lag_bytes"}  # told where a server follows
    for name, labels in named.items():
        line = next((row for row in told.splitlines() if re.match(rf"{name}[{{ ]", row)), None)
        assert name in behind or line, f"nobody tells {name}"
        assert all(f"{label}=" in line for label in labels)
