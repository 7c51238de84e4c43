"""Invitations made and withdrawn in the browser, rolls, what waits to be looked at, failed jobs."""

import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pilin.engine.act import act
from pilin.ledger import log
from pilin.people import invitations
from pilin.people.actor import HOUSE
from pilin.people.models import Account, Invitation
from pilin.programmes.budget.tests.town import announce, opened
from pilin.programmes.manage import inviting
from tests.posting import submit

SOON = timezone.localdate() + timedelta(days=9)


@pytest.fixture
def operator(world):
    account = world.people["operator"] = Account.objects.create(username="o", person="p-operator")
    said = {"organisation": world["左县"], "role": "operator", "person": account.person}
    act(HOUSE, "manage", "appoint", {**said, "since": timezone.localdate()})
    client = Client(headers={"accept-language": "en"})
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return client


def made(client, number=2, until=SOON):
    return client.post("/manage/invitations/", {"number": number, "until": until})


def test_invitations_are_printed_once_and_each_lets_one_person_sign_up(operator):
    answer = made(operator)
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    text = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages
    )
    codes = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", text)
    assert len(codes) == 2
    assert invitations.use(codes[0]) and not invitations.use(codes[0])
    said = log.get(log.MAIN, log.size(log.MAIN) - 1).body
    assert said["step"] == "invite" and not any(code in str(said) for code in codes)
    assert "1 of 2 used" in operator.get("/manage/invitations/").content.decode()


@pytest.mark.parametrize(
    ("number", "until"), [(0, SOON), (100_000, SOON), (1, "2020-01-01"), ("", "")]
)
def test_of_a_batch_that_cannot_be_nothing_is_made(operator, number, until):
    before = log.size(log.MAIN)
    assert made(operator, number, until).status_code == 422
    assert not Invitation.objects.exists() and log.size(log.MAIN) == before


def test_what_is_unused_is_withdrawn_and_what_was_used_stays_used(world, operator):
    batch = inviting.make(HOUSE, 3, SOON)
    invitations.use(batch.codes[0])
    page = operator.get("/manage/invitations/").content.decode()
    assert f"batch={batch.entry}&amp;then" in page
    said = {"batch": batch.entry, "reason": "单子丢了"}
    submit(operator, "/new/manage/withdraw/", said)
    assert not invitations.is_good(batch.codes[1]) and Invitation.objects.count() == 1
    body = log.get(log.MAIN, log.size(log.MAIN) - 1).body
    assert body["step"] == "withdraw" and body["data"]["unused"] == 2
    again = operator.post("/new/manage/withdraw/", said)
    assert again.status_code == 422


def test_the_page_of_rolls_shows_who_may_vote_and_its_hash(world, operator):
    budget = opened(world, announce(world))
    page = operator.get("/manage/rolls/").content.decode()
    assert budget.title in page and "people are on the roll" in page
    assert re.search(r"<code>[0-9a-f]{64}</code>", page)


def unseen(client):
    page = client.get("/manage/unseen/").content.decode()
    return re.findall(r'<h2><a href="([^"]+)"', page[page.index("<main") : page.index("</main>")])


def test_what_people_sent_in_waits_to_be_looked_at_oldest_first_until_it_was(world, operator):
    budget = announce(world)
    world.take("resident", budget, "idea", title="凉亭", text="好事", where="村口", estimate="4万")
    m = world.raised()
    world.take("resident", m, "holder-question", words="什么时候修？")
    answer = f"{m.url}question-answer/"
    assert unseen(operator) == [f"/budgets/{budget.pk}/ideas/", answer]
    assert (
        f'<time\n    datetime="{timezone.localdate():%Y-%m-%d}'
        in operator.get("/manage/unseen/").content.decode()
    )
    assert "2 things were sent in" in operator.get("/manage/").content.decode()
    world.take("clerk", budget, "admit", idea=1, cost="4万")
    assert unseen(operator) == [answer]


def test_what_waits_across_the_border_is_for_whoever_runs_that_side(world, operator):
    said = {"organisation": world["右县"], "role": "operator", "person": "p-neighbour"}
    act(HOUSE, "manage", "appoint", {**said, "since": timezone.localdate()})
    answers = {"title": "桥", "text": "坏了", "forum": world["右村驿站"]}
    m = world.take("neighbour", "consultation", "raise", **answers)
    world.take("neighbour", m, "holder-question", words="什么时候修？")
    assert unseen(operator) == []


def test_a_job_that_was_given_up_is_tried_again(operator):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, status, attempts)"
            " VALUES ('default', 'loop.sweep', 0, 'failed', 3) RETURNING id"
        )
        (key,) = cursor.fetchone()
    page = operator.get("/manage/notices/").content.decode()
    assert "Clearing away what was abandoned" in page and f"/manage/jobs/{key}/" in page
    assert operator.get(f"/manage/jobs/{key}/").status_code == 405
    assert operator.post(f"/manage/jobs/{key}/").status_code == 302
    assert ProcrastinateJob.objects.get(pk=key).status == "todo"
    assert "No job has failed." in operator.get("/manage/notices/").content.decode()


def test_the_page_of_administration_waits_for_nobody_elsewhere(operator, settings, monkeypatch):
    settings.OIDC_URL = "https://provider.invalid"
    monkeypatch.setattr("requests.get", lambda *_args, **_more: pytest.fail("somebody was asked"))
    assert operator.get("/manage/").status_code == 200
