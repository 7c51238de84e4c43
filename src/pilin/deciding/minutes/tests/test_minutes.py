"""Minutes are read by rules: what they name is found, general talk is not, and how well is measured."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.minutes.days import deadlines
from pilin.deciding.minutes.offices import Offices
from pilin.deciding.minutes.rules import read

from .measured import measured, texts

DAY = date(2026, 3, 5)
OFFICES = ("平湖市财政局", "金山卫镇", "独山港镇", "市自然资源和规划局", "韩家庙村")


def rows(text, offices=OFFICES):
    return read(text, DAY, offices)


def test_who_leads_who_helps_and_by_when():
    (row,) = rows("由金山卫镇牵头，独山港镇配合，于3月底前完成界河清淤。")
    assert (row.leads, row.helpers, row.due) == (("金山卫镇",), ("独山港镇",), date(2026, 3, 31))
    assert row.sentence.startswith("由金山卫镇牵头") and "清淤" in row.what


def test_labels_in_brackets_go_with_the_sentence_before():
    (row,) = rows(
        "1. 修订预算办法。【责任单位：平湖市财政局；配合单位：独山港镇；完成时限：2026年6月15日】"
    )
    assert (row.leads, row.helpers, row.due) == (
        ("平湖市财政局",),
        ("独山港镇",),
        date(2026, 6, 15),
    )


def test_a_list_of_tasks_is_read_by_its_heads():
    found = rows("任务\t责任单位\t完成时限\n修桥\t金山卫镇\t5个工作日内\n修路\t独山港镇\t长期坚持")
    assert [(r.what, r.leads, r.workdays) for r in found] == [
        ("修桥", ("金山卫镇",), 5),
        ("修路", ("独山港镇",), None),
    ]


def test_offices_are_known_by_the_names_in_use():
    found = [
        one.name for one in Offices(OFFICES).within("请财政局、资规局和金山卫、独山港两镇办理")
    ]
    assert found == ["平湖市财政局", "市自然资源和规划局", "金山卫镇", "独山港镇"]


def test_what_only_exhorts_or_tells_is_no_requirement():
    assert not rows("会议强调，各单位要提高站位，强化担当，切实把好事办好。")
    assert not rows("今年以来，独山港镇累计完成投资3亿元。")
    assert not rows("时间：3月5日上午9时。")


def test_a_decision_is_kept_apart_from_what_is_required():
    (row,) = rows("会议原则同意《河道保洁办法》。")
    assert (row.kind, row.leads) == ("decision", ())


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("3月底前", date(2026, 3, 31)),
        ("2月底前", date(2027, 2, 28)),
        ("本月底前", date(2026, 3, 31)),
        ("6月15日前", date(2026, 6, 15)),
        ("2027年3月31日前", date(2027, 3, 31)),
        ("二〇二七年三月三十一日前", date(2027, 3, 31)),
        ("年底前", date(2026, 12, 31)),
        ("一周内", date(2026, 3, 12)),
        ("第二季度末前", date(2026, 6, 30)),
        ("4月中旬前", date(2026, 4, 20)),
        ("两个月内", date(2026, 5, 5)),
        ("春节前", None),
        ("13月底前", None),
        ("2月30日前", None),
    ],
)
def test_days_are_read_from_the_day_of_the_meeting(words, day):
    found = [by.day for by in deadlines(f"请于{words}完成", DAY)]
    assert (found[0] if found else None) == day


@given(
    st.text(
        "由请市县镇村局办委、，。；：（）【】责任单位完成时限前底月日0123456789\n\t一二三十各",
        max_size=120,
    )
)
def test_whatever_the_text_rows_come_from_it_and_in_its_order(text):
    found = read(text, DAY, OFFICES)
    assert all(row.sentence in text or row.sentence.strip() in text for row in found)
    assert [row.start for row in found] == sorted(row.start for row in found)


def test_thirty_texts_are_labelled_and_their_sentences_stand_in_them():
    all_ = [*texts(False), *texts(True)]
    assert len(all_) == 30
    for name, text, label in all_:
        assert all(row["sentence"] in text for row in label["rows"]), name


@pytest.mark.parametrize(
    ("field", "precision", "recall"),
    [
        ("requirement", 0.75, 0.62),
        ("decision", 0.85, 0.5),
        ("lead", 0.7, 0.45),
        ("due", 0.75, 0.7),
    ],
)
def test_texts_never_looked_at_are_read_no_worse_than_they_were(field, precision, recall):
    right, found, wanted = measured()[field]
    assert right / found >= precision and right / wanted >= recall, (right, found, wanted)
