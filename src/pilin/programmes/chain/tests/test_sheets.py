"""The sheets 批次 and 事件: in as lots and shipments, out as they stand, in again without a change."""

import openpyxl
import pytest

from pilin.engine.models import Matter
from pilin.programmes.chain.models import Lot, Shipment
from pilin.programmes.chain.workbook import LOT_COLUMNS, SHIPMENT_COLUMNS
from pilin.workbook import exporting, importing

from .made import left, lot, season, sent

ROWS = [
    {"批号": "S1", "品名": "种子", "数量": "50公斤", "环节": "购入", "品种": "南粳46"},
    {"批号": "M1", "品名": "秧苗", "数量": "600盘", "环节": "育秧", "来源批次": "S1 50"},
    {"批号": "F1", "品名": "大田", "数量": 30, "环节": "插秧", "来源批次": "M1 600"},
    {"批号": "P1", "品名": "湿谷", "数量": "18吨", "环节": "收割", "来源批次": "F1 30"},
    {
        **{"批号": "G1", "品名": "稻谷", "数量": 15500, "环节": "烘干", "来源批次": "P1 18吨"},
        **{"烘前水分": "24%", "水分": 14.5},
    },
]
SENT = {"批号": "G1", "批次所属单位": "左镇", "发货单位": "左镇", "收货单位": "右镇", "数量": 1000}


@pytest.fixture
def book(tmp_path):
    def make(lots, shipments=()):
        found = openpyxl.Workbook()
        found.remove(found.active)
        for name, columns, rows in (
            ("批次", LOT_COLUMNS, [{"所属单位": "左镇", "日期": "2026-10-08", **r} for r in lots]),
            ("事件", SHIPMENT_COLUMNS, [{"发货日期": "2026-11-01", **r} for r in shipments]),
        ):
            page = found.create_sheet(name)
            page.append([c.name for c in columns])
            for row in rows:
                page.append([row.get(c.name) for c in columns])
        found.save(tmp_path / "lots.xlsx")
        return tmp_path / "lots.xlsx"

    return make


def test_rows_become_lots_with_what_they_were_made_of_and_shipments(world, book):
    plan = importing.plan(book(ROWS, [{**SENT, "收到数量": 990}, {**SENT, "数量": 500}]))
    assert not plan.doubts, [str(d.why) for d in plan.doubts]
    importing.carry_out(plan)
    grain = Lot.objects.get(code="G1")
    assert (grain.taken, grain.amount) == (18000, 15500)
    assert left(world, grain) == 14000 and left(world, grain, "右镇") == 990
    on_way = Shipment.objects.get(received=None).matter
    assert on_way.state == "sent" and on_way.holder_org_id == world["右镇"]
    assert world.take("lead-right", on_way, "receive", amount="500").closed_how == "confirmed"


def test_what_came_in_and_what_was_recorded_here_go_out_and_in_without_a_change(
    world, book, tmp_path
):
    importing.carry_out(importing.plan(book(ROWS, [{**SENT, "收到数量": 990}])))
    made = season(world, seed="S2", grain="G2")
    sent(world, made["bags"], "10")
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    plan = importing.plan(out)
    mine = [c for c in (*plan.new, *plan.changed) if c.what in ("lot", "shipment")]
    assert mine == [], [(c.what, c.key, c.fields) for c in mine]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"品名": "小麦"}, "没有这个品名"),
        ({"环节": "晾晒"}, "没有这个环节"),
        ({"来源批次": "没有 5"}, "来源应是"),
        ({"来源批次": "P1 18吨", "数量": "20吨"}, "come out"),
        ({"来源批次": "S1 5"}, "不用这个品名"),
        ({"水分": "湿"}, ""),
        ({"水分": 26}, "more water"),
        ({"数量": "约100"}, "准确"),
        ({"商品条码": "123"}, "校验位"),
        ({"批号": "x" * 21}, "20"),
    ],
)
def test_a_row_that_cannot_be_is_told_by_its_cell_and_left_out(world, book, row, why):
    plan = importing.plan(book([*ROWS[:4], {**ROWS[4], **row}]))
    lots = [c.fields["code"] for c in plan.new if c.what == "lot"]
    assert lots == ["S1", "M1", "F1", "P1"]
    assert plan.doubts and all(d.cell.endswith("6") for d in plan.doubts)
    assert any(why in str(d.why) for d in plan.doubts), [str(d.why) for d in plan.doubts]


def test_a_lot_of_the_register_used_beyond_what_there_is_stops_it_whole(world, book):
    """Each row is possible by itself; together they are not, and the database says so."""
    twice = [
        *ROWS[:1],
        {"批号": "A", "品名": "种子", "数量": 40, "环节": "分批", "来源批次": "S1 40"},
        {"批号": "B", "品名": "种子", "数量": 40, "环节": "分批", "来源批次": "S1 40"},
    ]
    plan = importing.plan(book(twice))
    with pytest.raises(Exception, match="先办"):
        importing.carry_out(plan)
    assert not Lot.objects.exists() and not Matter.objects.filter(kind="lot").exists()


def test_what_is_hard_to_believe_in_the_register_shows_at_the_lot(world, book, client):
    rows = [{"批号": "G", "品名": "干谷", "数量": 1000, "环节": "入库"}]
    rows += [{"批号": "R", "品名": "大米", "数量": 800, "环节": "碾米", "来源批次": "G 1000"}]
    importing.carry_out(importing.plan(book(rows)))
    assert "80.0" in client.get(Lot.objects.get(code="R").matter.url).content.decode()
    assert lot(world, "split", (Lot.objects.get(code="R"), "10"), amount="10").good == "rice"
