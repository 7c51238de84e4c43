"""Calendar files read back as what went in, and as RFC 5545 and RFC 5546 ask."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from pilin.kit.calendar import calendar_of

#: What a component of this method has exactly once, and never (RFC 5546, tables of 3.2.1 and 3.2.5).
ONCE = {"DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID", "SEQUENCE", "STATUS"}
NEVER = {"ATTENDEE", "REQUEST-STATUS"}
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(';,\\\n:"议事'), max_size=120
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.integers(1, 10**9).map("matter-{}".format),
            "sequence": st.integers(0, 2**31 - 1),
            "cancelled": st.booleans(),
            "start": st.datetimes(
                datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)
            ),
            "hours": st.integers(1, 72),
            "summary": WORDS,
            "location": WORDS,
            "description": WORDS,
            "organizer": st.text("左村驿站 abc;:,'", max_size=40),
        }
    ),
    max_size=4,
    unique_by=lambda entry: entry["key"],
)


def file_of(entries):
    made = [
        {**e, "end": e["start"] + timedelta(hours=e["hours"]), "path": f"/matters/{e['key'][7:]}/"}
        for e in entries
    ]
    return calendar_of(made, "x.ics").content


def shown(text):
    """As it looks: a word joiner keeps a backslash from what follows it."""
    return text.replace("\u2060", "")


def test_a_backslash_and_an_n_that_somebody_typed_are_no_new_line():
    entry = {"key": "matter-1", "sequence": 0, "cancelled": False, "organizer": "左村", "hours": 1}
    entry |= {"start": datetime(2030, 1, 1, tzinfo=UTC), "summary": "晨跑", "location": "左村"}
    (event,) = Calendar.from_ical(file_of([entry | {"description": r"见 \Neu\nord"}])).walk(
        "VEVENT"
    )
    assert shown(str(event["description"])) == r"见 \Neu\nord"


@given(ENTRIES)
def test_whatever_goes_in_is_read_back(entries):
    found = Calendar.from_ical(file_of(entries)).walk("VEVENT")
    assert len(found) == len(entries)
    for event, e in zip(found, entries, strict=True):
        for name in ("summary", "location", "description"):
            assert shown(str(event[name])) == shown(e[name].replace("\r\n", "\n")), name
        assert event["dtstart"].dt == e["start"].replace(microsecond=0)
        assert (event["dtend"].dt - event["dtstart"].dt) == timedelta(hours=e["hours"])
        assert event["sequence"] == e["sequence"]
        assert event["status"] == ("CANCELLED" if e["cancelled"] else "CONFIRMED")


@given(ENTRIES)
def test_it_is_as_the_specifications_ask(entries):
    raw = file_of(entries)
    lines = raw.split(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and lines[-1] == b""  # RFC 5545, 3.1
    assert all(len(line) <= 75 for line in lines)
    text = re.sub("\r\n[ \t]", "", raw.decode())
    off = bool(entries) and all(e["cancelled"] for e in entries)
    assert text.count("METHOD:") == 1
    assert f"\r\nMETHOD:{'CANCEL' if off else 'PUBLISH'}\r\n" in text
    known = set(re.findall(r"^TZID:(.*)\r$", text, re.M))
    for event in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text, re.S):
        names = [re.split("[:;]", line)[0] for line in event.splitlines() if line]
        assert all(names.count(name) == 1 for name in ONCE) and not NEVER & {*names}
        assert {*re.findall(r"TZID=([^:;]+)", event)} <= known  # RFC 5545, 3.8.3.1


@pytest.mark.parametrize(("off", "method"), [([True], "CANCEL"), ([True, False], "PUBLISH")])
def test_only_a_file_of_nothing_else_is_a_cancellation(off, method):
    entry = {"sequence": 3, "summary": "x", "location": "", "description": "", "organizer": "左村"}
    entry |= {"start": datetime(2026, 11, 27, tzinfo=UTC), "hours": 2}
    made = [{**entry, "key": f"matter-{n}", "cancelled": c} for n, c in enumerate(off)]
    assert Calendar.from_ical(file_of(made))["method"] == method
