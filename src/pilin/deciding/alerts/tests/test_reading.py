"""Messages are read as they mean it, and refused with a sentence where they mean nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from capvalidator.validate import Validator
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.alerts.alert import Misread
from pilin.deciding.alerts.codes import colour_in, event_in
from pilin.deciding.alerts.reading import LONGEST, decoded, read
from pilin.deciding.alerts.writing import cap

from .made import about, message

NOW = datetime(2027, 8, 3, 6, tzinfo=UTC)
GB = """<alert><identifier>33048241600000_20270803060000_1</identifier><sender>左县气象台</sender>
<senderCode>33048241600000</senderCode><sendTime>2027-08-03 06:00:00</sendTime><status>Actual</status>
<msgType>Alert</msgType><info><eventType>11B03</eventType><severity>Orange</severity>
<headline>左县气象台发布暴雨橙色预警</headline><description>有大雨。</description>
<area><areaDesc>左县</areaDesc><geocode>330482000000</geocode></area></info></alert>"""


def test_a_message_says_who_what_how_bad_where_and_until_when():
    found = read(message(sent=NOW, more="<polygon>30,121 30,122 31,122 30,121</polygon>"))
    assert (found.event, found.colour, found.colour_said) == ("rain", "orange", True)
    assert found.sent == NOW and found.ends == NOW + timedelta(hours=6)
    assert found.areas[0].words == "左镇" and len(found.areas[0].polygons[0]) == 4


def test_what_is_said_in_two_languages_is_one_warning_of_one_area():
    text = message(sent=NOW)
    info = text[text.index("<info>") : text.index("</info>") + 7]
    english = info.replace("zh-CN", "en-US").replace("暴雨", "Rainstorm")
    found = read(text.replace(info, info + english))
    assert [info.language for info in found.infos] == ["zh-CN", "en-US"]
    assert len(found.areas) == 1 and found.event == "rain"


@pytest.mark.parametrize(
    ("severity", "colour"),
    [("Extreme", "red"), ("Severe", "orange"), ("Moderate", "yellow"), ("Minor", "blue")],
)
def test_where_no_colour_is_said_its_severity_stands_for_it_and_that_is_told(severity, colour):
    found = read(message(severity=severity, colour="", headline="大雨"))
    assert (found.colour, found.colour_said) == (colour, False)


def test_a_message_without_an_end_is_shown_for_a_day():
    text = message(sent=NOW)
    start = text.index("<expires>")
    found = read(text[:start] + text[text.index("</expires>") + 10 :])
    assert found.expires is None and found.ends == NOW + timedelta(hours=24)


def test_the_chinese_format_is_read_too():
    found = read(GB)
    assert (found.dialect, found.event, found.colour) == ("gb", "rain", "orange")
    assert found.sender == "33048241600000" and found.sender_name == "左县气象台"
    assert found.sent.isoformat() == "2027-08-03T06:00:00+08:00"
    assert found.areas[0].codes == ("330482000000",)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("<sent>", "</sent>"), "there is no “sent”"),
        (("<identifier>", "</identifier>"), "there is no “identifier”"),
        (("<sender>", "</sender>"), "there is no “sender”"),
        (("<info>", "</info>"), "there is no “info”"),
        (("<areaDesc>", "</areaDesc>"), "does not fit the schema"),
    ],
)
def test_what_is_missing_is_named(change, why):
    text = message(sent=NOW)
    begin, end = text.index(change[0]), text.index(change[1]) + len(change[1])
    with pytest.raises(Misread, match=why):
        read(text[:begin] + text[end:])


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("Actual", "Test", "not meant for people"),
        ("Actual", "Draft", "not meant for people"),
        (">Alert<", ">Ack<", "is no warning"),
        (">Alert<", ">Update<", "which earlier message"),
        (">Public<", ">Private<", "not for everyone"),
        (">Met<", ">Wetter<", "does not fit the schema"),
        ("cap:1.2", "cap:1.1", "is no warning"),
        ("</alert>", "", "is no XML"),
        ("<alert ", "<!DOCTYPE alert><alert ", "document type"),
    ],
)
def test_what_is_no_warning_for_everyone_is_refused(before, after, why):
    with pytest.raises(Misread, match=why):
        read(message(sent=NOW).replace(before, after))


def test_a_time_without_its_zone_is_refused_with_its_line():
    text = message(sent=NOW)
    sent = text[text.index("<sent>") + 6 : text.index("</sent>")]
    with pytest.raises(Misread, match="line 1: “2027-08-03T06:00:00Z” is no time"):
        read(text.replace(sent, "2027-08-03T06:00:00Z"))


def test_an_area_that_is_no_polygon_is_refused():
    with pytest.raises(Misread, match="at least four points"):
        read(message(more="<polygon>30,121 31,121</polygon>"))
    with pytest.raises(Misread, match="nowhere on earth"):
        read(message(more="<polygon>30,121 30,422 31,122 30,121</polygon>"))


def test_entities_are_not_expanded_and_nothing_is_fetched():
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + message().replace(
        "三小时", "&x;"
    )
    with pytest.raises(Misread):
        read(bomb)
    with pytest.raises(Misread, match="longer than"):
        read("<alert>" + "长" * LONGEST + "</alert>")


def test_files_in_the_encodings_that_offices_use_are_read():
    text = message(sent=NOW)
    for name in ("gb2312", "GBK", "GB18030"):
        data = f'<?xml version="1.0" encoding="{name}"?>{text}'.encode("gb18030")
        assert read(decoded(data)).infos[0].headline == "发布暴雨橙色预警信号"
    assert read(decoded("\ufeff".encode() + text.encode())).colour == "orange"
    with pytest.raises(Misread, match="characters cannot be read"):
        decoded(text.encode("gbk"))


@given(
    st.sampled_from(["Actual", "Exercise"]),
    st.sampled_from(["typhoon", "rain", "flood", "epidemic", "other"]),
    st.sampled_from(["red", "orange", "yellow", "blue"]),
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn", "Zs", "Zl", "Zp")), max_size=30
    ),
    st.integers(1, 72),
)
def test_what_is_written_fits_the_schema_and_reads_the_same(status, event, colour, words, hours):
    info = {
        "language": "zh-CN",
        "event": "台风" if event == "typhoon" else event,
        "name": event,
        "colour": colour,
        "headline": words,
        "description": words,
        "instruction": "",
        "sender_name": "左县气象台",
        "expires": NOW + timedelta(hours=hours),
        "areas": [("左县", ["330482"])],
    }
    said = {"identifier": "1", "sender": "2", "sent": NOW, "status": status, "kind": "Alert"}
    data = cap({**said, "infos": [info]})
    fits, why = Validator(data).schema()
    assert fits, why
    found = read(data.decode())
    assert (found.status, found.colour, found.ends) == (status, colour, info["expires"])
    assert found.infos[0].headline == " ".join(words.split())[:160]
    assert found.areas[0].codes == ("330482",)


@given(st.data())
def test_whatever_is_cut_out_of_a_message_is_read_or_refused_and_agrees_with_the_checker(data):
    """Ours refuses all that the checker refuses: it is held to the same schema and to more."""
    text = message(sent=NOW, before=about("0", NOW))
    begin = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(begin, min(len(text), begin + 60)))
    cut = text[:begin] + text[end:]
    try:
        read(cut)
    except Misread:
        return
    assert Validator(cut.encode()).schema()[0]


def test_words_name_one_colour_and_the_longest_danger():
    assert colour_in("台风橙色预警") == "orange" and colour_in("红色或橙色") == ""
    assert event_in("雷暴大风黄色预警") == "squall" and event_in("大风") == "wind"
    assert event_in("道路结冰") == "ice" and event_in("什么也没有") == ""
