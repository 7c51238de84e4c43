"""The list of drives, and what one shows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attributes_of
from pilin.engine.models import Matter
from pilin.engine.procedure import Words
from pilin.kit.facts import Facts, Table, org_links, rows_of
from pilin.kit.listing import Listing, columns_of
from pilin.people.actor import Actor
from pilin.wording.reading import day

from .forms import waiting
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


def _how(matter: Matter, found: Drive) -> list[tuple[Words, Any]]:
    """Where to bring something and until when, while it is collected."""
    if matter.state != "collecting":
        return []
    where = found.where or org_links([matter.org_id] if matter.org_id else [])
    steps = _(
        "Press “I will bring something”, bring it, and whoever collects enters it. Until then you can"
        " take your promise back."
    )
    return [
        (_("Where to bring it"), where),
        (_("Until when"), day(found.until)),
        (_("How to give"), steps),
    ]


def own(matter: Matter, actor: Actor) -> tuple[tuple[int, int], ...]:
    """What the reader promised and has not brought yet: (item, count) each."""
    person = actor.person if actor.kind == "person" and matter.state == "collecting" else ""
    return tuple((p.item, p.count) for p in waiting(matter.pk, person)) if person else ()


def facts(matter: Matter, *mine: tuple[int, int]) -> Facts:
    found = Drive.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    items = list(found.items.order_by("number"))
    names = {i.number: i for i in items}
    promised: dict[int, int] = {}
    for p in waiting(matter.pk):
        promised[p.item] = promised.get(p.item, 0) + p.count
    wanted, came, given = (a.label for a in attributes_of(Item)[1:])
    recipient = org_links([found.recipient_id]) if found.recipient_id else ""
    return Facts(
        _("The drive"),
        [
            *rows_of(found, recipient=recipient),
            *_how(matter, found),
            (_("You promised"), "；".join(f"{names[n].name} {c}{names[n].unit}" for n, c in mine)),
            (_("Thanks"), found.thanks),
        ],
        tables=[
            Table(
                _("Goods"),
                (_("What"), wanted, _("Promised"), came, given),
                [
                    (
                        i.name,
                        f"{i.wanted}{i.unit}" if i.wanted is not None else None,
                        f"{promised[i.number]}{i.unit}" if i.number in promised else None,
                        counted(i, i.came),
                        counted(i, i.given),
                    )
                    for i in items
                ],
                numbers=(1, 2, 3, 4),
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
