"""How often and in which order a clause is had, what is granted at once or given, and who is told of it."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from pilin.engine.models import Notice
from pilin.ledger import log
from pilin.people.read_model import applying
from pilin.programmes.benefit import claims
from pilin.programmes.benefit.models import Clause, Firm, Grant, Profile
from tests.answers import find
from tests.test_replay import assert_rebuilding_changes_nothing

from .test_benefit import CLAUSE, CODE, FIRM_OF_LIST, apply_, clause, profile, refused, told

__all__ = ["clause"]


def written(world, **said):
    made = world.take("lead", "clause", "write", org=world["左镇"], **{**CLAUSE, **said})
    return world.take("lead", made, "publish")


@pytest.mark.parametrize(("once", "again"), [("profile", False), ("year", True)])
def test_what_is_given_once_is_applied_for_once(world, once, again):
    clause = written(world, once=once)
    with refused("信用代码", "code is needed"):
        apply_(world, clause, code="")
    m = apply_(world, clause)
    assert len(log.get("main", m.pk).body["data"]["claim"]) == 64
    with refused("已经申请过", "already"):
        apply_(world, clause, "neighbour")  # the same firm, through somebody else
    with applying(), pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            matter=clause, clause_id=clause.pk, verdict="yes", claim=Grant.objects.get().claim
        )
    world.take("resident", m, "withdraw", reason="填错了")
    m = apply_(world, clause, "neighbour")
    other = written(world, title="另一条", once=once)
    elsewhere = log.get("main", apply_(world, other).pk).body["data"]["claim"]
    assert elsewhere != Grant.objects.get(pk=m.pk).claim
    next_year = claims.claim_of(
        Clause.objects.get(pk=clause.pk), CODE, timezone.localdate().year + 1
    )
    assert (next_year != Grant.objects.get(pk=m.pk).claim) is again
    assert_rebuilding_changes_nothing()


def test_no_more_is_granted_than_the_rate_comes_to(world, clause):
    m = apply_(world, clause)  # 8 % of 10 million
    with refused("800,000", "80万"):
        world.take("lead", m, "approve", amount="80.01万")
    assert world.take("lead", m, "approve", amount="80万").state == "granted"


def test_whoever_applied_before_is_answered_before_where_the_clause_says_so(world):
    clause = written(world, order="came")
    first, second = (apply_(world, clause, login) for login in ("resident", "neighbour"))
    with refused(str(first.pk)):
        world.take("lead", second, "approve", amount="1万")
    world.take("lead", first, "ask", words="请补执照")  # it does not wait for the office any more
    assert world.take("lead", second, "approve", amount="1万").state == "granted"


def test_whoever_says_more_of_themselves_is_told_at_once_what_is_open_and_fits(world, clause):
    own = Client()
    own.force_login(world.people["resident"])
    said = {"for": "firms", "facts-invested": "1000万", "agreed": "on"}
    for _time in range(2):
        own.post("/benefits/profile/", said)
    assert Notice.objects.filter(person="p-resident", reason="fits", matter=clause.pk).count() == 1
    small = Client()
    small.force_login(world.people["neighbour"])
    small.post("/benefits/profile/", {**said, "facts-invested": "1万"})
    assert told("neighbour") == set()


def test_what_is_known_is_not_asked_again(world, clause):
    profile("resident", invested=1e7, defaulter=False)
    own = Client(headers={"accept-language": "en"})
    own.force_login(world.people["resident"])
    page = own.get(f"/new/grant/apply/?clause={clause.pk}").content.decode()
    assert 'type="hidden" name="facts-invested"' in page and "not asked again" in page
    assert 'type="text" name="facts-staff"' in page


def test_a_quick_application_is_granted_at_once_where_the_offices_list_makes_it_certain(world):
    clause = written(world, way="fast")
    facts = {"invested": 1e7, "staff": 10.0, "revenue": 1e6, "defaulter": False}
    said = {n: {"value": v, "as_of": "2098-12-31", "from": "年报"} for n, v in facts.items()}
    assert find(apply_(world, clause)).state == "applied"  # only said
    Firm.objects.create(code=CODE, name="一家企业", facts=said, agreed=True)
    m = find(apply_(world, clause, "neighbour"))
    assert (m.state, m.grant.amount) == ("granted", 800_000)
    assert Clause.objects.get().granted == 800_000
    assert_rebuilding_changes_nothing()


def test_the_office_gives_to_whom_it_fits_without_an_application_and_once(world):
    clause = written(world, way="auto", once="year")
    facts = {"invested": 1e7, "staff": 10.0, "revenue": 1e6, "defaulter": False}
    said = {n: {"value": v, "as_of": "2098-12-31", "from": "年报"} for n, v in facts.items()}
    Firm.objects.create(code=CODE, name="一家企业", facts=said, agreed=True)
    office = Client(headers={"accept-language": "en"})
    office.force_login(world.people["lead"])
    link = f"/new/grant/give/?clause={clause.pk}&amp;code={CODE}"
    assert link in office.get(f"/benefits/{clause.pk}/reach/").content.decode()
    page = office.get(link.replace("&amp;", "&")).content.decode()
    assert "一家企业" in page and 'type="hidden" name="facts-invested"' in page
    given = {"clause": clause.pk, "name": "一家企业", "code": CODE, "amount": "80万"}
    given |= {f"facts-{n}": v for n, v in FIRM_OF_LIST.items()}
    with refused("facts-staff"):  # it may fit, and that is not enough
        world.take("lead", "grant", "give", **{**given, "facts-staff": "", "facts-revenue": ""})
    Profile.objects.create(person="p-neighbour", audience="firms", code=CODE, agreed=timezone.now())
    m = world.take("lead", "grant", "give", **given)
    assert (m.state, Clause.objects.get().granted) == ("granted", 800_000)
    assert (m.pk, "news") in told("neighbour")
    assert CODE not in str(log.get("main", m.pk).body)
    with refused("已经申请过", "already"):
        world.take("lead", "grant", "give", **given)


def test_the_words_of_a_clause_stand_on_its_page(world, clause, client):
    assert CLAUSE["text"] in client.get(clause.url).content.decode()
