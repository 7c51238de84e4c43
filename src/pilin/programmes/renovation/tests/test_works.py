"""After the vote: approvals, works, accounts, and what residents say."""

from datetime import UTC, datetime

import pytest

from pilin.engine import clock
from pilin.engine.models import Notice
from pilin.engine.refused import Refused
from pilin.programmes.renovation.models import Approval
from pilin.programmes.renovation.tests.walk import (
    approving,
    ask,
    finished,
    plan,
    publish,
    reason_of,
)


def test_a_renovation_goes_the_whole_way(world):
    m = publish(world, finished(world))
    assert (m.state, m.holder_org_id) == ("accepting", world["左村驿站"])
    m = world.take("neighbour", m, "confirm", rating=5)
    assert (m.state, m.closed_how) == ("closed", "confirmed")


def test_everybody_asked_is_told_and_the_nearest_day_is_the_due_day(world):
    Notice.objects.all().delete()
    m = approving(world)
    told = set(Notice.objects.filter(matter=m.pk, reason="yours").values_list("person", flat=True))
    assert {"p-lead", "p-lead-county"} <= told
    assert (m.holder_org_id, str(m.due)) == (world["左县"], "2099-01-05")
    m = world.take("lead-county", m, "grant", words="同意")
    assert (m.state, m.holder_org_id, str(m.due)) == ("approving", world["左镇"], "2099-02-01")


def test_a_department_answers_for_itself_alone(world):
    m = approving(world)
    with pytest.raises(Refused):
        world.take("lead-right", m, "grant", words="同意")
    world.take("lead-county", m, "grant", words="同意")
    with pytest.raises(Refused):
        world.take("lead-county", m, "grant", words="替镇里同意")
    assert Approval.objects.get(org=world["左镇"]).state == "asked"


def test_a_refusal_leads_back_to_the_plan_and_frees_the_others(world):
    m = world.take("lead", approving(world), "refuse", reason="消防通道不够宽")
    assert m.state == "planned"
    states = dict(Approval.objects.values_list("org_id", "state"))
    assert states == {world["左镇"]: "refused", world["左县"]: "void"}
    plan(world, m, "amend_plan", plan="电梯移到北面")
    world.take("host", m, "discuss", attendance=3, views="好")
    m = world.take("host", m, "resubmit", reason="业主同意装电梯，位置不变更表决内容")
    m = ask(world, m, 左镇="2099-03-01")
    assert Approval.objects.filter(round=2).count() == 1
    assert world.take("lead", m, "grant", words="同意").state == "approved"


def test_what_waits_for_a_department_is_on_its_desk(client, world):
    m = approving(world)
    client.force_login(world.people["lead"], "django.contrib.auth.backends.ModelBackend")
    assert m.url in client.get("/desk/").content.decode()
    world.take("lead", m, "grant", words="同意")
    assert f'href="{m.url}"' not in client.get("/desk/").content.decode()


def test_accounts_that_do_not_balance_are_refused(world):
    m = finished(world)
    with pytest.raises(Refused) as refused:
        publish(world, m, remainder="3万")
    assert "账不平" in reason_of(refused)
    with pytest.raises(Refused):
        publish(world, m, left_to="")


def test_a_dispute_reopens_the_works(world):
    m = publish(world, finished(world))
    m = world.take("neighbour", m, "dispute", reason="灯没有亮")
    assert (m.state, m.stage) == ("under_way", "decided")


def test_one_of_many_residents_does_not_close_it_alone(world):
    m = finished(world)
    for login in ("resident", "lead", "delegate"):
        world.take(login, m, "join")
    m = publish(world, m)
    for login in ("neighbour", "resident"):
        m = world.take(login, m, "confirm", rating=4)
        assert m.is_open
    with pytest.raises(Refused):
        world.take("neighbour", m, "confirm", rating=4)
    assert not world.take("lead", m, "confirm", rating=4).is_open


def test_the_committee_does_not_accept_its_own_work(world):
    m = finished(world)
    with pytest.raises(Refused):
        world.take("host", publish(world, m), "confirm", rating=5)


def test_silence_closes_and_is_counted_apart(world):

    m = publish(world, finished(world))
    clock.tick(datetime(2099, 6, 1, 1, tzinfo=UTC))
    m.refresh_from_db()
    assert (m.state, m.closed_how) == ("lapsed", "silence")
