"""What the registers of drives say in numbers: what was given out, by sort of goods."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Words
from pilin.kit.printed import Printed

from .models import Item

#: Sorts by the words a register uses; the rest is counted together.
SORTS = (
    ("uniforms", _("School uniforms given"), ("校服",)),
    ("garments", _("Garments given"), ("衣",)),
    ("shoes", _("Pairs of shoes given"), ("鞋",)),
    ("books", _("Books and stationery given"), ("书", "学习用品", "文具")),
    ("toys", _("Toys given"), ("玩具",)),
    ("homes", _("Homes renovated"), ("房屋", "住房")),
)


def figures() -> Iterator[Printed]:
    registered = Item.objects.filter(given__gt=0).exclude(drive__source_row=[])
    sums: dict[str, list[Item]] = {key: [] for key, *_rest in SORTS}
    others: list[Item] = []
    for item in registered:
        keys = [k for k, _title, words in SORTS if any(w in item.name for w in words)]
        (sums[keys[0]] if keys else others).append(item)
    for key, title, _words in SORTS:
        yield _given(key, title, sums[key])
    if others:
        yield _given("other_goods", _("Other goods given"), others)
    here = Item.objects.filter(given__gt=0, drive__source_row=[])
    yield _given("goods_here", _("Goods given through Pilin"), list(here), unit=_("pieces"))


def _given(key: str, title: Words, items: list[Item], unit: Words = "") -> Printed:
    value = Decimal(sum(i.given for i in items))
    unit = unit or (items[0].unit if items else "")
    return Printed(key, title, value, unit, any(i.at_least for i in items), "drive:list")
