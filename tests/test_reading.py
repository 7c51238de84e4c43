"""Dates, times, money and counts are written in one place: `pilin.wording.reading`."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.translation import override

import pilin
from pilin.kit.facts import money, when
from pilin.wording import reading

SRC = Path(pilin.__file__).parent
#: Functions that format, and where they may be called, with why.
ALLOWED = {
    "date_format": {"wording/reading.py"},
    "strftime": {
        "demo/story.py",  # answers as a form takes them
        "run/backup/archiving.py",  # names of folders
        "run/backup/making.py",  # the name of a folder
    },
    "in_yuan": {
        "wording/reading.py",
        "forms/fields.py",  # what stands in a field is read again as Chinese registers write it
        "programmes/renovation/fields.py",  # the same
        "programmes/benefit/vetting.py",  # the title of a payment, as it stands in its entry
        "deciding/policies/phrases.py",  # conditions, which are read again as they are written
        "programmes/fund/forms.py",  # the title of a payment, as it stands in its entry
        "programmes/fund/workbook.py",  # cells of a register
        "programmes/catalogue/apply.py",  # an amount as a register would say it
        "programmes/benefit/workbook.py",  # the same
        "programmes/honour/workbook.py",  # the same
        "programmes/project/apply.py",  # words of a register, kept with the amount
    },
}
#: Where thousands are grouped otherwise: on the console.
GROUPS = {"wording/reading.py", "run/environment.py"}
#: Filters of Django's that format, where no person reads what comes out, or no sum or day is meant.
FILTERS = (
    re.compile(r"datetime=\"{{ [\w.]+\|date:'(c|Y-m-d)' }}\""),
    re.compile(r"{{ (map|point\.frame)\.(width|height)\|floatformat:('0u'|0) }}"),
    re.compile(r"average=ratings\.average\|floatformat:1"),  # marks of 1 to 5
)


def sources(kind):
    for path in sorted(SRC.rglob(f"*.{kind}")):
        if not {"tests", "migrations", "offered", "deciding"} & set(path.relative_to(SRC).parts):
            yield str(path.relative_to(SRC)), path.read_text()


def formats(tree):
    """(what, line) of each place that formats a day, a sum or a count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = getattr(called, "id", getattr(called, "attr", ""))
            if name in ALLOWED:
                yield name, node.lineno
        if isinstance(node, ast.FormattedValue) and node.format_spec:
            spec = [v.value for v in node.format_spec.values if isinstance(v, ast.Constant)]
            if "," in "".join(spec):
                yield "grouping", node.lineno


def test_code_formats_days_money_and_counts_in_one_place():
    allowed = {**ALLOWED, "grouping": GROUPS}
    found = [
        f"{where}:{line} {what}"
        for where, text in sources("py")
        for what, line in formats(ast.parse(text))
        if where not in allowed[what]
    ]
    assert found == []


def test_templates_format_days_money_and_counts_in_one_place():
    found = []
    for where, text in sources("html"):
        for pattern in FILTERS:
            text = pattern.sub("", text)
        found += [
            f"{where} {m}" for m in re.findall(r"\|(?:date|time|floatformat|intcomma)\b", text)
        ]
    assert found == []


def test_the_search_for_other_ways_finds_them():
    code = "f'{n:,}'\nday.strftime('%Y')\ndate_format(day)\nin_yuan(sum)"
    assert {what for what, _line in formats(ast.parse(code))} == {*ALLOWED, "grouping"}


NIGHT = datetime(2026, 11, 26, 13, 5, tzinfo=UTC)  # five past nine in the evening, here


@pytest.mark.parametrize(
    ("write", "value", "chinese", "english"),
    [
        (reading.day, date(2026, 11, 26), "2026年11月26日 星期四", "Thu 26 Nov 2026"),
        (reading.short_day, NIGHT, "2026年11月26日", "26 Nov 2026"),
        (reading.month, date(2026, 11, 1), "2026年11月", "November 2026"),
        (reading.clock, NIGHT, "21:05", "21:05"),
        (reading.to_the_second, NIGHT, "21:05:00", "21:05:00"),
        (reading.moment, NIGHT, "2026年11月26日 星期四 21:05", "Thu 26 Nov 2026, 21:05"),
        (reading.yuan, "120000", "12万元", "120,000 yuan"),
        (reading.count, 12345, "12,345", "12,345"),
        (reading.written, date(2026, 11, 26), "2026年11月26日 星期四", "Thu 26 Nov 2026"),
        (reading.written, "2026-11-26", "2026-11-26", "2026-11-26"),
        (reading.day, None, "", ""),
    ],
)
def test_a_value_reads_as_people_of_each_language_write_it(write, value, chinese, english):
    with override("zh-hans"):
        assert write(value) == chinese
    with override("en"):
        assert write(value) == english


def test_only_columns_of_numbers_are_grouped_in_thousands():
    with override("en"):
        assert reading.listed(12345, number=True) == "12,345"
        assert reading.listed(12345) == 12345
        assert reading.listed(NIGHT.date()) == "26 Nov 2026"


def drawn(text, **values):
    return Template(text).render(Context(values))


def test_chinese_words_on_an_english_page_say_so_and_nothing_else_does():
    said = {"words": "请修<路灯>\n3号 A座 · Clerk, 左镇"}
    with override("en"):
        assert drawn("{{ words|theirs|linebreaksbr }}", **said) == (
            '<span lang="zh-Hans">请修&lt;路灯&gt;<br>3号 A座</span> · Clerk, '
            '<span lang="zh-Hans">左镇</span>'
        )
        assert drawn("{{ words|theirs }}", words="Clerk & host") == "Clerk &amp; host"
        assert drawn("<p{{ words|in_their_language }}>", **said) == '<p lang="zh-Hans">'
    with override("zh-hans"):
        assert (
            drawn("{{ words|theirs }}<p{{ words|in_their_language }}>", words="左镇") == "左镇<p>"
        )


SUM = {"value": "20000000000", "at_least": True, "unit": "元", "wording": "超200亿元"}
MARCH = {"start": "2023-03-01", "end": "2023-03-31", "precision": "month", "wording": "2023年3月"}
FIRST = {"start": "2026-04-01", "end": "2026-04-01", "precision": "day", "wording": "2026-04-01"}


@pytest.mark.parametrize(
    ("show", "value", "chinese", "english"),
    [
        (money, SUM, "超200亿元", "over 20,000,000,000 yuan"),
        (when, MARCH, "2023年3月", "March 2023"),
        (when, FIRST, "2026年4月1日 星期三", "Wed 1 Apr 2026"),
        (when, {**MARCH, "precision": "range", "wording": "2023年春"}, "2023年春", "2023年春"),
        (money, None, "", ""),
    ],
)
def test_what_a_register_says_keeps_its_words_only_where_they_are_read(
    show, value, chinese, english
):
    with override("zh-hans"):
        assert show(value) == chinese
    with override("en"):
        assert show(value) == english
