"""A restricted fund, and the payments made from it."""

from django.utils.translation import gettext_lazy as _

from pilin.kit.programme import Programme, Shown

from . import apply, pages
from .figures import figures
from .procedure import FUND, PAYMENT
from .workbook import FUNDS

PROGRAMME = Programme(
    "fund",
    procedures=(FUND, PAYMENT),
    apply=(apply.FUND, apply.PAYMENT),
    sentences={
        "fund_never_below_nought": _("There is not that much money for this."),
        "posting_purpose": _("This fund has no such purpose."),
        "not_refunded_beyond_paid": _("More would come back than was paid."),
    },
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(
        Shown("fund", pages.facts, "fund/facts.html", also=("kind:payment",)),
        Shown("payment", pages.payment_facts),
    ),
    figures=figures,
    sheets=(FUNDS,),
)
