"""The list of funds, what one shows, and its public book."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.paging import slice_of
from pilin.wording.values import in_yuan

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


def facts(matter: Matter) -> Facts:
    found = Fund.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    rows = {(b.account, b.purpose): b for b in found.balances.all()}
    cash = rows.get((CASH, 0))
    loose = rows.get((UNALLOCATED, 0))
    purposes = []
    for p in found.purposes.order_by("number"):
        b = rows.get((PURPOSE, p.number))
        allocated, spent = (b.credit, b.debit) if b else (Decimal(0), Decimal(0))
        purposes.append((p.name, in_yuan(allocated), in_yuan(spent), in_yuan(allocated - spent)))
    about, left_to = rows_of(found)
    return Facts(
        _("The fund"),
        rows=[
            about,
            (_("Came in"), in_yuan(cash.debit) if cash else in_yuan(Decimal(0))),
            (_("Went out"), in_yuan(cash.credit) if cash else in_yuan(Decimal(0))),
            (_("There now"), in_yuan(cash.amount) if cash else in_yuan(Decimal(0))),
            (_("Not allocated yet"), in_yuan(loose.amount) if loose and loose.amount else ""),
            left_to,
        ],
        tables=[
            Table(
                _("Purposes"),
                (_("Purpose"), _("Allocated"), _("Spent"), _("Left")),
                purposes,
                numbers=(1, 2, 3),
            )
        ],
        links=[Link(_("To the public book"), reverse("fund:book", args=[matter.pk]))],
    )


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
    """Every posting of a fund, newest first."""
    found = get_object_or_404(Fund.objects.select_related("matter"), pk=key)
    page = slice_of(
        Posting.objects.filter(fund=found), ("-id",), request.GET.get("after", ""), size=60
    )
    names = dict(found.purposes.values_list("number", "name"))
    rows = [
        (
            Link(p.entry, reverse("ledger:receipt", args=["main", p.entry])),
            p.day,
            names.get(p.purpose or 0) or ACCOUNTS[p.account],
            p.words,
            in_yuan(p.debit) if p.debit else "",
            in_yuan(p.credit) if p.credit else "",
        )
        for p in page.items
    ]
    heads = (_("Entry"), _("Day"), _("Account"), _("Words"), _("Debit"), _("Credit"))
    context = {
        "fund": found,
        "table": Table(_("Postings"), heads, rows, numbers=(4, 5)),
        "page": page,
        "next": f"?after={page.after}" if page.after else "",
    }
    return render(request, "fund/book.html", context)


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
