"""Offices given, ended, extended, stood in for: the day decides, and nobody is left unnoticed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pilin.engine import clock
from pilin.engine.act import act
from pilin.engine.erase import erase_person
from pilin.engine.models import Matter, Notice
from pilin.engine.positions import registers
from pilin.engine.rebuild import rebuild
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.actor import HOUSE, Actor
from pilin.people.models import Account, Office
from pilin.programmes.manage.leaving import unmanned

TODAY = timezone.localdate()
DAY = timedelta(days=1)


def given(actor: Actor, *, org: int, role: str, person: str, **more: object) -> Office:
    """The office that this step gives."""
    answers = {"organisation": org, "role": role, "person": person, "since": TODAY, **more}
    return Office.objects.get(pk=act(actor, "manage", "appoint", answers).number)


def office_of(town, login: str) -> Office:
    return Office.objects.get(person=town.people[login].person, stands_for=None)


def end(actor: Actor, office: Office, **answers: object) -> log.Record:
    return act(actor, "manage", "end", {"office": office.pk, **answers})


def refused(actor: Actor, step: str, answers: dict[str, object]) -> Refused:
    with pytest.raises(Refused) as found:
        act(actor, "manage", step, answers)
    return found.value


def signed_in(account: Account) -> Client:
    client = Client()
    account = Account.objects.get(pk=account.pk)
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/").status_code == 200
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def test_an_operator_gives_offices_on_their_own_side_and_not_on_the_other(town):
    operator = town.actor("operator")
    office = given(operator, org=town["左村驿站"], role="host", person="neighbour")
    assert (office.person, office.role, office.since) == ("p-neighbour", "host", TODAY)
    assert "p-neighbour" in registers().holders(town["左村驿站"], "host", TODAY)
    answers = {"role": "host", "person": "neighbour", "since": TODAY}
    there = refused(operator, "appoint", {**answers, "organisation": town["右村驿站"]})
    assert "organisation" in there.errors
    assert not Office.objects.filter(organisation=town["右村驿站"], person="p-neighbour").exists()


def test_the_entry_names_nobody_but_by_the_number_of_the_account(town):
    office = given(town.actor("operator"), org=town["左村驿站"], role="host", person="neighbour")
    body = log.get("main", office.pk).body
    assert body["data"]["person"] == "p-neighbour"
    assert body["office"]["role"] == "operator"
    assert '"neighbour"' not in str(body)


def test_whoever_answers_for_an_organisation_gives_offices_below_it_and_names_no_operators(town):
    clerk = town.actor("clerk")  # of the hall that the station is below
    assert given(clerk, org=town["左村驿站"], role="host", person="neighbour")
    answers = {"role": "clerk", "person": "neighbour", "since": TODAY}
    assert refused(clerk, "appoint", {**answers, "organisation": town["左镇议事堂"]}).errors
    county = town.actor("lead-county")
    answers = {"organisation": town["左镇"], "person": "neighbour", "since": TODAY}
    assert set(refused(county, "appoint", {**answers, "role": "operator"}).errors) == {"role"}
    assert act(county, "manage", "appoint", {**answers, "role": "lead"})


def test_nobody_else_takes_a_step_of_administration(town):
    for login in ("resident", "host", "desk", "coordinator", "delegate"):
        for step in ("appoint", "end", "extend", "stand_in", "account", "place", "workbook"):
            assert refused(town.actor(login), step, {}).code == "forbidden", (login, step)


def test_nobody_gives_themselves_an_office_or_has_one_twice(town):
    operator = town.actor("operator")
    answers = {"organisation": town["左镇"], "role": "treasurer", "since": TODAY}
    own = refused(operator, "appoint", {**answers, "person": "operator"})
    assert set(own.errors) == {"person"}
    twice = refused(operator, "appoint", {**answers, "person": "treasurer"})
    assert set(twice.errors) == {"person"}
    backwards = {"person": "neighbour", "until": TODAY - DAY}
    assert "until" in refused(operator, "appoint", {**answers, **backwards}).errors


def test_an_office_that_ended_yesterday_gives_nothing_today(town):
    """No step, no place in lists of those who hold it, no page; and no session."""
    matter = town.raised()
    host, client = office_of(town, "host"), signed_in(town.people["host"])
    accept = f"/matters/{matter.pk}/accept/"
    assert client.get(accept).status_code == 200
    end(town.actor("operator"), host)
    assert Office.objects.get(pk=host.pk).until == TODAY - DAY
    assert town.actor("host").offices == ()
    assert "p-host" not in registers().holders(town["左村驿站"], "host", TODAY)
    assert not is_signed_in(client)
    client = signed_in(town.people["host"])  # whoever may still sign in, may
    assert client.get(accept).status_code == 403
    assert client.post(accept, {"reason": "x"}).status_code == 403
    with pytest.raises(Refused):
        act(town.actor("host"), matter, "accept", {"reason": "x"})


def test_an_office_with_a_last_day_is_held_through_it_and_its_sessions_end_after_it(town):
    host = office_of(town, "host")
    end(town.actor("operator"), host, until=TODAY + DAY)
    client = signed_in(town.people["host"])
    clock.tick()
    assert town.actor("host").offices and is_signed_in(client)
    later = TODAY + 2 * DAY
    assert not Office.objects.filter(Office.held_on(later), pk=host.pk).exists()
    from pilin.programmes.manage import leaving

    leaving.daily(later)
    assert not is_signed_in(client)
    client = signed_in(town.people["host"])


def test_another_persons_sessions_go_on(town):
    client = signed_in(town.people["clerk"])
    end(town.actor("operator"), office_of(town, "host"))
    assert is_signed_in(client)


def test_an_office_is_extended_but_not_ones_own(town):
    office = given(
        town.actor("operator"),
        org=town["左村驿站"],
        role="host",
        person="neighbour",
        until=TODAY + DAY,
    )
    act(town.actor("operator"), "manage", "extend", {"office": office.pk, "until": TODAY + 9 * DAY})
    assert Office.objects.get(pk=office.pk).until == TODAY + 9 * DAY
    shorter = {"office": office.pk, "until": TODAY + DAY}
    assert "until" in refused(town.actor("operator"), "extend", shorter).errors
    own = given(HOUSE, org=town["左县"], role="operator", person="clerk", until=TODAY + DAY)
    mine = {"office": own.pk, "until": TODAY + 9 * DAY}
    assert "office" in refused(town.actor("clerk"), "extend", mine).errors


def test_who_stands_in_acts_in_those_days_alone(town):
    matter = town.raised()
    stand = {"office": office_of(town, "host").pk, "person": "neighbour"}
    days = {"since": TODAY, "until": TODAY + DAY}
    act(town.actor("operator"), "manage", "stand_in", {**stand, **days})
    office = Office.objects.get(person="p-neighbour")
    assert (office.stands_for, office.until) == (stand["office"], TODAY + DAY)
    town.take("neighbour", matter, "accept", reason="公共事务")
    assert not registers().offices_of("p-neighbour", TODAY + 2 * DAY)
    assert not registers().offices_of("p-neighbour", TODAY - DAY)
    assert "standing in" in office.title or "代理" in office.title


def test_an_ended_operator_ends_nobody(town):
    operator = town.actor("operator")
    end(HOUSE, office_of(town, "operator"))
    answers = {"office": office_of(town, "host").pk}
    assert refused(town.actor("operator"), "end", answers).code == "forbidden"
    assert operator.offices  # looked up while it was held: the day of the step decides
    over = Actor("p-operator", tuple(Office.objects.filter(pk=operator.offices[0].pk)))
    assert refused(over, "end", answers).code == "forbidden"


def test_whoever_is_above_is_told_that_nobody_is_left(town):
    matter = town.raised()
    record = end(town.actor("operator"), office_of(town, "host"))
    told = Notice.objects.get(entry=record.number, reason="unmanned")
    assert told.person == "p-clerk"  # the hall is above the station
    assert [(u.organisation.name, u.matters) for u in unmanned(TODAY)] == [("左村驿站", 1)]
    clock.tick()
    assert Notice.objects.filter(entry=record.number, reason="unmanned").count() == 1
    given(town.actor("operator"), org=town["左村驿站"], role="host", person="neighbour")
    assert not list(unmanned(TODAY))
    town.take("neighbour", Matter.objects.get(pk=matter.pk), "accept", reason="公共事务")


def test_nobody_is_told_where_a_colleague_is_left(town):
    town.raised()
    given(town.actor("operator"), org=town["左村驿站"], role="host", person="neighbour")
    record = end(town.actor("operator"), office_of(town, "host"))
    assert not Notice.objects.filter(entry=record.number).exists()


def test_where_nobody_is_above_the_operator_is_told(town):
    town.raised()
    end(HOUSE, office_of(town, "clerk"))
    record = end(HOUSE, office_of(town, "host"))
    assert Notice.objects.get(entry=record.number).person == "p-operator"


def test_who_is_erased_leaves_no_office_and_no_session(town):
    town.raised()
    client = signed_in(town.people["host"])
    erase_person("p-host")
    assert not Office.objects.filter(Office.held_on(TODAY), person="p-host").exists()
    assert Notice.objects.filter(person="p-clerk", reason="unmanned").exists()
    assert not is_signed_in(client)


def test_offices_are_the_same_when_the_record_is_replayed(town):
    stand = {"office": office_of(town, "host").pk, "person": "neighbour"}
    act(HOUSE, "manage", "stand_in", {**stand, "since": TODAY, "until": TODAY + DAY})
    end(HOUSE, office_of(town, "host"))
    client = signed_in(town.people["host"])
    before = list(Office.objects.order_by("pk").values())
    rebuild()
    assert list(Office.objects.order_by("pk").values()) == before
    assert is_signed_in(client)  # nobody is signed out a second time
