"""Payloads: strict when read, the same bytes when written again, older versions read for ever."""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.engine.entry import Handlers, payload_as_written, read
from pilin.engine.payload import Amount, Moment, Named, Nothing, Part, Payload, PayloadMisfit
from pilin.engine.programme import Programme, Registry
from pilin.forms.fields import Line
from pilin.forms.step_form import StepForm, fields_of, form
from pilin.ledger.canonical import canonical
from pilin.ledger.log import Record


class Item(Part):
    name: str
    count: int


class Ship(Payload):
    to: str
    day: date
    at: Moment
    cost: Amount
    by: Named
    items: tuple[Item, ...] = ()
    careful: bool = False
    words: str = ""


SAID = {
    "to": "左村",
    "day": "2026-11-26",
    "at": "2026-11-26T19:00",
    "cost": "120000.50",
    "by": {"id": 7, "name": "左镇"},
}


def test_what_was_read_has_types():
    found = Ship.load({**SAID, "items": [{"name": "米", "count": 3}]})
    assert (found.day, found.cost) == (date(2026, 11, 26), Decimal("120000.50"))
    assert found.items[0].count == 3 and found.by.id == 7


@pytest.mark.parametrize(
    "change",
    [
        {"to": 5},
        {"day": "26.11.2026"},
        {"at": "evening"},
        {"cost": "much"},
        {"by": {"id": "7", "name": "左镇"}},
        {"items": [{"name": "米"}]},
        {"careful": "yes"},
        {"unasked": 1},
    ],
)
def test_what_does_not_fit_is_refused(change):
    with pytest.raises(PayloadMisfit):
        Ship.load({**SAID, **change})


def test_what_is_missing_is_named():
    with pytest.raises(PayloadMisfit, match="cost"):
        Ship.load({k: v for k, v in SAID.items() if k != "cost"})


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
said = st.fixed_dictionaries(
    {
        "to": texts,
        "day": st.dates(min_value=date(1000, 1, 1)).map(str),
        "at": st.datetimes().map(lambda t: t.isoformat(timespec="minutes")),
        "cost": st.decimals(-(10**9), 10**9, places=2).map(lambda d: format(d, "f")),
        "by": st.fixed_dictionaries({"id": st.integers(0, 2**53 - 1), "name": texts}),
    },
    optional={
        "items": st.lists(
            st.fixed_dictionaries({"name": texts, "count": st.integers(0, 10**6)}), max_size=3
        ),
        "careful": st.booleans(),
        "words": texts,
    },
)


@given(said)
def test_what_was_read_is_written_again_byte_for_byte(answers):
    assert canonical(Ship.load(answers).dump()) == canonical(answers)


# Versions ------------------------------------------------------------------------------------------


class Old(Payload):
    """What a gift was before it could have several items."""

    item: str

    def upcast(self) -> Payload:
        return Gift(items=(self.item,))


class Gift(Payload, version=2, before=Old):
    items: tuple[str, ...]


def record(data: dict, version: int = 1, **body: object) -> Record:
    frame = {"kind": "gift", "procedure": 1, "step": "give", "data": data, **body}
    return Record("main", 3, frame if version == 1 else {**frame, "data_v": version}, b"")


def test_an_entry_of_an_older_version_is_read_in_todays_words():
    assert read(Gift, record({"item": "灯"})).data == Gift(items=("灯",))
    assert read(Gift, record({"items": ["灯"]}, version=2)).data.items == ("灯",)


def test_an_entry_of_an_older_version_is_written_again_as_it_was():
    body = record({"item": "灯"}).body
    assert payload_as_written(Gift, body).dump() == body["data"]


def test_a_version_nobody_declared_is_not_guessed():
    with pytest.raises(LookupError, match="version 3"):
        read(Gift, record({"items": []}, version=3))


def test_a_version_that_says_nothing_of_the_next_is_not_read():
    class First(Payload):
        x: int

    class Second(Payload, version=2, before=First):
        y: int

    with pytest.raises(LookupError):
        read(Second, record({"x": 1}))


# Apply ---------------------------------------------------------------------------------------------


def test_what_applies_a_step_is_chosen_by_kind_and_version():
    gift = Handlers("gift")
    gift.on("give")(lambda entry, matter: ["first"])
    gift.on("give", since=3)(lambda entry, matter: ["third"])
    own = Registry()
    own.add(Programme("gift", apply=(gift,)))
    found = [own.handler("gift", version, "give")(None, None) for version in (1, 2, 3, 4)]
    assert found == [["first"], ["first"], ["third"], ["third"]]
    assert own.handler("gift", 1, "take") is None and own.handler("other", 1, "give") is None


def test_a_step_is_not_applied_twice():
    gift = Handlers("gift")
    gift.on("give")(lambda entry, matter: None)
    with pytest.raises(ValueError, match="twice"):
        gift.on("take", "give")(lambda entry, matter: None)


# What a payload asks ---------------------------------------------------------------------------------


class Asked(Payload):
    title: Annotated[str, Line(label="Title")]
    words: Annotated[str, Line(label="Words")] = ""
    counted: int = 0


def test_a_payload_says_how_it_is_asked():
    fields = fields_of(Asked)
    assert [(n, f.label, f.required) for n, f in fields.items()] == [
        ("title", "Title", True),
        ("words", "Words", False),
    ]


def test_a_form_asks_what_its_payload_declares():
    class Own(StepForm):
        payload = Asked
        sealed = ("secret",)
        secret = Line(label="Secret")

    assert list(form(Asked).base_fields) == ["title", "words"]
    assert list(Own.base_fields) == ["title", "words", "secret"]


def test_one_form_does_not_change_the_fields_of_another():
    one, other = fields_of(Asked)["title"], fields_of(Asked)["title"]
    one.required = False
    assert other.required and one.widget is not other.widget


def test_a_step_that_asks_nothing_says_nothing():
    assert Nothing().dump() == {} and json.dumps(Nothing.load({}).dump()) == "{}"
