"""A renovation from the survey to the accounts, and the owners' vote in its midst."""

import pytest

from pilin.loop.models import Matter, Notice
from pilin.loop.refused import Refused
from pilin.programmes.renovation.models import Approval, Reading, Vote


def propose(world):
    return world.take(
        "host",
        "renovation",
        "propose",
        title="左村老楼改造",
        org=world["左村驿站"],
        neighbourhood="左村小区",
        households=4,
        text="楼道黑，没有电梯。",
    )


def planned(world, units="A-101,80,A-1\nA-102,80,A-2\nA-103,80,A-3\nA-104,60,A-4"):
    m = propose(world)
    world.take("host", m, "survey", asked=4, answered=3, needs="加装电梯 3\n停车 1")
    world.take("host", m, "units", units=units)
    plan(world, m)
    world.take("host", m, "discuss", attendance=9, views="同意装电梯")
    return Matter.objects.get(pk=m.pk)


def plan(world, m, step="plan", **more):
    answers = {
        "plan": "每个单元装一部电梯",
        "cost": "30万",
        "finance": "政府补助 20万\n业主分摊 10万",
        "finish": "2099-01-05",
        **more,
    }
    return world.take("host", m, step, **answers)


def called(world, *items, units=None):
    m = planned(world, units) if units else planned(world)
    questions = [{"row": str(n), "item": i, "text": f"议题{i}"} for n, i in enumerate(items, 1)]
    answers = {"first": "2026-03-01", "until": "2099-01-05", "where": "驿站"}
    return world.take("host", m, "call", questions=questions, **answers)


def enter(world, m, votes, *logins, way="own"):
    """Each ballot as the answers to the questions, by number: {1: ("yes", "no")}."""
    rows = [
        {"row": str(n), "way": way, **{f"q{q}": a for q, a in enumerate(answers, 1)}}
        for n, answers in votes.items()
    ]
    for login in logins or ("host", "clerk"):
        m = world.take(login, m, "enter", ballots=rows)
    return m


def voted(world, votes, *items, units=None):
    m = called(world, *(items or (7,)), units=units)
    enter(world, m, votes)
    return world.take("host", m, "count")


def carried(world):
    return voted(world, dict.fromkeys((1, 2, 3, 4), ("yes",)))


def ask(world, m, **days):
    rows = [
        {"row": str(n), "org": world[name], "what": "许可", "until": day}
        for n, (name, day) in enumerate(days.items(), 1)
    ]
    return world.take("host", m, "ask", approvals=rows)


def approving(world):
    return ask(world, carried(world), 左镇="2099-02-01", 左县="2099-01-05")


def finished(world):
    m = approving(world)
    world.take("neighbour", m, "join")
    world.take("lead-county", m, "grant", words="同意，批文 1 号")
    world.take("lead", m, "grant", words="同意")
    world.take("host", m, "start", start="2026-04-01", builder="建筑公司")
    world.take("host", m, "report", words="基础做好了", spent="12万")
    return world.take("host", m, "finish", words="电梯装好了")


def publish(world, m, remainder="2万", left_to="维修资金"):
    return world.take(
        "host",
        m,
        "publish",
        income="政府补助 20万\n业主分摊 10万",
        spending="电梯 28万",
        remainder=remainder,
        left_to=left_to,
    )


def reason_of(refused):
    errors = [str(e) for found in refused.value.errors.values() for e in found]
    return " ".join([str(refused.value), *errors])


def test_a_renovation_goes_the_whole_way(world):
    m = publish(world, finished(world))
    assert (m.state, m.holder_org_id) == ("accepting", world["左村驿站"])
    m = world.take("neighbour", m, "confirm", rating=5)
    assert (m.state, m.closed_how) == ("closed", "confirmed")


def test_the_vote_passes_on_the_last_square_metre(world):
    """Item 7 asks three quarters of what took part: 240 of 320 m² and 3 of 4 owners are just that."""
    units = "A,80,A-1\nB,80,A-2\nC,80,A-3\nD,80,A-4"
    m = voted(world, {1: ("yes",), 2: ("yes",), 3: ("yes",), 4: ("abstain",)}, units=units)
    assert m.state == "carried"


def test_a_hundredth_of_a_square_metre_less_does_not_pass(world):
    units = "A,80,A-1\nB,80,A-2\nC,79.99,A-3\nD,80,A-4"
    m = voted(world, {1: ("yes",), 2: ("yes",), 3: ("yes",), 4: ("no",)}, units=units)
    found = Vote.objects.get(renovation_id=m.pk).results[0]
    assert m.state == "not_carried" and found["valid"] and not found["passed"]


def test_too_few_make_a_vote_invalid(world):
    m = called(world, 5)
    enter(world, m, {1: ("yes",), 2: ("yes",)})
    with pytest.raises(Refused):  # the last day has not come, and not every ballot is there
        world.take("host", m, "count")
    m = after(world, m, "count")
    assert m.state == "not_carried"
    assert not Vote.objects.get(renovation_id=m.pk).results[0]["valid"]


def after(world, m, step, **data):
    """Take a step once the last day has passed."""
    from datetime import UTC, datetime

    return world.take("host", m, step, at=datetime(2099, 3, 2, 1, tzinfo=UTC), **data)


def test_every_question_must_be_carried(world):
    half = {1: ("yes", "yes"), 2: ("yes", "yes"), 3: ("yes", "no"), 4: ("no", "no")}
    m = voted(world, half, 5, 7)
    first, second = Vote.objects.get(renovation_id=m.pk).results
    assert (first["passed"], second["passed"], m.state) == (True, False, "not_carried")


def test_several_units_of_one_owner_are_one_and_a_unit_owned_together_is_one(world):
    units = "A,80,A-1\nB,80,A-1\nC,80,A-2；A-3\nD,80,A-3、A-2"
    m = voted(world, {1: ("yes",), 2: ("no",)}, 5, units=units)
    found = Vote.objects.get(renovation_id=m.pk).results[0]
    assert found["whole"] == {"area": 320.0, "owners": 2}
    assert found["agreed"] == {"area": 160.0, "owners": 1} and not found["passed"]


def test_one_persons_entry_does_not_count_however_often(world):
    m = called(world, 7)
    enter(world, m, {1: ("yes",)}, "host", "host", "host")
    assert Reading.objects.count() == 1
    enter(world, m, {2: ("yes",), 3: ("yes",), 4: ("yes",)})
    with pytest.raises(Refused) as refused:  # one ballot is not settled: say why it is left out
        after(world, m, "count")
    assert refused.value.code == "form"
    after(world, m, "count", why="再没有人核对")
    vote = Vote.objects.get(renovation_id=m.pk)
    assert vote.left_out == {"A-1": "once"} and vote.results[0]["took_part"]["owners"] == 3


def test_what_two_people_read_differently_is_looked_at_again(world):
    m = called(world, 7)
    enter(world, m, {1: ("yes",)}, "host")
    enter(world, m, {1: ("no",)}, "clerk")
    enter(world, m, dict.fromkeys((2, 3, 4), ("yes",)))
    with pytest.raises(Refused):
        world.take("host", m, "count")
    enter(world, m, {1: ("no",)}, "host")
    world.take("host", m, "count")
    assert Vote.objects.get(renovation_id=m.pk).results[0]["against"]["owners"] == 1


def test_an_entry_is_taken_back(world):
    m = called(world, 7)
    enter(world, m, {1: ("yes",)})
    for login in ("host", "clerk"):
        world.take(login, m, "enter", ballots=[{"row": "1", "way": "none"}])
    assert not Reading.objects.exists()


def test_a_ballot_through_somebody_else_needs_a_written_authorisation(world):
    m = called(world, 7)
    enter(world, m, {1: ("yes",)}, way="authorised")
    enter(world, m, {2: ("yes",)}, way="unauthorised")
    enter(world, m, dict.fromkeys((3, 4), ("yes",)))
    world.take("host", m, "count")
    vote = Vote.objects.get(renovation_id=m.pk)
    assert vote.results[0]["by_proxy"]["owners"] == 1
    assert vote.left_out == {"A-2": "set_aside"} and vote.results[0]["agreed"]["owners"] == 3


@pytest.mark.parametrize("row", [{"q1": "maybe"}, {"q1": "", "way": "authorised"}, {"way": "x"}])
def test_a_ballot_that_is_none_is_refused(world, row):
    m = called(world, 7)
    with pytest.raises(Refused):
        world.take("host", m, "enter", ballots=[{"row": "1", **row}])
    with pytest.raises(Refused):
        world.take("host", m, "enter", ballots=[{"row": "99", "q1": "yes"}])


def test_who_works_elsewhere_enters_no_ballots(world):
    m = called(world, 7)
    for login in ("lead", "host-right", "resident"):
        with pytest.raises(Refused) as refused:
            enter(world, m, {1: ("yes",)}, login)
        assert refused.value.code == "forbidden"


def test_two_people_enter_beside_each_other(world):
    """What another has entered since the page was opened does not stop anybody."""
    from pilin.loop.act import act

    m = called(world, 7)
    rows = [{"row": "1", "q1": "yes"}]
    for login in ("host", "clerk"):
        act(world.actor(login), m, "enter", {"ballots": rows}, seen=m.last)
    with pytest.raises(Refused):
        act(world.actor("host"), m, "count", {}, seen=m.last)


def test_the_register_is_frozen_while_the_owners_vote(world):
    m = called(world, 7)
    with pytest.raises(Refused):
        world.take("host", m, "units", units="A,1,A-1")
    m = world.take("host", m, "call_off", reason="名册有错")
    world.take("host", m, "units", units="A,1,A-1")
    world.take("host", m, "call", questions=[{"row": "1", "item": 5, "text": "动用维修资金"}],
               first="2026-03-01", until="2099-01-05", where="驿站")  # fmt: skip
    first, second = Vote.objects.order_by("number")
    assert first.called_off and len(first.units) == 4 and len(second.units) == 1


@pytest.mark.parametrize(
    ("units", "word"),
    [
        ("A-101,80,王先生", "代码"),
        ("A-101,80", "代码"),
        ("A-101,0,A-1", "隔开"),
        ("A-101,八十,A-1", "隔开"),
        ("A-101,80,A-1\nA-101,80,A-2", "两次"),
        ("", "请填写"),
    ],
)
def test_a_register_that_cannot_be_counted_is_refused(world, units, word):
    m = propose(world)
    with pytest.raises(Refused) as refused:
        world.take("host", m, "units", units=units)
    assert word in reason_of(refused)


def test_a_register_is_pasted_from_a_spreadsheet(world):
    m = propose(world)
    world.take("host", m, "units", units="房号\t面积\t业主\nA-101\t80.50\tA-1;B-1\n\nA-102\t9\tA-1")
    from pilin.programmes.renovation.models import Register

    found = Register.objects.get()
    assert found.units == [["A-101", "80.50", ["A-1", "B-1"]], ["A-102", "9", ["A-1"]]]
    assert (found.unit_count, found.owner_count, found.area) == (2, 2, "89.5")


def test_a_long_register_is_entered_in_parts(world):
    from pilin.programmes.renovation.models import Register

    m = propose(world)
    lines = [f"{n // 100}幢{n}室,80.5,A-{n}" for n in range(1, 3001)]
    with pytest.raises(Refused) as refused:
        world.take("host", m, "units", units="\n".join(lines))
    assert "3000" in reason_of(refused)
    for start in (0, 1000, 2000):
        world.take("host", m, "units", units="\n".join(lines[start : start + 1000]), add=start > 0)
    assert (Register.objects.get().unit_count, Register.objects.get().area) == (3000, "241500")
    with pytest.raises(Refused) as refused:
        world.take("host", m, "units", units=lines[7], add=True)
    assert "两次" in reason_of(refused)


def test_no_more_ballots_are_entered_at_once_than_an_entry_holds(world):
    units = "\n".join(f"A-{n},80,A-{n}" for n in range(1, 61))
    m = called(world, 7, units=units)
    with pytest.raises(Refused):
        enter(world, m, dict.fromkeys(range(1, 61), ("yes",)))


def test_there_is_no_vote_without_a_register_or_before_the_plan_was_talked_over(world):
    m = propose(world)
    world.take("host", m, "survey", asked=4, answered=3, needs="加装电梯 3")
    plan(world, m)
    answers = {
        "questions": [{"row": "1", "item": 7, "text": "装电梯"}],
        "first": "2026-03-01",
        "until": "2099-01-05",
        "where": "驿站",
    }
    with pytest.raises(Refused) as refused:
        world.take("host", m, "call", **answers)
    assert refused.value.code == "state"
    world.take("host", m, "discuss", attendance=9, views="好")
    with pytest.raises(Refused) as refused:
        world.take("host", m, "call", **answers)
    assert "名册" in reason_of(refused)


def test_a_changed_plan_is_talked_over_again(world):
    m = plan(world, planned(world), "amend_plan", plan="先修屋顶")
    assert "call" not in [s.name for s in steps(world, m, "host")]


def steps(world, m, login):
    from pilin.loop.act import available

    return available(world.actor(login), Matter.objects.get(pk=m.pk))


def test_the_plans_money_adds_up(world):
    m = propose(world)
    world.take("host", m, "survey", asked=4, answered=3, needs="加装电梯 3")
    with pytest.raises(Refused) as refused:
        plan(world, m, cost="31万")
    assert "31万元" in reason_of(refused)


def test_everybody_asked_is_told_and_the_nearest_day_is_the_due_day(world):
    Notice.objects.all().delete()
    m = approving(world)
    told = set(Notice.objects.filter(matter=m.pk, reason="yours").values_list("person", flat=True))
    assert {"p-lead", "p-lead-county"} <= told
    assert (m.holder_org_id, str(m.due)) == (world["左县"], "2099-01-05")
    m = world.take("lead-county", m, "grant", words="同意")
    assert (m.state, m.holder_org_id, str(m.due)) == ("approving", world["左镇"], "2099-02-01")


def test_a_department_answers_for_itself_alone(world):
    m = approving(world)
    with pytest.raises(Refused):
        world.take("lead-right", m, "grant", words="同意")
    world.take("lead-county", m, "grant", words="同意")
    with pytest.raises(Refused):
        world.take("lead-county", m, "grant", words="替镇里同意")
    assert Approval.objects.get(org=world["左镇"]).state == "asked"


def test_a_refusal_leads_back_to_the_plan_and_frees_the_others(world):
    m = world.take("lead", approving(world), "refuse", reason="消防通道不够宽")
    assert m.state == "planned"
    states = dict(Approval.objects.values_list("org_id", "state"))
    assert states == {world["左镇"]: "refused", world["左县"]: "void"}
    plan(world, m, "amend_plan", plan="电梯移到北面")
    world.take("host", m, "discuss", attendance=3, views="好")
    m = world.take("host", m, "resubmit", reason="业主同意装电梯，位置不变更表决内容")
    m = ask(world, m, 左镇="2099-03-01")
    assert Approval.objects.filter(round=2).count() == 1
    assert world.take("lead", m, "grant", words="同意").state == "approved"


def test_what_waits_for_a_department_is_on_its_desk(client, world):
    m = approving(world)
    client.force_login(world.people["lead"], "django.contrib.auth.backends.ModelBackend")
    assert m.url in client.get("/desk/").content.decode()
    world.take("lead", m, "grant", words="同意")
    assert f'href="{m.url}"' not in client.get("/desk/").content.decode()


def test_accounts_that_do_not_balance_are_refused(world):
    m = finished(world)
    with pytest.raises(Refused) as refused:
        publish(world, m, remainder="3万")
    assert "账不平" in reason_of(refused)
    with pytest.raises(Refused):
        publish(world, m, left_to="")


def test_a_dispute_reopens_the_works(world):
    m = publish(world, finished(world))
    m = world.take("neighbour", m, "dispute", reason="灯没有亮")
    assert (m.state, m.stage) == ("under_way", "decided")


def test_one_of_many_residents_does_not_close_it_alone(world):
    m = finished(world)
    for login in ("resident", "lead", "delegate"):
        world.take(login, m, "join")
    m = publish(world, m)
    for login in ("neighbour", "resident"):
        m = world.take(login, m, "confirm", rating=4)
        assert m.is_open
    with pytest.raises(Refused):
        world.take("neighbour", m, "confirm", rating=4)
    assert not world.take("lead", m, "confirm", rating=4).is_open


def test_the_committee_does_not_accept_its_own_work(world):
    m = finished(world)
    with pytest.raises(Refused):
        world.take("host", publish(world, m), "confirm", rating=5)


def test_silence_closes_and_is_counted_apart(world):
    from datetime import UTC, datetime

    from pilin.loop import clock

    m = publish(world, finished(world))
    clock.tick(datetime(2099, 6, 1, 1, tzinfo=UTC))
    m.refresh_from_db()
    assert (m.state, m.closed_how) == ("lapsed", "silence")
