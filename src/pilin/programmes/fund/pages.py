"""The list of funds, what one shows, and its public book."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.flow import Flow
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.paging import slice_of
from pilin.wording.reading import to_the_fen, yuan

from . import plain
from .book import beancount
from .models import ACCOUNTS, CASH, PURPOSE, UNALLOCATED, Fund, Payment, Posting

LISTING = Listing(
    "fund",
    "funds/",
    _("Restricted funds"),
    _(
        "Money given for a purpose: what came in, what was paid, what is left. Every book is public."
    ),
    columns=(
        *columns_of(Fund),
        Column(_("Kept by"), lambda m: m.org.called if m.org else ""),
    ),
    related=("fund",),
    openings=("open",),
)


def facts(matter: Matter) -> Mapping[str, Any]:
    """What the fund is for, its money as a bar, and its purposes."""
    found = Fund.objects.filter(pk=matter.pk).first()
    if found is None:
        return {}
    rows = {(b.account, b.purpose): b for b in found.balances.all()}
    cash = rows.get((CASH, 0))
    loose = rows.get((UNALLOCATED, 0))
    purposes = []
    for p in found.purposes.order_by("number"):
        b = rows.get((PURPOSE, p.number))
        allocated, spent = (b.credit, b.debit) if b else (Decimal(0), Decimal(0))
        sums = (allocated, spent, allocated - spent)
        purposes.append((p.name, *map(to_the_fen, sums)))
    about, left_to = rows_of(found)
    told = Facts(
        _("The fund"),
        rows=[
            about,
            (_("Not allocated yet"), yuan(loose.amount) if loose and loose.amount else ""),
            (_("How to give"), _how(matter, found)),
            left_to,
        ],
        tables=[
            Table(
                _("Purposes"),
                (_("Purpose"), _("Allocated, yuan"), _("Spent, yuan"), _("Left, yuan")),
                purposes,
                numbers=(1, 2, 3),
            )
        ],
        links=[Link(_("To the public book"), reverse("fund:book", args=[matter.pk]))],
    )
    flow = Flow(cash.debit, cash.credit) if cash else Flow(Decimal(0), Decimal(0))
    return {**told.context(), "flow": flow}


def _how(matter: Matter, fund: Fund) -> str:
    """How money is given while it is taken: as the fund says, else as its keeper does."""
    if matter.state != "open":
        return ""
    return fund.pay or (matter.org.pay if matter.org else "")


def payment_facts(matter: Matter) -> Facts:
    found = Payment.objects.select_related("fund__matter").filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    purpose = found.fund.purposes.filter(number=found.purpose).first()
    *asked, came_back = rows_of(
        found,
        fund=Link(found.fund.matter.title, found.fund.matter.url),
        purpose=purpose.name if purpose else _("Not allocated yet"),
    )
    approvals = (_("Approvals"), _("%(n)d of 2") % {"n": found.approvals.count()})
    return Facts(
        _("The payment"),
        rows=[*asked, approvals, came_back],
        links=[Link(_("To the public book"), reverse("fund:book", args=[found.fund_id]))],
    )


@conditional(lambda request, key: [f"matter:{key}", "kind:payment"])
def book(request: HttpRequest, key: int) -> HttpResponse:
    """A fund's money, newest first: as a plain list, or by `?view=accounts` every posting."""
    found = get_object_or_404(Fund.objects.select_related("matter"), pk=key)
    accounts = request.GET.get("view") == "accounts"
    rows = Posting.objects.filter(fund=found) if accounts else plain.cash(found.pk)
    page = slice_of(rows, ("-id",), request.GET.get("after", ""), size=60)
    names = dict(found.purposes.values_list("number", "name"))
    shown = _postings(page.items, names) if accounts else _plain(found.pk, page.items, names)
    view = "&view=accounts" if accounts else ""
    context = {
        "fund": found,
        "accounts": accounts,
        "table": shown,
        "page": page,
        "next": f"?after={page.after}{view}" if page.after else "",
    }
    return render(request, "fund/book.html", context)


def _receipt(entry: int) -> Link:
    return Link(str(entry), reverse("ledger:receipt", args=["main", entry]))


def _plain(fund: int, rows: Sequence[Posting], names: Mapping[int, str]) -> Table:
    def what(m: plain.Movement) -> str:
        return " · ".join(filter(None, (m.words, names.get(m.purpose, ""))))

    shown = [
        (
            m.day,
            what(m) or "–",
            to_the_fen(m.came) if m.came else "",
            to_the_fen(m.paid) if m.paid else "",
            to_the_fen(m.left),
            _receipt(m.entry),
        )
        for m in plain.movements(fund, rows)
    ]
    heads = (
        _("Day"),
        _("For what"),
        _("In, yuan"),
        _("Out, yuan"),
        _("Left after it, yuan"),
        _("Entry"),
    )
    return Table(_("Money in and out"), heads, shown, numbers=(2, 3, 4))


def _postings(rows: Sequence[Posting], names: Mapping[int, str]) -> Table:
    shown = [
        (
            _receipt(p.entry),
            p.day,
            names.get(p.purpose or 0) or ACCOUNTS[p.account],
            p.words,
            to_the_fen(p.debit) if p.debit else "",
            to_the_fen(p.credit) if p.credit else "",
        )
        for p in rows
    ]
    heads = (
        _("Entry"),
        _("Day"),
        _("Account"),
        _("Words"),
        _("Debit, yuan"),
        _("Credit, yuan"),
    )
    return Table(_("Postings"), heads, shown, numbers=(4, 5))


@conditional(lambda request: ["kind:fund", "kind:payment"])
def plain_text(request: HttpRequest) -> HttpResponse:
    """The books of all funds as a plain-text ledger (beancount)."""
    response = HttpResponse(beancount(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="funds.beancount"'
    return response


URLS = (
    path("funds/<int:key>/book/", book, name="book"),
    path("funds/funds.beancount", plain_text, name="beancount"),
)
