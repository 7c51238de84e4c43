"""Words are corrected in every programme, what lists show of them with it; a slip is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pilin.engine.act import LOG, available
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.ledger import log
from tests.reaching import reach
from tests.test_replay import assert_rebuilding_changes_nothing

#: What the table of a kind shows after words of its entry were corrected: (kind, the step that opens it,
#: the state it is in, the step that is corrected) and the answers, by column where they go into one.
SHOWN = [
    ("service", "ask", "answered", "answer", {"answer": "办好了。"}),
    ("suggestion", "write", "answered", "answer", {"answer": "明年装灯。"}),
    ("fund", "open", "open", "open", {"purpose": "助学，助残"}),
    ("renovation", "propose", "proposed", "propose", {"neighbourhood": "向阳小区"}),
    ("event", "announce", "held", "hold", {"results": "来了很多人"}),
]


def corrected(world, kind, opening, state, step, **words):
    """The matter, once whoever wrote that entry has corrected these of its words."""
    matter = reach(world, kind, opening, state)
    wrote = [r for r in log.of_matter(LOG, matter.pk) if r.body["step"] == step][-1]
    login = next(n for n, a in world.people.items() if a.person == wrote.body["actor"])
    fields = registry.latest(kind).step(step).asks.base_fields
    said = {n: v for n, v in wrote.body["data"].items() if isinstance(v, str)}
    new = {f"new_{n}": {**said, **words}.get(n, "") for n in fields}
    return world.take(login, matter, "correct", entry=wrote.number, **new)


@pytest.mark.parametrize(("kind", "opening", "state", "step", "words"), SHOWN)
def test_what_was_corrected_is_what_lists_show(world, kind, opening, state, step, words):
    matter = corrected(world, kind, opening, state, step, **words)
    data = log.get(LOG, matter.last).body["data"]
    written = {name: text for name, text in words.items() if name in data["words"]}
    assert written
    row = getattr(Matter.objects.get(pk=matter.pk), kind if kind != "service" else "request")
    assert {name: getattr(row, name) for name in written} == written
    assert_rebuilding_changes_nothing()


def test_the_title_is_corrected_with_the_words_that_opened_it(world):
    matter = corrected(world, "suggestion", "write", "accepted", "write", title="给渡口装灯")
    assert matter.title == "给渡口装灯"


def test_a_thank_you_and_where_a_shipment_went_are_corrected_where_they_stand(world):
    wish = reach(world, "wish", "submit", "delivered")
    thanked = world.take("coordinator", wish, "thank", words="孩子很喜欢")
    world.take("coordinator", wish, "correct", entry=thanked.last, new_words="孩子们很喜欢")
    wish.wish.refresh_from_db()
    assert wish.wish.thanks == "孩子们很喜欢"
    said = {"title": "冬衣", "text": "孩子冷", "where": "校门口", "goods": "校服 5 套"}
    between = {"org": world["左小学"], "recipient": world["右小学"], "until": "2099-01-01"}
    drive = world.take("coordinator", "drive", "open", **said, **between)
    new = {"new_title": "冬衣", "new_text": "孩子们冷", "new_where": "门卫室"}
    world.take("coordinator", drive, "correct", entry=drive.pk, **new)
    world.take("coordinator", drive, "receive", item=1, count=5, giver="村民")
    sent = world.take("coordinator", drive, "ship", to="右村小学", goods="校服 2 套").last
    world.take("coordinator", drive, "correct", entry=sent, new_to="右镇小学")
    drive.drive.refresh_from_db()
    assert (drive.drive.text, drive.drive.where) == ("孩子们冷", "门卫室")
    assert list(drive.drive.batches.values_list("to", flat=True)) == ["右镇小学"]
    assert_rebuilding_changes_nothing()


@pytest.mark.parametrize(
    ("kind", "opening", "step", "name"),
    [("fund", "open", "open", "purposes"), ("event", "announce", "announce", "where")],
)
def test_what_others_relied_on_is_not_corrected_as_words_are(world, kind, opening, step, name):
    rules = registry.latest(kind)
    assert name in rules.step(step).asks.settled
    state = rules.step(opening).to
    matter = corrected(world, kind, opening, state, step, title="改了名", **{name: "别的"})
    assert set(log.get(LOG, matter.last).body["data"]["words"]) == {"title"}


def test_neither_a_draft_to_be_signed_nor_a_plan_that_is_voted_on_is_corrected():
    assert "draft" not in registry.latest("agreement").step("correct").corrects
    correct = registry.latest("renovation").step("correct")
    assert not {"plan", "amend_plan", "grant"} & set(correct.corrects)
    assert "voting" not in correct.source


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("service", "ask"),
        ("suggestion", "write"),
        ("wish", "submit"),
        ("project", "register"),
        ("drive", "open"),
    ],
)
def test_what_was_only_just_opened_can_be_taken_back_for_a_minute(world, kind, step):
    rules = registry.latest(kind)
    matter = reach(world, kind, step, rules.step(step).to)
    login = next(n for n, a in world.people.items() if a.person == matter.raiser)
    assert "take_back" in [s.name for s in available(world.actor(login), matter)]
    with pytest.raises(Refused):
        world.take(login, matter, "take_back", at=timezone.now() + timedelta(minutes=2))
    closed = world.take(login, matter, "take_back")
    assert (closed.is_open, closed.closed_how) == (False, "taken_back")
    assert_rebuilding_changes_nothing()
