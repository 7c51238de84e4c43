"""An agreement, from draft to shared space."""

import pytest

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.programmes.agreement.models import Agreement, LeadProject, Signature


@pytest.fixture
def draft(world):
    return world.take(
        "lead",
        "agreement",
        "draft",
        title="河道合作协议",
        org=world["左镇"],
        parties=[world["右镇"]],
        fields_of_work="水环境\n人才",
        text="一起办",
        until="2099-01-05",
    )


def test_it_is_in_force_only_once_every_party_has_signed(world, draft):
    half = world.take("lead", draft, "sign")
    assert half.state == "drafted"
    whole = world.take("lead-right", draft, "sign")
    assert (whole.state, whole.sides) == ("in_force", "ab")
    entries = set(Signature.objects.values_list("entry", flat=True))
    assert {log.get(LOG, n).body["step"] for n in entries} == {"sign"}


def test_nobody_without_the_office_signs(world, draft):
    size = log.size(LOG)
    for login in ("clerk", "resident", "lead-county", "host"):
        with pytest.raises(Refused) as refusal:
            world.take(login, draft, "sign")
        assert refusal.value.code == "forbidden"
    assert log.size(LOG) == size


def test_nobody_signs_twice_for_one_party(world, draft):
    world.take("lead", draft, "sign")
    with pytest.raises(Refused):
        world.take("lead", draft, "sign")
    assert Matter.objects.get(pk=draft.pk).state == "drafted"


def test_an_objection_voids_the_signatures(world, draft):
    world.take("lead", draft, "sign")
    world.take("lead-right", draft, "object", reason="费用未定")
    assert not Signature.objects.exists()
    world.take("lead-right", draft, "sign")
    assert world.take("lead", draft, "sign").state == "in_force"


def test_what_was_signed_is_not_redrafted(world, draft):
    world.take("lead", draft, "sign")
    with pytest.raises(Refused):
        world.take("lead", draft, "redraft")


def test_one_party_alone_is_no_agreement(world):
    with pytest.raises(Refused) as refusal:
        world.take(
            "lead",
            "agreement",
            "draft",
            title="独自",
            org=world["左镇"],
            parties=[world["左镇"]],
            fields_of_work="水",
            text="x",
            until="2099-01-05",
        )
    assert "parties" in refusal.value.errors


@pytest.fixture
def in_force(world, draft):
    world.take("lead", draft, "sign")
    return world.take("lead-right", draft, "sign")


def listed(world, agreement):
    return world.take(
        "lead-right",
        agreement,
        "lead_project",
        field=2,
        title="互派农技员",
        lead=world["右镇"],
        partners=[world["左镇"]],
        official="分管农业的副镇长",
        finish="2099-01-05",
    )


def test_a_lead_project_becomes_a_project_under_its_field(world, in_force):
    listed(world, in_force)
    project = Matter.objects.get(source=in_force)
    assert (project.kind, project.outcome, project.title) == ("project", 2, "互派农技员")
    assert LeadProject.objects.get().official == "分管农业的副镇长"


def test_work_under_each_field_is_counted(world, in_force, client):
    listed(world, in_force)
    page = client.get(in_force.url, headers={"accept-language": "zh-hans"}).content.decode()
    assert "互派农技员" in page and "分管农业的副镇长" in page


def test_only_an_agreement_in_force_opens_a_shared_space(world, draft, client):
    address = f"/agreements/{draft.pk}/space/"
    assert client.get(address).status_code == 404
    world.take("lead", draft, "sign")
    world.take("lead-right", draft, "sign")
    listed(world, draft)
    assert "互派农技员" in client.get(address).content.decode()


def test_a_renewal_is_signed_by_everybody_again(world, in_force):
    world.take("lead", in_force, "renew", until="2099-12-31", words="延长")
    assert world.take("lead-right", in_force, "sign").state == "drafted"
    assert world.take("lead", in_force, "sign").state == "in_force"
    assert Agreement.objects.get().until.isoformat() == "2099-12-31"


def test_a_lead_project_is_confirmed_without_its_agreement(world, in_force):
    listed(world, in_force)
    p = Matter.objects.get(source=in_force)
    for login, step, answers in (
        ("lead-right", "approve", {"words": "好"}),
        ("lead-right", "start", {"start": "2026-03-10"}),
        ("lead-right", "deliver", {"words": "完"}),
        ("lead", "accept", {"words": "好"}),
        ("lead", "confirm", {"words": "好"}),
    ):
        p = world.take(login, p, step, **answers)
    assert p.closed_how == "confirmed"


def test_a_renewal_given_up_leaves_the_agreement_as_it_was(world, in_force):
    world.take("lead", in_force, "renew", until="2099-12-31", words="延长")
    for step in ("withdraw", "redraft"):
        with pytest.raises(Refused):
            world.take("lead", in_force, step, reason="x")
    found = world.take("lead-right", in_force, "keep_old", reason="条件未谈拢")
    assert found.state == "in_force"
    assert Agreement.objects.get().until.isoformat() == "2099-01-05"


def test_what_has_climbed_to_the_agenda_still_expires(world, in_force):
    from datetime import UTC, datetime, timedelta

    from pilin.engine import clock

    now = datetime(2098, 1, 6, 4, tzinfo=UTC)
    for day in range(60):
        clock.tick(now + timedelta(days=day))
    assert Matter.objects.get(pk=in_force.pk).climbed == 3
    clock.tick(datetime(2099, 1, 6, 4, tzinfo=UTC))
    assert Matter.objects.get(pk=in_force.pk).state == "expired"


def test_it_expires_by_the_calendar(world, in_force):
    from datetime import UTC, datetime

    from pilin.engine import clock

    clock.tick(datetime(2099, 1, 6, 4, tzinfo=UTC))
    assert Matter.objects.get(pk=in_force.pk).state == "expired"
