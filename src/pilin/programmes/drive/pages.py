"""The list of drives, and what one shows."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attributes_of
from pilin.engine.models import Matter
from pilin.kit.facts import Facts, Table, org_links, rows_of
from pilin.kit.listing import Listing, columns_of

from .models import Drive, Item

LISTING = Listing(
    "drive",
    "drives/",
    _("Drives"),
    _("Things collected for those who need them: what came in, what was handed over."),
    columns=columns_of(Drive),
    related=("drive", "drive__recipient"),
    openings=("open",),
)


def counted(item: Item, n: int) -> str:
    """A count in the register's words; "over 3000" where it says "3000余"."""
    if item.wording and n:
        return f"{item.wording}{item.unit}"
    return f"{n}{item.unit}"


def facts(matter: Matter) -> Facts:
    found = Drive.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    items = list(found.items.order_by("number"))
    names = {i.number: i for i in items}
    recipient = org_links([found.recipient_id]) if found.recipient_id else ""
    return Facts(
        _("The drive"),
        rows_of(found, recipient=recipient),
        tables=[
            Table(
                _("Goods"),
                [a.label for a in attributes_of(Item)],
                [
                    (
                        i.name,
                        f"{i.wanted}{i.unit}" if i.wanted is not None else None,
                        counted(i, i.came),
                        counted(i, i.given),
                    )
                    for i in items
                ],
                numbers=(1, 2, 3),
            ),
            Table(
                _("Shipments"),
                (_("No."), _("Where to"), _("What"), _("Handed over")),
                [
                    (
                        b.entry,
                        b.to,
                        "；".join(f"{names[n].name} {c}{names[n].unit}" for n, c in b.lines),
                        b.handed_over or _("on its way"),
                    )
                    for b in found.batches.order_by("entry")
                ],
            ),
        ],
    )
