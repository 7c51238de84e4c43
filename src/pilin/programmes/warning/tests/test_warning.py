"""A warning comes in, is shown where it concerns, is passed on by every station, replaced, lifted, and over."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from pilin.deciding.alerts.tests.made import about, message, signed, signer
from pilin.engine import clock
from pilin.engine.act import act
from pilin.engine.models import Matter, Notice
from pilin.engine.moment_models import Moment
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.read_model import applying
from pilin.programmes.warning.models import Duty, Warning
from pilin.programmes.warning.polling import name_the_late
from pilin.programmes.warning.turns import turns
from pilin.telling import following
from pilin.wording import saying
from tests.test_replay import assert_rebuilding_changes_nothing

from .made import at, issuer, later, minutes, received, typed


def shown(client, path="/", language="en"):
    return client.get(path, headers={"accept-language": language}).content.decode()


def refused(world, text, login="lead-county", step="receive", matter="warning", **said):
    with translation.override("en"):
        with pytest.raises(Refused) as why:
            world.take(login, matter, step, message=text, **{"org": world["左县"], **said})
        errors = why.value.errors or {}
        return " ".join([str(why.value), *(str(e) for es in errors.values() for e in es)])


def test_it_stands_on_the_pages_of_its_places_and_of_no_others(world, client):
    received(world, more="<geocode><valueName>x</valueName><value>999999</value></geocode>")
    for name in ("左县", "左镇", "左村"):
        assert "Rainstorm · Orange" in shown(client, f"/places/{world[name]}/"), name
    assert "Rainstorm" not in shown(client, f"/places/{world['右村']}/")
    assert "Warnings that stand now" in shown(client) and "暴雨" in shown(client, language="zh")


def test_home_speaks_the_language_of_whoever_reads_whoever_read_before(world, client, monkeypatch):
    monkeypatch.setattr(saying, "_language", lambda: translation.get_language() or "en")
    received(world)
    assert "Rainstorm" in shown(client) and "暴雨" not in shown(client, language="en").replace(
        "发布暴雨橙色预警信号", ""
    )
    chinese = shown(client, language="zh-hans")
    assert "暴雨" in chinese and "Rainstorm" not in chinese


def test_each_station_says_how_it_passed_it_on_by_an_hour(world, client):
    m = received(world)
    duty = Duty.objects.get(warning=m.pk)
    assert duty.org_id == world["左村驿站"]
    assert timedelta(hours=1, minutes=59) < duty.by - timezone.now() <= timedelta(hours=2)
    host = world.actor("host")
    assert list(turns(host.offices)) == [m.pk]
    told = Notice.objects.filter(matter=m.pk, reason="yours").values_list("person", flat=True)
    assert "p-host" in told
    assert "not yet" in shown(client, m.url)
    m = world.take("host", m, "pass_on", ways=["loud", "door"], reached=120)
    assert m.state == "passed" and not turns(host.offices)
    page = shown(client, m.url)
    assert "By loudspeaker, From door to door" in page and "120" in page
    assert_rebuilding_changes_nothing()


def test_whoever_lets_the_hour_pass_is_named_in_the_record_once(world):
    m = received(world, at=minutes(-150), hours=24)
    assert name_the_late() == 1 and name_the_late() == 0
    entry = Matter.objects.get(pk=m.pk).last
    duty = Duty.objects.get(warning=m.pk)
    assert duty.missed == entry
    assert Notice.objects.filter(entry=entry, person="p-lead-county").exists()
    world.take("host", m, "pass_on", ways=["gong"])  # late is better than never
    assert Duty.objects.get(warning=m.pk).done > duty.by


def test_a_newer_message_replaces_it_and_is_to_be_passed_on_anew(world, client):
    first = minutes(-90)
    m = received(world, at=first)
    world.take("host", m, "pass_on", ways=["loud"], at=minutes(-80))
    sent = first - timedelta(minutes=1)
    m = later(
        world, m, "Update", "330482-2", ("330482-1", sent), minutes(-30),
        colour="red", headline="升级为红色",
    )  # fmt: skip
    assert m.state == "standing" and m.title == "升级为红色"
    page = shown(client)
    assert "升级为红色" in page and "发布暴雨橙色" not in page
    assert Duty.objects.filter(warning=m.pk, done=None).count() == 1
    assert_rebuilding_changes_nothing()


def test_an_older_message_that_comes_late_does_not_replace_a_newer_one(world):
    m = received(world, at=minutes(-20))
    text = message(
        "330482-0", kind="Update", sent=minutes(-60), before=about("330482-1", minutes(-21))
    )
    assert "newer message" in refused(world, text, step="update", matter=m)


def test_what_is_lifted_stands_no_longer_and_what_came_of_it_is_said(world, client):
    m = received(world, at=minutes(-20))
    m = later(world, m, "Cancel", "330482-2", ("330482-1", minutes(-21)), minutes(-1))
    assert m.state == "over" and "Warnings that stand now" not in shown(client)
    assert "lifted" in shown(client, m.url)
    m = world.take("lead-county", m, "account", words="都通知到了。")
    assert m.state == "closed"
    assert_rebuilding_changes_nothing()


def test_what_ends_is_shown_no_more_at_that_moment_though_no_job_ran(world, client):
    """Kept pages go by positions: they must know that something ends by the hour."""
    m = received(world)
    first = client.get("/", headers={"accept-language": "en"})
    known = {"accept-language": "en", "if-none-match": first.headers["ETag"]}
    assert "Warnings that stand now" in first.content.decode()
    assert client.get("/", headers=known).status_code == 304
    with applying():  # as if its hours had passed
        ends = timezone.now() - timedelta(seconds=1)
        Moment.objects.filter(matter=m.pk, at=Warning.objects.get().ends).update(at=ends)
        Warning.objects.update(ends=ends)
    again = client.get("/", headers=known)
    assert again.status_code == 200
    assert "Warnings that stand now" not in again.content.decode()


def test_the_calendar_moves_it_on_the_day_after_it_ended(world):
    m = received(world, at=minutes(-30), hours=1)
    assert clock.tick(minutes(20)) == 0
    clock.tick(timezone.now() + timedelta(days=2))
    assert Matter.objects.get(pk=m.pk).state == "over"


def test_two_sides_with_different_colours_stand_side_by_side(world, client):
    received(world)
    text = message("310116-1", words="右镇", colour="yellow", headline="右边的黄色预警")
    world.take("lead-right", "warning", "receive", message=text, org=world["右镇"])
    page = shown(client, "/warnings/")
    assert "in different colours" in page
    assert "warn-orange" in page and "warn-yellow" in page


def test_an_exercise_says_so_everywhere_and_counts_apart(world, client):
    m = received(world, status="Exercise", headline="演练防汛")
    assert m.title == "演练：演练防汛"
    for path in ("/", "/warnings/", f"/places/{world['左村']}/", m.url):
        assert "Exercise" in shown(client, path), path
    figures = shown(client, "/figures/")
    assert "Exercises of warnings" in figures
    feed = client.get(reverse("warning:feed")).content.decode()
    assert "Exercise" in feed or "演练" in feed


def test_the_same_message_is_taken_in_once(world):
    received(world)
    assert "not taken in twice" in refused(world, message("330482-1"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"words": "火星"}, "no place"),
        ({"hours": 1, "sent": minutes(-120)}, "It is over"),
        ({"sent": minutes(120)}, "still to come"),
        ({"kind": "Cancel", "before": about("x", minutes(-5))}, "does something else"),
    ],
)
def test_what_cannot_stand_here_is_refused_with_its_reason(world, said, why):
    assert why in refused(world, message(**said))


def test_an_issuer_that_signs_is_believed_only_when_signed(world):
    issuer(world, certificate=signer()[1])
    assert "not signed by 左县气象台" in refused(world, message())
    assert "not signed by" in refused(world, signed(message(), signer("other")))
    changed = signed(message()).replace("三小时", "两小时")
    assert "does not fit" in refused(world, changed)
    m = world.take(
        "lead-county", "warning", "receive", message=signed(message()), org=world["左县"]
    )
    assert Warning.objects.get(pk=m.pk).signature == "known"


def test_residents_are_told_and_say_once_whether_it_reached_them(world, client):
    following.spread()
    m = received(world)
    following.spread()
    assert Notice.objects.filter(matter=m.pk, person="p-resident").exists()
    assert not Notice.objects.filter(matter=m.pk, person="p-neighbour").exists()
    world.take("resident", m, "heard", reached="no")
    with pytest.raises(Refused):
        world.take("resident", m, "heard", reached="yes")
    with pytest.raises(Refused):
        world.take("stranger", m, "heard", reached="yes")
    assert "0 of 1 residents" in shown(client, m.url)


def test_nobody_but_an_office_takes_one_in_and_only_its_own_lifts_it(world):
    assert "can be done by" in refused(world, message(), login="resident")
    m = received(world)
    text = message("z", kind="Cancel", before=about("330482-1", minutes(-1)), sent=minutes(0))
    assert "can be done by" in refused(world, text, "lead-right", "cancel", m)


def test_one_typed_from_the_telephone_keeps_its_issuers_number(world, client):
    number = issuer(world)
    ends = timezone.localtime() + timedelta(hours=5)
    m = world.take(
        "lead-county",
        "warning",
        "enter",
        org=world["左县"],
        issuer=number,
        identifier="县气〔2099〕7号",
        sent=timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        until=ends.strftime("%Y-%m-%dT%H:%M"),
        event="fog",
        colour="yellow",
        headline="大雾黄色预警",
        description="能见度低于五百米。",
        places=[world["左村"]],
    )
    row = Warning.objects.get(pk=m.pk)
    assert (row.identifier, row.sender_name) == ("县气〔2099〕7号", "左县气象台")
    assert (
        datetime.fromisoformat(row.ends.isoformat()).hour == ends.astimezone(row.ends.tzinfo).hour
    )
    assert "by telephone or letter" in shown(client, m.url)


def test_one_that_was_typed_is_replaced_and_lifted_by_forms(world, client):
    m = typed(world, issuer(world))
    with pytest.raises(Refused):  # older than what stands
        typed(world, 0, m, identifier="县气〔2099〕8号", sent=at(-20))
    m = typed(world, 0, m, identifier="县气〔2099〕8号", sent=at(-5), colour="orange")
    row = Warning.objects.get(pk=m.pk)
    assert (row.identifier, row.colour, m.state) == ("县气〔2099〕8号", "orange", "standing")
    said = log.of_matter("main", m.pk)[-1].body["data"]
    assert [r["identifier"] for r in said["references"]] == ["县气〔2099〕7号"]
    assert "Dense fog" in shown(client)
    m = world.take(
        "lead-county", m, "lift", identifier="县气〔2099〕9号", sent=at(-1), note="雾散了"
    )
    assert m.state == "over" and Warning.objects.get(pk=m.pk).cancelled
    assert "Dense fog" not in shown(client)
    assert_rebuilding_changes_nothing()


def test_what_came_as_a_message_is_changed_by_messages_alone(world):
    m = received(world)
    with pytest.raises(Refused):
        typed(world, 0, m, identifier="县气〔2099〕8号", sent=at(0))


def test_one_that_is_typed_may_say_it_in_two_languages(world):
    m = typed(
        world, issuer(world), headline_en="Fog at the bridge", description_en="You see 500 metres."
    )
    for language, words, more in (
        ("zh-hans", "大雾黄色预警", "能见度低于五百米。"),
        ("en", "Fog at the bridge", "You see 500 metres."),
    ):
        reader = Client(headers={"accept-language": language})
        assert words in reader.get("/").content.decode(), language
        assert more in reader.get(m.url).content.decode(), language


def test_one_taken_in_by_mistake_is_gone_from_pages_and_stays_in_the_record(world, client):
    m = received(world)
    m = world.take("lead-county", m, "mistaken", reason="是别的县的")
    assert m.state == "mistaken"
    assert "Rainstorm" not in shown(client)
    assert "taken in by mistake" in shown(client, m.url)
    assert_rebuilding_changes_nothing()


def test_the_house_takes_in_for_the_organisation_that_passes_it_on(world):
    record = act(HOUSE, "warning", "receive", {"message": message(), "org": world["左县"]})
    m = Matter.objects.get(pk=record.body["matter"])
    assert m.org_id == world["左县"] and m.holder_org_id == world["左县"]
    assert Warning.objects.get(pk=m.pk).way == "address"
