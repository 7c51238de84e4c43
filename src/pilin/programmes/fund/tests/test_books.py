"""The books hold, whoever writes to them: the database sees to it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from pilin.engine.act import LOG, act
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.models import Organisation
from pilin.people.read_model import applying
from pilin.programmes.fund.models import Balance, Payment, Posting, balance


@pytest.fixture
def fund(world):
    m = world.take(
        "lead",
        "fund",
        "open",
        title="校服专款",
        org=world["左镇"],
        purpose="买校服",
        purposes="校服\n运费",
    )
    world.take("treasurer", m, "receive", amount="3万元", source="党员")
    world.take("treasurer", m, "allocate", purpose=1, amount="20000")
    return m


def requested(world, fund, amount="15000", **more):
    answers = {"purpose": 1, "amount": amount, "payee": "服装厂", "words": "定金", **more}
    world.take("host", fund, "request", **answers)
    return Matter.objects.filter(source=fund).latest("pk")


@pytest.fixture
def approved(world, fund):
    p = requested(world, fund)
    world.take("lead", p, "approve", words="同意")
    return world.take("clerk-town", p, "approve", words="同意")


def test_nobody_keeps_a_fund_without_a_treasurer_and_a_second_officer(world):
    with pytest.raises(Refused) as refusal:
        world.take(
            "clerk", "fund", "open", title="款", org=world["左镇议事堂"], purpose="x", purposes="y"
        )
    assert "org" in refusal.value.errors


def test_every_movement_is_a_debit_and_a_credit(fund):
    rows = Posting.objects.order_by("id").values_list("account", "debit", "credit")
    assert [(a, int(d), int(c)) for a, d, c in rows] == [
        ("cash", 30000, 0),
        ("unallocated", 0, 30000),
        ("unallocated", 20000, 0),
        ("purpose", 0, 20000),
    ]


def test_no_more_is_allocated_than_is_loose(world, fund):
    size = log.size(LOG)
    with pytest.raises(Refused) as refusal:
        world.take("treasurer", fund, "allocate", purpose=2, amount="10001")
    assert "amount" in refusal.value.errors and log.size(LOG) == size


def test_no_more_is_asked_for_than_the_purpose_has(world, fund):
    requested(world, fund, "15000")
    with pytest.raises(Refused) as refusal:
        requested(world, fund, "5001")
    assert "amount" in refusal.value.errors
    with pytest.raises(Refused):
        requested(world, fund, "1", purpose=2)


def test_it_pays_for_nothing_but_its_purposes(world, fund):
    with pytest.raises(Refused) as refusal:
        requested(world, fund, "1", purpose=3)
    assert "purpose" in refusal.value.errors


def test_two_people_approve_and_neither_is_the_one_who_asks(world, fund):
    world.take("lead", fund, "request", purpose=1, amount="10", payee="厂", words="x")
    p = Matter.objects.get(source=fund)
    with pytest.raises(Refused):
        world.take("lead", p, "approve", words="自己批")
    assert world.take("treasurer", p, "approve", words="同意").state == "requested"
    with pytest.raises(Refused):
        world.take("treasurer", p, "approve", words="再批")
    assert world.take("clerk-town", p, "approve", words="同意").state == "approved"


def test_only_the_treasurer_pays_and_only_once(world, approved):
    with pytest.raises(Refused):
        world.take("lead", approved, "pay", voucher="1")
    world.take("treasurer", approved, "pay", voucher="1")
    with pytest.raises(Refused):
        world.take("treasurer", approved, "pay", voucher="2")
    fund = approved.source_id
    assert (balance(fund, "cash"), balance(fund, "purpose", 1)) == (15000, 5000)


def test_a_payment_not_approved_is_not_paid(world, fund):
    p = requested(world, fund)
    world.take("lead", p, "approve", words="同意")
    with pytest.raises(Refused):
        world.take("treasurer", p, "pay", voucher="1")
    assert balance(fund.pk, "cash") == 30000


def test_a_refund_comes_back_to_its_purpose(world, approved):
    world.take("treasurer", approved, "pay", voucher="1")
    assert world.take("treasurer", approved, "refund", amount="5000", words="多付").state == "paid"
    assert balance(approved.source_id, "purpose", 1) == 10000
    with pytest.raises(Refused):
        world.take("treasurer", approved, "refund", amount="10001", words="多付")
    whole = world.take("treasurer", approved, "refund", amount="10000", words="退货")
    assert (whole.state, whole.closed_how) == ("refunded", "refunded")


def test_what_is_loose_is_given_back_by_two_people_like_any_payment(world, fund):
    world.take("treasurer", fund, "give_back", amount="10000", payee="捐款党员", words="多收")
    p = Matter.objects.get(source=fund)
    with pytest.raises(Refused):
        world.take("treasurer", fund, "allocate", purpose=1, amount="1")
    world.take("lead", p, "approve", words="同意")
    world.take("clerk-town", p, "approve", words="同意")
    world.take("treasurer", p, "pay", voucher="1")
    assert (balance(fund.pk, "unallocated"), balance(fund.pk, "cash")) == (0, 20000)


def test_a_payment_nobody_can_approve_is_withdrawn_by_who_asked(world, fund):
    p = requested(world, fund)
    assert world.take("host", p, "withdraw", reason="不用了").closed_how == "withdrawn"
    assert requested(world, fund, "20000")


def test_whoever_approved_may_still_refuse(world, fund):
    p = requested(world, fund)
    world.take("lead", p, "approve", words="同意")
    assert world.take("lead", p, "reject", reason="发票不对").closed_how == "declined"


def test_one_person_alone_never_closes_the_books(world, fund):
    world.take("lead", fund, "wind_up", words="x", left_to="y")
    with pytest.raises(Refused):
        world.take("lead", fund, "agree", words="同意")
    assert balance(fund.pk, "cash") == 30000
    assert world.take("treasurer", fund, "keep_open", reason="还有票").state == "open"


def test_the_books_close_with_nought(world, fund):
    with pytest.raises(Refused):
        world.take("treasurer", fund, "wind_up", words="x", left_to="y")
    world.take("lead", fund, "wind_up", words="买完了", left_to="村小学图书角")
    world.take("treasurer", fund, "agree", words="账目相符")
    assert all(b.amount == 0 for b in Balance.objects.filter(fund_id=fund.pk))
    assert world.take("lead", fund, "confirm", rating=5).closed_how == "confirmed"


def test_the_books_do_not_close_while_a_payment_is_open(world, fund):
    requested(world, fund)
    with pytest.raises(Refused):
        world.take("lead", fund, "wind_up", words="x", left_to="y")


def test_an_unnamed_donor_is_in_no_entry_and_on_no_page(world, fund, client):
    m = world.take("treasurer", fund, "receive", amount="10", source="一位居民", donor="钱老先生")
    assert "钱老先生" not in str(log.get(LOG, m.last).body)
    for path in (fund.url, f"/funds/{fund.pk}/book/", "/funds/funds.beancount"):
        assert "钱老先生" not in client.get(path).content.decode()


# Past every form: what the database refuses by itself -------------------------------------------


def post(fund, *lines):
    with applying(), transaction.atomic():
        Posting.objects.bulk_create(
            Posting(
                fund_id=fund.pk,
                entry=10**6,
                line=n,
                day=date(2026, 1, 5),
                account=account,
                purpose=purpose,
                debit=Decimal(debit),
                credit=Decimal(credit),
            )
            for n, (account, purpose, debit, credit) in enumerate(lines, 1)
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([("cash", None, 5, 0), ("unallocated", None, 0, 4)], "postings_balance"),
        ([("cash", None, 5, 0)], "postings_balance"),
        ([("purpose", 1, 20001, 0), ("cash", None, 0, 20001)], "fund_never_below_nought"),
        ([("purpose", 2, 1, 0), ("cash", None, 0, 1)], "fund_never_below_nought"),
        ([("purpose", 3, 0, 1), ("cash", None, 1, 0)], "posting_purpose"),
        ([("cash", None, 5, 5), ("unallocated", None, 0, 5)], "posting_one_side"),
        ([("cash", None, -5, 0), ("unallocated", None, 0, -5)], "posting_one_side"),
        ([("pocket", None, 5, 0), ("unallocated", None, 0, 5)], "posting_account"),
        ([("purpose", None, 5, 0), ("unallocated", None, 0, 5)], "posting_account"),
    ],
)
def test_the_database_refuses_what_does_not_hold(fund, lines, why):
    before = Posting.objects.count()
    with pytest.raises(IntegrityError) as fault:
        post(fund, *lines)
    assert fault.value.__cause__.diag.constraint_name == why
    assert Posting.objects.count() == before


def test_what_holds_is_let_through(fund):
    post(fund, ("purpose", 1, 5, 0), ("cash", None, 0, 5))
    assert balance(fund.pk, "cash") == 29995


@pytest.mark.parametrize("sql", ["UPDATE fund_posting SET debit = 1", "DELETE FROM fund_posting"])
def test_no_posting_is_changed_or_deleted(fund, sql):
    with (
        pytest.raises(DatabaseError, match="refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_money_of_one_fund_never_moves_into_another(world, fund):
    """Each fund's side of an entry must balance by itself."""
    other = world.take(
        "lead", "fund", "open", title="另一笔", org=world["左镇"], purpose="x", purposes="y"
    )
    with pytest.raises(IntegrityError), applying(), transaction.atomic():
        for at, account, debit, credit in (
            (fund, "unallocated", 5, 0),
            (other, "unallocated", 0, 5),
        ):
            Posting.objects.create(
                fund_id=at.pk,
                entry=10**6,
                line=1,
                day=date(2026, 1, 5),
                account=account,
                debit=debit,
                credit=credit,
            )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_payment_belongs_to_the_fund_it_was_asked_from(world, fund):
    p = requested(world, fund)
    assert Payment.objects.get(pk=p.pk).fund_id == fund.pk == p.source_id


def test_a_fund_says_how_to_give_as_long_as_it_runs_and_nothing_where_nobody_said(world, client):
    said = {"title": "校服专款", "purpose": "买校服", "purposes": "校服", "org": world["左镇"]}
    m = world.take("lead", "fund", "open", **said)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def read():
        return client.get(m.url).content.decode()

    assert "How to give" not in read()
    world.take("treasurer", m, "giving", pay="左镇财政所窗口，工作日上午")
    assert "左镇财政所窗口，工作日上午" in read() and "How to give" in read()
    world.take("lead", m, "wind_up", words="用完了", left_to="无")
    assert "How to give" not in read()


def test_a_fund_that_says_nothing_of_it_is_given_to_as_its_keeper_says(world, client):
    org = Organisation.objects.get(pk=world["左镇议事堂"])
    row = {"name": org.name, "category": "hall", "places": org.places, "sides": "a", "id": org.pk}
    book = act(HOUSE, "register", "open", {"title": "登记"}).number
    treasurer = {"role": "treasurer", "organisation": org.pk, "person": "p-treasurer"}
    for kind, one in (
        ("organisation", {**row, "pay": "议事堂窗口，周三下午"}),
        ("office", {**treasurer, "since": "2020-01-01"}),
    ):
        act(HOUSE, book, "record", {"type": kind, "row": one})
    said = {"title": "路灯款", "purpose": "装路灯", "purposes": "路灯", "org": org.pk}
    m = world.take("clerk", "fund", "open", **said)
    assert "议事堂窗口，周三下午" in client.get(m.url).content.decode()
