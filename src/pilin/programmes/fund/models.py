"""The books of restricted funds, kept in double entry.

Money received for a purpose is owed to that purpose: it is booked as special payables (专项应付款, a
liability) against cash, and paying reduces both. Debit and credit are two columns, never a sign.

    received     debit cash          credit unallocated
    allocated    debit unallocated   credit purpose n
    paid         debit purpose n     credit cash
    refunded     debit cash          credit purpose n
    given back   debit unallocated   credit cash   (a payment like any other, purpose 0)

The database enforces it (see the migration): each entry's postings balance within one fund, a
posting names a purpose of its own fund, no account falls below nought, no posting is changed.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.read_model import ReadModel
from pilin.wording.reading import yuan

CASH, UNALLOCATED, PURPOSE = "cash", "unallocated", "purpose"
ACCOUNTS = {CASH: _("Cash"), UNALLOCATED: _("Not allocated yet"), PURPOSE: _("Purpose")}


class Fund(ReadModel):
    """A restricted fund. Its purposes are the only things it may pay for."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="fund")
    purpose = attribute(
        models.TextField(blank=True),
        _("What it is for"),
        header="用途",
        required=True,
        width=24,
        listed=True,
    )
    left_to = attribute(
        models.CharField(max_length=200, blank=True), _("What was left went to"), row=False
    )
    #: How money is given to it, in plain words; "" where only its keeper says so, or nobody.
    pay = models.CharField(max_length=300, blank=True, default="", db_default="")
    closing_by = models.CharField(max_length=40, blank=True)  # who proposed to close the books
    source_row = models.JSONField(default=dict)


class Purpose(ReadModel):
    fund = models.ForeignKey(Fund, models.CASCADE, related_name="purposes")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fund", "number"], name="purpose_once")]


class Posting(ReadModel):
    """One line of the books: a debit or a credit, of one entry, on one account of one fund."""

    fund = models.ForeignKey(Fund, models.CASCADE, related_name="postings")
    entry = models.BigIntegerField()
    line = models.PositiveSmallIntegerField()
    day = models.DateField()
    account = models.CharField(max_length=12)
    purpose = models.PositiveSmallIntegerField(null=True)
    debit = models.DecimalField(max_digits=15, decimal_places=2, default=Decimal(0))
    credit = models.DecimalField(max_digits=15, decimal_places=2, default=Decimal(0))
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "entry", "line"], name="posting_once"),
            models.CheckConstraint(
                name="posting_one_side",
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
            ),
            models.CheckConstraint(
                name="posting_account",
                condition=Q(account="purpose", purpose__isnull=False)
                | Q(account__in=("cash", "unallocated"), purpose__isnull=True),
            ),
        ]


class Balance(ReadModel):
    """What the postings of an account add up to; kept by the database itself."""

    remembered = False

    fund = models.ForeignKey(Fund, models.CASCADE, related_name="balances")
    account = models.CharField(max_length=12)
    purpose = models.PositiveSmallIntegerField(default=0)
    debit = models.DecimalField(max_digits=15, decimal_places=2, default=Decimal(0))
    credit = models.DecimalField(max_digits=15, decimal_places=2, default=Decimal(0))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "account", "purpose"], name="balance_once"),
            models.CheckConstraint(
                name="fund_never_below_nought",
                condition=Q(account="cash", debit__gte=F("credit"))
                | (~Q(account="cash") & Q(credit__gte=F("debit"))),
            ),
        ]

    @property
    def amount(self) -> Decimal:
        return self.debit - self.credit if self.account == CASH else self.credit - self.debit


class Payment(ReadModel):
    """A request to pay from one purpose of a fund: approved by two people, then paid.

    Purpose 0 is what is not allocated yet: money that is given back.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="payment")
    fund = attribute(
        models.ForeignKey(Fund, models.CASCADE, related_name="payments"), _("The fund")
    )
    amount = attribute(
        models.DecimalField(max_digits=15, decimal_places=2), _("Amount"), words=yuan
    )
    payee = attribute(models.CharField(max_length=120), _("To whom"))
    purpose = attribute(models.PositiveSmallIntegerField(), _("Purpose"))
    refunded = attribute(
        models.DecimalField(max_digits=15, decimal_places=2, default=Decimal(0)),
        _("Came back"),
        words=lambda amount: yuan(amount) if amount else "",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="not_refunded_beyond_paid", condition=Q(refunded__lte=F("amount"))
            )
        ]


class Approval(ReadModel):
    payment = models.ForeignKey(Payment, models.CASCADE, related_name="approvals")
    person = models.CharField(max_length=40)
    entry = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payment", "person"], name="approval_once")]


def source_of(payment: Payment) -> tuple[str, int | None]:
    """The account a payment is made from."""
    return (PURPOSE, payment.purpose) if payment.purpose else (UNALLOCATED, None)


def asked_for(fund: int, purpose: int) -> Decimal:
    """What was asked for from a purpose (0: from what is not allocated) and is not paid yet."""
    waiting = Payment.objects.filter(
        fund_id=fund, purpose=purpose, matter__state__in=("requested", "approved")
    )
    return sum((p.amount for p in waiting), Decimal(0))


def balance(fund: int, account: str, purpose: int = 0) -> Decimal:
    """What an account of a fund holds now."""
    row = Balance.objects.filter(fund_id=fund, account=account, purpose=purpose).first()
    return row.amount if row else Decimal(0)
