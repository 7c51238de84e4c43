"""What does bringing in a large workbook cost, beside only reading its cells?"""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from pathlib import Path

from bench.installations import Installations, measured
from bench.table import Table

ROWS = 100_000


def run(installations: Installations) -> Table:
    """Seconds for python-calamine to read 100,000 rows, and for each part of an import of them."""
    folder = installations.fresh("importing")
    printed = measured("importing", folder)
    bare, *parts = [float(s) for s in printed.split()[-4:]]
    table = Table(("100,000 rows of projects", "s", "÷ calamine reading"))
    table.add("python-calamine reads the sheet", bare, 1.0)
    names = ("Dry run: read, understood, planned", "Carried out: a step a row", "Again: no change")
    for name, seconds in zip(names, parts, strict=True):
        table.add(name, seconds, seconds / bare)
    return table


def workbook(path: Path) -> None:
    from openpyxl import Workbook, load_workbook

    example = load_workbook(Path(__file__).parents[1] / "examples" / "pinghu-jinshan.xlsx")
    book = Workbook(write_only=True)
    for sheet in example:
        if sheet.title in ("区划", "组织", "协商驿站"):
            new = book.create_sheet(sheet.title)
            for row in sheet.iter_rows(values_only=True):
                new.append(row)
    projects = book.create_sheet("合作项目")
    projects.append(["毗邻合作项目台账"])
    projects.append(
        [
            "序号",
            "项目名称",
            "牵头单位",
            "参与单位",
            "类别",
            "总投资",
            "开始",
            "计划完成",
            "进度说明",
        ]
    )
    day = date(2026, 1, 5)
    towns = ("新埭镇", "独山港镇", "广陈镇", "新仓镇")
    for n in range(1, ROWS + 1):
        finish = (day + timedelta(days=n % 900)).strftime("%Y年%m月")
        cells = [f"{n % 90 + 1}万元", "2025年3月", finish, "正在推进"]
        projects.append([n, f"合作项目第{n}号", towns[n % 4], "枫泾镇;廊下镇", "产业", *cells])
    book.save(path)


def measure() -> None:
    from pilin.run import environment

    environment.setup()
    from python_calamine import CalamineWorkbook

    from pilin.workbook import importing

    path = Path(os.environ["PILIN_DATA"]) / "hundred-thousand.xlsx"
    if not path.exists():
        workbook(path)
    start = time.perf_counter()
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("合作项目").to_python()
    bare = time.perf_counter() - start
    assert len(rows) == ROWS + 2
    times = []
    for carries in (True, False):
        start = time.perf_counter()
        plan = importing.plan(path)
        times.append(time.perf_counter() - start)
        if carries:
            start = time.perf_counter()
            importing.carry_out(plan)
            times.append(time.perf_counter() - start)
        elif not plan.empty:
            raise SystemExit("a second import of the same workbook would change something")
    print(bare, *times)


if __name__ == "__main__":
    os.environ.setdefault("PILIN_LANG", "en")
    measure()
