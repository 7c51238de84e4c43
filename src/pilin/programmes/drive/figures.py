"""What the registers of drives say in numbers: what was given out, by sort of goods."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.loop.printed import Printed, prints

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


@prints
def figures() -> Iterator[Printed]:
    sums: dict[str, list[Item]] = {key: [] for key, *_rest in SORTS}
    others: list[Item] = []
    for item in Item.objects.filter(given__gt=0):
        keys = [k for k, _title, words in SORTS if any(w in item.name for w in words)]
        (sums[keys[0]] if keys else others).append(item)
    titles = [(key, title) for key, title, _words in SORTS]
    for key, title in (*titles, ("other_goods", _("Other goods given"))):
        found = others if key == "other_goods" else sums[key]
        if found or key != "other_goods":
            value = Decimal(sum(i.given for i in found))
            unit = found[0].unit if found else ""
            more = any(i.at_least for i in found)
            yield Printed(key, title, value, unit, more, "drive:list")
