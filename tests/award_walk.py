"""The award programme in use; run by `test_programme.py` in a process where it is installed."""

import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from openpyxl import load_workbook  # noqa: E402

from pilin.engine import clock, rebuild  # noqa: E402
from pilin.engine.checks import entries  # noqa: E402
from pilin.engine.models import Matter  # noqa: E402
from pilin.engine.programme import registry  # noqa: E402
from pilin.publishing.figures import as_json  # noqa: E402
from pilin.workbook import exporting, importing  # noqa: E402
from tests.posting import submit  # noqa: E402
from tests.test_replay import tables  # noqa: E402
from tests.world import MONDAY, World, build  # noqa: E402

settings.ALLOWED_HOSTS = ["testserver"]
settings.ENDS = Path(sys.argv[1]) / "ends"
TITLE = "跳入界河救起落水老人"


def nominated(world: World, client: Client) -> Matter:
    """By a resident, on the page."""
    client.force_login(world.people["resident"], "django.contrib.auth.backends.ModelBackend")
    answers = {
        "title": TITLE,
        "nominee": "王小河",
        "day": "2026-02-01",
        "text": "寒潮天。",
        "decides": world["左县"],
    }
    answer = submit(client, "/new/award/nominate/", answers)
    assert answer.status_code == 302, answer.content.decode()
    return Matter.objects.get(kind="award")


def conferred(world: World, matter: Matter) -> Matter:
    """Vetted by two offices, put on notice, objected to and answered, decided."""
    offices = [world["左镇"], world["右镇"]]
    matter = world.take("lead-county", matter, "accept", offices=offices, at=MONDAY)
    assert world.take("lead", matter, "vet", clear=True, at=MONDAY).state == "vetting"
    matter = world.take("lead-right", matter, "vet", clear=True, words="无", at=MONDAY)
    assert matter.state == "vetted"
    matter = world.take("lead-county", matter, "publish", until="2026-03-20", at=MONDAY)
    matter = world.take("neighbour", matter, "object", words="还有一人帮忙", at=MONDAY)
    clock.tick()
    matter.refresh_from_db()
    assert matter.state == "deciding"
    number = matter.award.objections.get().number
    matter = world.take("lead-county", matter, "answer", objection=number, words="一并表彰")
    return world.take("lead-county", matter, "confer", money="3万", words="见义勇为")


def sheets_go_in_and_out(folder: Path) -> None:
    """What is here goes out; with a row more it comes in again, and then nothing is new."""
    exporting.export(folder / "out.xlsx")
    workbook = load_workbook(folder / "out.xlsx")
    sheet = workbook["见义勇为"]
    rows = [tuple(map(str, row)) for row in sheet.values]
    assert (TITLE, "2026-02-01", "30000") in rows
    sheet.append(["火场救人", "2024-05-01", "5000元"])
    sheet.append(["", "2024-05-02", ""])
    workbook.save(folder / "in.xlsx")
    plan = importing.plan(folder / "in.xlsx")
    assert [c.fields["day"] for c in plan.new if c.what == "award"] == ["2024-05-01"]
    assert [d.cell for d in plan.doubts if d.sheet == "见义勇为"] == [f"A{len(rows) + 2}"]
    importing.carry_out(plan)
    exporting.export(folder / "again.xlsx")
    assert not [c for c in importing.plan(folder / "again.xlsx").new if c.what == "award"]


def main(folder: Path) -> None:
    call_command("migrate", verbosity=0)
    call_command("check")
    assert [f for p in registry.procedures if p.kind == "award" for f in entries(p)] == []
    world, client = build(), Client()
    matter = nominated(world, client)

    def seen(path: str, language: str = "zh-hans") -> str:
        return client.get(path, headers={"accept-language": language}).content.decode()

    assert TITLE in seen("/awards/") and "2026" in seen("/awards/")
    assert "已推荐" in seen(matter.url) and "Nominated" in seen(matter.url, "en")
    assert "王小河" not in seen(matter.url) + seen("/awards/")
    matter = conferred(world, matter)
    assert "一并表彰" in seen(matter.url) and "30000" in seen(matter.url)
    assert world.take("resident", matter, "confirm", rating=5).state == "closed"
    sheets_go_in_and_out(folder)
    assert as_json()["awards"]["value"] == 2
    assert TITLE in seen("/search/?q=落水老人") and "推荐" in seen("/new/")
    before = tables()
    rebuild.rebuild()
    assert tables() == before
    print("whole")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
