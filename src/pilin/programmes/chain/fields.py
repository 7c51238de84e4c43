"""What forms of lots ask with: amounts, and rows of what went in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.chains.acts import GOODS, KG
from pilin.forms.fields import PairRows
from pilin.wording.values import Unclear, plain

from .measures import measured
from .models import Stock, amount_of


class Measure(forms.CharField):
    """An amount in `unit`; takes 3吨, 1,200 and 两千斤. Cleans to Decimal."""

    def __init__(self, unit: str = KG, nothing: bool = False, **kwargs: Any) -> None:
        self.unit, self.nothing = unit, nothing
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(widget=widget, max_length=30, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(plain(value) if isinstance(value, Decimal) else value)
        return _amount(text, self.unit, self.nothing) if text else None


def _amount(text: str, unit: str, nothing: bool = False) -> Decimal | None:
    try:
        return measured(text, unit, nothing)
    except Unclear as fault:
        raise ValidationError(str(fault.why)) from fault


class TakingRows(PairRows):
    """Rows of a lot and an amount: "120 500"."""

    template_name = "chain/taking_rows.html"
    parts = ("lot", "amount")
    offered: Mapping[int, Stock] = {}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["lots"] = [(str(pk), described(stock)) for pk, stock in self.offered.items()]
        return context


def described(stock: Stock) -> str:
    """A lot where it lies, with what is left of it there."""
    left = amount_of(stock.left, stock.lot.good)
    return f"{stock.lot.called} · {left} · {stock.org.called}"


class Takings(forms.CharField):
    """Of which lots, and how much of each. Cleans to [{"lot", "code", "amount"}], amounts as Decimal.

    A lot without an amount means all that is left of it.
    """

    is_speech = False
    offered: Mapping[int, Stock] = {}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=TakingRows(), max_length=1000, **kwargs)

    def offer(self, stocks: Mapping[int, Stock]) -> None:
        self.offered = self.widget.offered = stocks

    def words_of(self, value: Any) -> str:
        return "\n".join(f"{row['code']}: {row['amount']}" for row in value)

    def clean(self, value: Any) -> list[Any]:
        found: dict[int, Decimal] = {}
        for line in (super().clean(value) or "").splitlines():
            key, _gap, text = line.strip().partition(" ")
            stock = self.offered.get(int(key) if key.isascii() and key.isdigit() else -1)
            if stock is None:
                raise ValidationError(_("Please choose a lot for each amount."))
            amount = _amount(text, GOODS[stock.lot.good].unit) if text else stock.left
            assert amount is not None
            found[stock.lot_id] = found.get(stock.lot_id, Decimal(0)) + amount
            if found[stock.lot_id] > stock.left:
                left = amount_of(stock.left, stock.lot.good)
                words = _("Of %(lot)s, %(left)s are left.")
                raise ValidationError(words, params={"lot": stock.lot.called, "left": left})
        return [
            {"lot": lot, "code": self.offered[lot].lot.code, "amount": amount}
            for lot, amount in found.items()
        ]
