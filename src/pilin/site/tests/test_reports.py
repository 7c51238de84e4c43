"""Words are reported, struck or left standing with a reason, and what was struck is told to everybody."""

import pytest
from django.test import Client

from pilin.engine.erase import erase_person
from pilin.engine.models import Matter, Notice
from pilin.engine.moderation_models import Report, Strike
from pilin.engine.refused import Refused
from pilin.ledger import log, sealed_parts
from pilin.telling import following
from tests.test_replay import assert_rebuilding_changes_nothing

INSULT = "隔壁那家人都是骗子。"


@pytest.fixture
def matter(world):
    return world.raised(text=INSULT)


def signed_in(world, login):
    client = Client(headers={"accept-language": "en"})
    if login:
        client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
    return client


def report(world, matter, login="", why="insult", words=""):
    where = f"/report/{matter.pk}/"
    said = {"which": [f"{matter.pk}:data.text"], "why": why, "words": words}
    return signed_in(world, login).post(where, said)


def told(matter):
    return set(Notice.objects.filter(matter=matter.pk).values_list("person", "reason"))


@pytest.mark.parametrize("login", ["", "stranger", "neighbour", "host"])
def test_anybody_reports_words_and_nobody_can_see_who_it_was(world, matter, login):
    page = report(world, matter, login, words="他们在说我").content.decode()
    assert "Thank you" in page
    entry = log.of_matter("main", matter.pk)[-1]
    assert (entry.body["step"], entry.body["actor"]) == ("words-report", "house")
    reporter = f"p-{login}" if login else ""
    assert reporter not in str(entry.body) or not reporter
    assert sealed_parts.sealed("main", entry.number).get("reporter", "") == reporter
    shown = signed_in(world, "").get(matter.url).content.decode()
    assert "received a report about words" in shown and "他们在说我" not in shown


def test_the_office_in_charge_sees_why_and_how_many_say_so_as_one(world, matter):
    report(world, matter, "neighbour", words="他们在说我")
    report(world, matter, "stranger"), report(world, matter, why="false")
    page = signed_in(world, "host").get("/reports/").content.decode()
    assert page.count(INSULT) == 1 and "他们在说我" in page
    assert "It insults or threatens (2)" in page and "It is not true (1)" in page
    assert INSULT not in signed_in(world, "host-right").get("/reports/").content.decode()
    assert "Words here were reported" in signed_in(world, "host").get(matter.url).content.decode()
    assert "Words here were reported" not in signed_in(world, "").get(matter.url).content.decode()


def test_several_reports_ring_once_and_the_next_ones_are_not_even_entered(world, matter):
    for n in range(9):
        report(world, matter, why="insult" if n % 2 else "false")
    assert Report.objects.count() == 5
    assert "already" in report(world, matter, "neighbour").content.decode()
    came = Notice.objects.filter(person="p-host", reason="came", matter=matter.pk)
    assert came.count() == 1


def test_whoever_follows_a_matter_is_not_told_of_a_report_but_of_what_came_of_it(world, matter):
    following.spread()
    following.begin("p-stranger", f"matter:{matter.pk}")
    report(world, matter, "neighbour")
    following.spread()
    assert not Notice.objects.filter(person="p-stranger")
    world.take("host", matter, "words-leave", which=f"{matter.pk}:data.text", reason="是事实")
    following.spread()
    assert Notice.objects.get(person="p-stranger").reason == "follows"


def test_one_person_reports_five_things_a_day(world, matter, settings):
    others = [world.raised("neighbour", title=f"第{n}件", text=INSULT) for n in range(3)]
    for n, m in enumerate([matter, *others, matter, matter]):
        answer = report(world, m, "stranger")
        assert answer.status_code == (422 if n == 5 else 200)


def test_what_is_struck_after_a_report_is_told_to_whoever_reported_and_whoever_wrote(world, matter):
    report(world, matter, "neighbour")
    world.take("host", matter, "words-strike", which=[f"{matter.pk}:data.text"], reason="侮辱他人")
    assert {("p-neighbour", "looked"), ("p-resident", "struck")} <= told(matter)
    assert Report.objects.get().struck and Strike.objects.get().reported
    page = signed_in(world, "").get("/struck/").content.decode()
    assert "侮辱他人" in page and INSULT not in page and "after a report" in page
    assert INSULT not in signed_in(world, "host").get("/reports/").content.decode()
    host = Notice.objects.get(person="p-host", reason="came", matter=matter.pk)
    assert host.settled  # nobody is asked any more


def test_what_is_left_standing_has_a_public_reason_and_asks_nobody_any_more(world, matter):
    report(world, matter, "neighbour")
    key = f"{matter.pk}:data.text"
    world.take("host", matter, "words-leave", which=key, reason="是事实，有判决书")
    assert ("p-neighbour", "looked") in told(matter)
    page = signed_in(world, "").get(matter.url).content.decode()
    assert "是事实，有判决书" in page and INSULT in page
    assert Notice.objects.get(person="p-host", reason="came", matter=matter.pk).settled
    with pytest.raises(Refused):
        world.take("host", matter, "words-leave", which=key, reason="再说一次")


def test_whoever_is_asked_to_look_is_asked_until_the_last_report_is_settled(world, matter):
    report(world, matter, "neighbour")  # rings
    said = {"which": [f"{matter.pk}:data.title"], "why": "false"}
    signed_in(world, "stranger").post(f"/report/{matter.pk}/", said)  # other words, and does not
    came = Notice.objects.filter(person="p-host", reason="came", matter=matter.pk)
    world.take("host", matter, "words-leave", which=f"{matter.pk}:data.text", reason="是事实")
    assert came.get().settled is None
    world.take("host", matter, "words-leave", which=f"{matter.pk}:data.title", reason="没有不妥")
    assert came.get().settled


def test_reported_again_after_that_it_is_the_office_above_that_answers(world, matter):
    key = f"{matter.pk}:data.text"
    report(world, matter, "neighbour")
    world.take("host", matter, "words-leave", which=key, reason="是事实")
    report(world, matter, "neighbour")
    assert Report.objects.latest("pk").again
    with pytest.raises(Refused):
        world.take("host", matter, "words-leave", which=key, reason="我说了是事实")
    assert INSULT in signed_in(world, "clerk").get("/reports/").content.decode()
    world.take("clerk", matter, "words-leave", which=key, reason="核实过")


def test_nobody_leaves_their_own_words_standing(world):
    m = world.raised()
    world.take("host", m, "accept", reason=INSULT)
    number = Matter.objects.get(pk=m.pk).last
    said = {"which": [f"{number}:data.reason"], "why": "insult"}
    signed_in(world, "").post(f"/report/{m.pk}/", said)
    with pytest.raises(Refused):
        world.take("host", m, "words-leave", which=f"{number}:data.reason", reason="没事")
    world.take("clerk", m, "words-leave", which=f"{number}:data.reason", reason="没事")


def test_whoever_wrote_it_appeals_and_the_office_above_answers(world, matter):
    world.take("host", matter, "words-strike", which=[f"{matter.pk}:data.text"], reason="侮辱他人")
    (strike,) = Strike.objects.all()
    for login in ("neighbour", "host"):
        with pytest.raises(Refused):
            world.take(login, matter, "strike-appeal", strike=strike.pk, reason="不对")
    world.take("resident", matter, "strike-appeal", strike=strike.pk, reason="没有点名任何人")
    assert ("p-clerk", "came") in told(matter)
    with pytest.raises(Refused):
        world.take("resident", matter, "strike-appeal", strike=strike.pk, reason="再来")
    with pytest.raises(Refused):
        world.take("host", matter, "appeal-answer", strike=strike.pk, right="no", answer="没错")
    world.take(
        "clerk", matter, "appeal-answer", strike=strike.pk, right="yes", answer="不该删，请重写"
    )
    assert ("p-resident", "looked") in told(matter)
    page = signed_in(world, "").get("/struck/").content.decode()
    assert "it may be written anew" in page and "不该删" in page
    assert_rebuilding_changes_nothing()


def test_whoever_strikes_their_own_words_appeals_against_nobody(world, matter):
    world.take(
        "resident", matter, "words-strike", which=[f"{matter.pk}:data.text"], reason="写错了"
    )
    with pytest.raises(Refused):
        world.take(
            "resident", matter, "strike-appeal", strike=Strike.objects.get().pk, reason="不对"
        )
    assert "by its writer" in signed_in(world, "").get("/struck/").content.decode()


def test_reports_are_the_same_after_a_replay(world, matter):
    report(world, matter, "neighbour"), report(world, matter)
    world.take("host", matter, "words-leave", which=f"{matter.pk}:data.text", reason="是事实")
    report(world, matter, "neighbour")
    world.take("host", matter, "words-strike", which=[f"{matter.pk}:data.text"], reason="侮辱他人")
    assert_rebuilding_changes_nothing()


def test_nobody_floods_a_host_with_matters(world):
    for n in range(5):
        world.raised(title=f"第{n}件事")
    with pytest.raises(Refused) as refused:
        world.raised(title="第六件事")
    assert "5" in str(refused.value.errors["__all__"])
    first = Matter.objects.order_by("pk").filter(kind="consultation").first()
    world.take("host", first, "accept", reason="公共事务")
    world.raised(title="第六件事")


def test_what_somebody_reported_is_held_of_them_and_erased_with_them(world, matter):
    report(world, matter, "stranger", words="他们在说我")
    report(world, matter, "neighbour", words="我也看到了")
    number = Report.objects.order_by("pk").first().pk
    held = signed_in(world, "stranger").get("/held/pilin.json").content.decode()
    assert "他们在说我" in held and "我也看到了" not in held
    erase_person("p-stranger")
    assert sealed_parts.sealed("main", number) is None
    page = signed_in(world, "host").get("/reports/").content.decode()
    assert "他们在说我" not in page and "我也看到了" in page
