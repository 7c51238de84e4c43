"""A panel drawn by lot: a roll, a lottery published before, a seed of two parts, substitutes; drawn again by anybody."""

import hashlib
import json

import pytest
from click.testing import CliRunner

from pilin.cli.decide import decide
from pilin.engine.act import act
from pilin.engine.models import Notice
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.actor import actor_of
from pilin.people.models import Account
from pilin.people.read_model import applying
from pilin.programmes.panel import pages
from pilin.programmes.panel.models import Panel, Volunteer
from tests.answers import find
from tests.test_replay import assert_rebuilding_changes_nothing

AGES = ("18-34", "35-49", "50-64")


@pytest.fixture
def panel(world):
    m = world.raised()
    return called(world, m)


def called(world, m, **said):
    answers = {
        "title": "灯装在哪里",
        "org": world["左村驿站"],
        "consultation": m.pk,
        "text": "选出装灯的地方，开两次会。",
        "size": 3,
        "quotas": "年龄 18-34 1-2\n年龄 35-49 1-2\n年龄 50-64 0-1\n性别 女 1-2\n性别 男 1-2",
        "until": "2099-01-05",
        **said,
    }
    return world.take("host", "panel", "call", **answers)


def people(world, m, n=9):
    """So many people of the left village put themselves down."""
    names = [f"v-{i}" for i in range(n)]
    world.known(*(f"p-{name}" for name in names))
    for i, name in enumerate(names):
        world.people[name] = Account.objects.create(username=name, person=f"p-{name}")
        said = {"age": AGES[i % 3], "sex": "女男"[i % 2], "agrees": "on"}
        act(actor_of(world.people[name]), m.pk, "join", said)
    return names


def drawn(world, m, n=9):
    people(world, m, n)
    world.take("host", m, "commit")
    world.take("resident", m, "word", word="今天下雨")
    return find(world.take("host", m, "draw"))


def who(number):
    return Volunteer.objects.get(number=number).person.removeprefix("p-")


def test_a_panel_is_drawn_seated_and_reports_into_its_consultation(world, panel, client):
    m = drawn(world, panel)
    chosen = m.panel.drawn["panel"]
    assert len(chosen) == 3 and m.state == "drawn"
    told = set(Notice.objects.filter(matter=m.pk, reason="place").values_list("person", flat=True))
    assert told == {f"p-{who(number)}" for number in chosen}
    for number in chosen:
        m = world.take(who(number), m, "seat", takes="yes")
    assert m.state == "sitting"
    consultation = find(m.panel.consultation)
    before = client.get(consultation.url).content.decode()
    assert m.url in before and "装在桥头" not in before
    m = world.take("host", m, "report", words="装在桥头和村口。")
    assert m.closed_how == "confirmed"
    assert "装在桥头" in client.get(m.url).content.decode()
    page = client.get(consultation.url).content.decode()
    assert "抽签小组" in page and "装在桥头和村口。" in page and "小组已提交意见" in page
    assert "未核到出处" in client.get(m.url).content.decode()
    assert_rebuilding_changes_nothing()


def test_the_command_gives_the_same_people_from_the_files_of_the_page(
    world, panel, client, tmp_path
):
    m = drawn(world, panel)
    for name in ("roll", "quotas", "lottery"):
        suffix = "json" if name == "lottery" else "csv"
        (tmp_path / f"{name}.{suffix}").write_bytes(client.get(f"/panels/{m.pk}/{name}").content)
    said = m.panel.drawn
    command = ["lots", str(tmp_path / "roll.csv"), str(tmp_path / "quotas.csv"), "--size", "3"]
    command += ["--lottery", str(tmp_path / "lottery.json"), "--seed", said["seed"], "--json"]
    done = CliRunner().invoke(decide, command)
    assert done.exit_code == 0, done.output
    again = json.loads(done.stdout)
    assert sorted(map(int, again["panel"])) == said["panel"]
    assert [[int(i) for i in row] for row in again["substitutes"]] == said["substitutes"]
    assert again["fingerprint"] == m.panel.committed["lottery"]["fingerprint"]


def test_the_seed_was_settled_by_two_before_anybody_could_know_the_panel(world, panel, client):
    people(world, panel)
    m = world.take("host", panel, "commit")
    page = client.get(m.url).content.decode()
    digest = find(m).panel.committed["seed_hash"]
    assert digest in page
    with pytest.raises(Refused):
        world.take("host", m, "word", word="我自己")  # whoever chose the first part
    with pytest.raises(Refused):
        world.take("host", m, "draw")
    world.take("resident", m, "word", word="今天下雨")
    with pytest.raises(Refused):
        world.take("neighbour", m, "word", word="换一句")
    m = find(world.take("host", m, "draw"))
    first, word = m.panel.drawn["seed"].split("|")
    assert hashlib.sha256(first.encode()).hexdigest() == digest and word == "今天下雨"


def test_whoever_does_not_take_the_seat_is_followed_by_the_next_of_those_alike(world, panel):
    m = drawn(
        world, panel, n=18
    )  # three of each type, of whom two may be drawn: one is left whatever the seed
    number = m.panel.drawn["panel"][0]
    own = Volunteer.objects.get(number=number)
    row = next(
        row
        for row in m.panel.drawn["substitutes"]
        if row and Volunteer.objects.get(number=row[0]).features == own.features
    )
    world.take(who(number), m, "seat", takes="no")
    assert Volunteer.objects.get(number=row[0]).seat == "asked"
    assert Volunteer.objects.filter(seat="asked").count() == 3
    with pytest.raises(Refused):
        world.take(who(number), m, "seat", takes="yes")
    assert_rebuilding_changes_nothing()


def test_nobody_is_on_the_roll_twice_or_without_a_seat_kept_for_them(world, panel):
    world.known("p-resident")
    said = {"age": "18-34", "sex": "女", "agrees": "on"}
    world.take("resident", panel, "join", **said)
    with pytest.raises(Refused):
        world.take("resident", panel, "join", **said)
    with pytest.raises(Refused) as why:
        world.take("host", panel, "join", **{**said, "age": "65+"})
    assert "No seat" in str(why.value.errors) or "没有您这一类" in str(why.value.errors)
    with pytest.raises(Refused):
        world.take("stranger", panel, "join", **said)  # nobody knows where they live
    world.take("resident", panel, "leave")
    assert not Volunteer.objects.exists()


def test_whoever_lives_in_none_of_the_places_cannot_join(world):
    m = called(world, world.raised(), quotas="村社 左村 3-3", size=3)
    world.take("resident", m, "join", agrees="on")
    with pytest.raises(Refused):
        world.take("neighbour", m, "join", agrees="on")  # lives in the right village


def test_quotas_that_no_panel_meets_are_told_with_what_would_help(world, panel):
    people(world, panel, n=2)
    with pytest.raises(Refused) as why:
        world.take("host", panel, "commit")
    assert "3" in str(why.value.errors)


@pytest.mark.parametrize(
    "quotas",
    [
        "年龄",
        "年龄 18-34",
        "年龄 18-34 4-2",
        "年龄 7-9 1-2",
        "身高 高 1-2",
        "性别 女 1-2\n性别 女 1-3",
        "村社 无此村 1-2",
    ],
)
def test_quotas_that_are_none_are_refused_by_their_line(world, quotas):
    with pytest.raises(Refused) as why:
        called(world, world.raised(), quotas=quotas)
    assert "quotas" in why.value.errors


def test_a_draw_that_the_seed_does_not_come_to_is_named_by_verify(world, panel):
    m = drawn(world, panel)
    assert list(pages.recounts()) == []
    said = m.panel.drawn
    with applying():
        Panel.objects.filter(pk=m.pk).update(drawn={**said, "panel": said["panel"][1:]})
    assert list(pages.recounts()) == [said["entry"]]


def test_no_name_stands_on_the_roll(world, panel, client):
    names = people(world, panel)
    m = world.take("host", panel, "commit")
    body = str(log.of_matter("main", m.pk)[-1].body["data"])
    files = "".join(client.get(f"/panels/{m.pk}/{n}").content.decode() for n in ("roll", "lottery"))
    assert not any(f"p-{name}" in body + files for name in names)


def test_the_first_part_of_the_seed_is_read_by_nobody_before_the_draw(world, panel, client):
    people(world, panel)
    m = world.take("host", panel, "commit")
    entry = log.of_matter("main", m.pk)[-1]
    assert "seed" not in entry.body["data"]
