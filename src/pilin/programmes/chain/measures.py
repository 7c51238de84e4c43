"""Amounts as people and registers write them: 3吨, 1,200 kg, 两千斤, 30亩."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from pilin.deciding.chains.acts import KG, MU, TRAY
from pilin.wording.values import Unclear, parse_quantity

#: What a unit is of the unit it is kept in.
_UNITS: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("kg", "千克", "公斤"), (KG, Decimal(1))),
    **dict.fromkeys(("吨", "t", "公吨"), (KG, Decimal(1000))),
    **dict.fromkeys(("克", "g"), (KG, Decimal("0.001"))),
    **dict.fromkeys(("斤", "市斤"), (KG, Decimal("0.5"))),
    **dict.fromkeys(("盘", "张", "tray", "trays"), (TRAY, Decimal(1))),
    **dict.fromkeys(("亩", "mu"), (MU, Decimal(1))),
}
MOST = Decimal(10) ** 11


def measured(raw: object, unit: str, nothing: bool = False) -> Decimal | None:
    """An amount in `unit`, to a thousandth; None where nothing is said, and nought only where `nothing`
    is an answer. Raises Unclear."""
    # 千 is a thousand as well: 50千克 would be read as fifty thousand 克.
    said = raw.replace("千克", "公斤") if isinstance(raw, str) else raw
    found = parse_quantity(said, unit)
    if found is None:
        return None
    words = found.wording
    kept, times = _UNITS.get(found.unit.lower() or unit, ("", Decimal(0)))
    if kept != unit:
        names = "、".join(name for name, (of, _times) in _UNITS.items() if of == unit)
        raise Unclear(_("It is counted in: %(units)s") % {"units": names}, words)
    if found.at_least or found.about:
        raise Unclear(_("An exact amount is needed here."), words)
    amount = found.value * times
    if not (amount > 0 or (nothing and amount == 0)) or amount > MOST:
        raise Unclear(_("More than nothing, please, and no more than can be weighed."), words)
    if amount != amount.quantize(Decimal("0.001")):
        raise Unclear(_("To the gram at most, please."), words)
    return amount
