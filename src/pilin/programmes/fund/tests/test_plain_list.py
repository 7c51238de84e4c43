"""The plain list of a fund: its running balance is that of the books, and everybody can read it."""

from decimal import Decimal

import pytest
from django.test import Client

from pilin.kit.flow import Flow
from pilin.programmes.fund import plain
from pilin.programmes.fund.models import CASH, Posting, balance

from .test_books import approved, fund, requested  # noqa: F401


@pytest.fixture
def busy(world, fund, approved):  # noqa: F811
    """Received, allocated, paid, some of it back, given back, received again."""
    world.take("treasurer", approved, "pay", voucher="记-1")
    world.take("treasurer", approved, "refund", amount="2000.50", words="多付了")
    world.take("treasurer", fund, "receive", amount="800", source="合作社")
    world.take("treasurer", fund, "give_back", amount="500", payee="捐款人", words="捐错了")
    back = approved.__class__.objects.filter(source=fund).latest("pk")
    world.take("lead", back, "approve", words="好")
    world.take("clerk-town", back, "approve", words="好")
    world.take("treasurer", back, "pay", voucher="记-2")
    return fund


def listed(fund):  # noqa: F811
    return plain.movements(fund.pk, list(plain.cash(fund.pk).order_by("-id")))


def test_the_running_balance_is_what_the_books_say_after_each_entry(busy):
    rows = listed(busy)
    assert [row.left for row in rows] == [
        Decimal(n) for n in ("17300.50", "17800.50", "17000.50", "15000", "30000")
    ]
    assert rows[0].left == balance(busy.pk, CASH)
    for row in rows:
        there = Posting.objects.filter(fund=busy.pk, account=CASH, entry__lte=row.entry)
        assert row.left == sum(p.debit - p.credit for p in there)


def test_a_page_further_back_goes_on_with_the_balance(busy):
    rows = list(plain.cash(busy.pk).order_by("-id"))
    assert plain.movements(busy.pk, rows[2:]) == listed(busy)[2:]


def test_nothing_moved_lists_nothing(world):
    assert plain.movements(1, []) == []


def test_a_payment_says_which_purpose_it_was_for_and_money_given_back_says_none(busy):
    assert [row.purpose for row in listed(busy)] == [0, 0, 1, 1, 0]


def page(fund, view=""):  # noqa: F811
    client = Client(headers={"accept-language": "en"})
    return client.get(f"/funds/{fund.pk}/book/{view}").content.decode()


def test_the_book_opens_as_a_plain_list_and_the_accounts_stand_behind_a_switch(busy):
    html, accounts = page(busy), page(busy, "?view=accounts")
    assert "17,300.50" in html and "服装厂 · 校服" in html and "Debit" not in html
    assert "Debit, yuan" in accounts and "20,000.00" in accounts and "17,300.50" not in accounts
    assert 'href="?view=accounts"' in html


def test_the_page_shows_received_paid_and_left_on_one_scale(busy):
    html = Client(headers={"accept-language": "en"}).get(busy.url).content.decode()
    for told in ("Came in: 32,800.5 yuan.", "Paid out: 15,500 yuan.", "Remaining: 17,300.5 yuan."):
        assert told in html


@pytest.mark.parametrize(("came", "paid"), [("0", "0"), ("100", "0"), ("100", "100"), ("3", "1")])
def test_what_was_paid_and_what_is_left_are_as_long_as_what_came(came, paid):
    received, spent, left = Flow(Decimal(came), Decimal(paid)).rows
    assert spent.width + left.width == pytest.approx(received.width)
    assert left.x == pytest.approx(spent.x + spent.width)
