"""One meaning of each figure on every page, each number leading to its matters, all recomputable."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from pilin.cli.decide import decide
from pilin.deciding.promises import ALL
from pilin.deciding.promises import figures as of_courses
from pilin.engine import clock
from pilin.engine.erase import erase_person
from pilin.engine.models import Course, DueDay, Matter
from pilin.ledger import log
from pilin.publishing import promises, recomputed
from pilin.simulate.filling import simulate
from tests.numbers import found_at, numbers
from tests.records import record
from tests.world import MONDAY


def page(client, address, language="en"):
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def both_ways(side="", since=None):
    """The figures as the tables give them, and as the record alone does."""
    today = timezone.localdate()
    asked = promises.figures(today, since, side)
    alone = recomputed.figures(None, today, since, side)
    offices = {int(org): row for org, row in alone["offices"].items()}
    for row in offices.values():
        del row["name"]
    return asked, {"now": alone["now"], "trend": alone["trend"], "offices": offices}


#: Pages of what nobody waits for: documents, lots, what was called back.
THINGS = ("/policies/", "/lots/", "/lots/recalls/", "/warnings/")


@pytest.fixture
def busy(world):
    """Matters on both sides and across: in time, overdue, confirmed, silent, withdrawn, recorded."""
    days = timedelta(days=1)
    world.raised(at=MONDAY)
    world.raised("neighbour", forum=world["右村驿站"], at=MONDAY)
    m = world.raised(at=MONDAY)
    world.take("host", m, "accept", reason="公共事务", at=MONDAY + 30 * days)  # weeks too late
    m, _p = world.delivered()  # with the town across
    world.take("resident", m, "confirm", rating=5)
    world.delivered()
    world.converted()
    ask = {"title": "用电", "text": "报装", "desk": world["左服务中心"]}
    for n in range(6):
        m = world.take("resident", "service", "ask", **ask)
        world.take("desk", m, "assign", to=world["左镇"], reason="转办") if n > 1 else None
    return world


def pages(client, world):
    """Every page that shows counts of matters."""
    found = ["/", "/places/", "/work/", "/forums/"]
    found += [f"/matters/?{more}" for more in ("", "side=a", "side=b", "side=ab", "kind=project")]
    found += [f"/figures/?{more}" for more in ("", "side=a", "period=all", "period=year&side=b")]
    found += re.findall(r'<h2><a href="(/[a-z]+/)"', page(client, "/work/"))
    found += [f"/places/{world[name]}/" for name in ("左县", "左村", "右镇")]
    found += [f"/organisations/{world[name]}/" for name in ("左镇", "右镇", "左村驿站")]
    found += [f"/forums/{world['左村驿站']}/", f"/services/desks/{world['左服务中心']}/"]
    return found


def test_every_number_leads_to_as_many_matters(client, busy):
    seen = {}
    for address in pages(client, busy):
        there = numbers(page(client, address))
        assert there or address in THINGS, address
        for n, leads_to in there:
            if leads_to not in seen:
                seen[leads_to] = found_at(lambda a: page(client, a), leads_to)
            assert seen[leads_to] == (n, n), (address, leads_to)
    assert len({n for n, _rows in seen.values()}) > 3  # not all of them the same


def test_the_sides_add_up_to_what_is_said_of_both(client, busy):
    today = timezone.localdate()
    a, b, whole = (promises.figures(today, side=side)["now"] for side in ("a", "b", ""))
    both = Matter.objects.filter(is_open=True, sides="ab", kind__in=["consultation", "project"])
    assert a["open"] + b["open"] - whole["open"] == both.count() > 0
    for address in ("/", "/places/"):
        assert f"{both.count()} of the open" in page(client, address)
        assert f"{whole['open']} open</a>" in page(client, address)


def test_the_places_of_a_side_and_what_lies_in_none_make_the_side(client, busy):
    html = page(client, "/places/")
    for side, county in (("a", "左县"), ("b", "右县")):
        n = {address: n for n, address in numbers(html)}
        inside = n[f"/matters/?show=open&place={busy[county]}"]
        beside = n.get(f"/matters/?show=open&side={side}&outside={busy[county]}", 0)
        assert inside + beside == n[f"/matters/?show=open&side={side}"]


@pytest.mark.parametrize("side", ["", "a", "b"])
@pytest.mark.parametrize("since", [None, MONDAY.date() + timedelta(days=25)])
def test_the_record_alone_gives_what_the_page_says(busy, side, since):
    asked, alone = both_ways(side, since)
    assert asked == alone
    assert asked["offices"] and asked["trend"]


def test_made_up_matters_give_the_same_figures_both_ways(db):
    simulate(400, 100, seed=3)
    asked, alone = both_ways(since=timezone.localdate() - timedelta(days=120))
    assert asked == alone
    whole = asked["offices"][ALL]
    assert min(whole[key] for key in ("held", "late", "waiting", "kept", "broken")) > 0
    assert whole["answered"]["most"] >= whole["answered"]["half"] > 0


def test_what_is_erased_changes_no_figure(busy):
    before = both_ways()
    erase_person(busy.people["resident"].person)
    assert both_ways() == before


def test_a_step_taken_back_never_was_an_answer_or_a_due_day_kept(world):
    m = world.raised()
    world.take("resident", m, "take_back")
    assert Course.objects.get(pk=m.pk).done is None and not DueDay.objects.exists()
    asked, alone = both_ways()
    assert asked == alone and asked["now"]["open"] == 0


def test_a_matter_that_climbs_counts_its_due_day_once(world):
    m = world.raised(at=MONDAY)
    for week in range(1, 9):
        clock.tick(MONDAY + timedelta(weeks=week))
    assert Matter.objects.get(pk=m.pk).climbed == 3
    station = promises.figures(timezone.localdate())["offices"][world["左村驿站"]]
    assert (station["broken"], station["kept"], station["waiting"]) == (1, 0, 1)
    world.take("host", m, "accept", reason="公共事务")
    station = promises.figures(timezone.localdate())["offices"][world["左村驿站"]]
    assert (station["broken"], station["kept"], station["waiting"]) == (1, 0, 0)


def test_few_are_told_one_by_one(client, busy):
    row = promises.figures(timezone.localdate())["offices"][busy["左镇"]]
    assert 0 < row["answered"]["n"] < 5 and row["answered"]["half"] is None
    assert f"Too few: {', '.join(map(str, row['answered']['each']))}" in page(client, "/figures/")


@pytest.mark.parametrize("block", ["now", "trend", "offices", "registers"])
def test_each_block_is_a_table_that_excel_reads(client, busy, block):
    for language, word in (("zh-hans", "在办"), ("en", "Open")):
        answer = client.get(f"/figures/{block}.csv", headers={"accept-language": language})
        assert answer.content.startswith(b"\xef\xbb\xbf") and "csv" in answer["Content-Type"]
        head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert rows and {len(row) for row in rows} == {len(head)}
        assert all(re.search(r" \([a-z_]+\)$", title) for title in head)
        assert block != "now" or head[0] == f"{word} (open)"
    assert client.get("/figures/nothing.csv").status_code == 404


def test_the_page_says_as_of_when_and_what_each_figure_means(client, busy):
    html = page(client, "/figures/")
    assert f"entry {log.size('main') - 1}</a>" in html
    for figure in ("Days to the first answer", "Due days not kept", "Waiting for a first answer"):
        assert html.count(f"<strong>{figure}</strong>:") == 1
    assert "pilin decide promises" in html


@pytest.mark.parametrize("address", ["/", "/places/"])
def test_every_page_of_counts_says_as_of_when(client, busy, address):
    assert f"entry {log.size('main') - 1}</a>" in page(client, address)


def test_a_place_says_which_entry_was_the_last_to_concern_it(client, busy):
    matter = Matter.objects.filter(place__isnull=False).latest("last")
    assert f"entry {matter.last}</a>" in page(client, f"/places/{matter.place_id}/")


def test_each_number_of_a_register_leads_to_its_list(client, busy):
    html = page(client, "/figures/")
    html = html[html.index('id="registers"') : html.index('id="definitions"')]
    numbers = re.findall(r"<dd>(.*?)</dd>", html, re.DOTALL)
    assert numbers and all('<a href="/' in number for number in numbers)
    assert "How this is counted" in html


@pytest.mark.parametrize("address", ["/figures/", "/figures/?period=all", "/figures/due/?kept=1"])
def test_an_empty_installation_has_figures_too(client, db, address):
    assert "Nothing" in page(client, address) or "empty" in page(client, address)


@pytest.mark.parametrize(
    "odd",
    ["period=x&side=q", "at=99999999999&start=-1&since=2026-02-30&kept=1", "at=%00&since=%00"],
)
def test_odd_questions_are_answered_as_if_they_had_not_been_asked(client, world, odd):
    for address in ("/figures/", "/figures/due/", "/figures/promises.json", "/matters/"):
        assert client.get(f"{address}?{odd}").status_code == 200


# The command --------------------------------------------------------------------------------------


def said(*args, code=0):
    done = CliRunner().invoke(decide, ["promises", *map(str, args)])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if "--json" in args else done.output


def test_the_command_says_of_a_file_what_the_page_says(client, busy, tmp_path):
    file = tmp_path / "main.jsonl"
    file.write_text("".join(json.dumps(r.body) + "\n" for r in log.read("main")))
    for query, options in (("", []), ("?period=all&side=b", ["--side", "b"])):
        there = client.get(f"/figures/promises.json{query}").json()
        since = ["--since", there["since"]] if there["since"] else []
        today = ["--today", there["as_of"]["day"]]
        assert said(file, "--json", *since, *options, *today) == there
    assert "左镇: Open: " in said(file)


def test_a_frozen_record_is_counted_without_a_database():
    for folder in record.found():
        found = said(folder / "entries" / "main.jsonl", "--today", "2027-01-01", "--json")
        assert found["as_of"]["entries"] == record.read(folder)["entries"]["main"]
        assert found["now"]["open"] and found["now"]["confirmed"] and found["offices"]["0"]["kept"]


def test_the_command_refuses_what_is_no_record(tmp_path):
    (tmp_path / "x.jsonl").write_text("{}\n[")
    said(tmp_path / "x.jsonl", code=2)
    said(tmp_path / "nowhere", code=2)
    said("http://127.0.0.1:9/ledger/main/", code=2)


def test_no_courses_give_no_figures():
    found = of_courses([], timezone.localdate())
    assert found["offices"] == {} and found["trend"] == {} and not any(found["now"].values())
