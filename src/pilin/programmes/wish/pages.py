"""The list of wishes, and what one shows."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.engine.procedure import Words
from pilin.kit.facts import Facts, org_links, rows_of
from pilin.kit.listing import Listing, columns_of
from pilin.kit.programme import Unseen
from pilin.ledger import log
from pilin.people.actor import Actor
from pilin.wording.reading import day, yuan

from .models import ASKED, Giver, Pledge, Wish

LISTING = Listing(
    "wish",
    "wishes/",
    _("Wishes"),
    _("What children wish for, by code and never by name; whoever claims one delivers it."),
    columns=columns_of(Wish),
    related=("wish",),
    telling=(1,),
    openings=("submit",),
)


def own(matter: Matter, actor: Actor) -> tuple[Decimal, bool]:
    """What the reader put in, and whether they have it now to be delivered."""
    if actor.kind != "person" or not matter.is_open:
        return Decimal(0), False
    rows = Pledge.objects.filter(wish=matter.pk, person=actor.person)
    mine = sum((pledge.amount for pledge in rows), Decimal(0))
    return mine, matter.state == "claimed" and matter.holder_person == actor.person


def _how(matter: Matter, wish: Wish, mine: Decimal, claimed: bool) -> Iterator[tuple[Words, Any]]:
    """How to pay or deliver, where, and until when."""
    through = org_links([matter.org_id] if matter.org_id else [])
    if matter.state == "submitted" and matter.title == wish.code:
        yield _("What is wished for?"), _("Shown once the office in charge has checked it.")
    if matter.state == "open":
        ways = [
            _("Press “I will fulfil it”, buy it, bring it, and report it delivered with a photo.")
        ]
        if wish.pledged:
            ways = []
        if wish.price is not None:
            ways.append(
                _(
                    "Put in a part of the price. Nothing is paid before the whole price is together;"
                    " until then you can take your part back."
                )
            )
        yield _("How to give"), ways
    if matter.state in ("open", "claimed"):
        if wish.pledged:  # whoever is in charge buys it of what was put together
            yield _("Where to pay your part"), through
            yield _("How to pay it"), matter.org.pay if matter.org else ""
        else:
            to = org_links([wish.school_id]) if wish.school_id else []
            yield _("Where to bring it"), wish.bring or to or through
    if matter.state == "claimed" and matter.due and (claimed or mine):
        yield _("Until when"), day(matter.due)


def facts(matter: Matter, mine: Decimal, claimed: bool) -> Facts | Mapping[str, Any]:
    found = Wish.objects.filter(pk=matter.pk).first()
    if found is None:
        return {}
    pooled = ""
    if found.price is not None and found.pledged:
        left = found.price - found.pledged
        pooled = _("%(sum)s of %(price)s, from %(n)d people; %(left)s still needed") % {
            "sum": yuan(found.pledged),
            "price": yuan(found.price),
            "n": found.pledges.values("person").distinct().count(),
            "left": yuan(left),
        }
    school = org_links([found.school_id]) if found.school_id else found.school_words
    return Facts(
        _("The wish"),
        [
            *rows_of(found, school_words=school, pledged=pooled),
            *_how(matter, found, mine, claimed),
            (_("Your part"), yuan(mine) if mine else ""),
            (_("Thanks"), found.thanks),
        ],
    )


def unseen() -> Iterator[Unseen]:
    """Offers of those who would fulfil wishes of a school, which its coordinator has not answered."""
    offers = Giver.objects.filter(state=ASKED).values_list("entry", flat=True)
    for record in log.some(log.MAIN, offers):
        matter = record.body["matter"]
        url = reverse("web:step", args=[matter, "accept_giver"])
        yield Unseen(record.number, matter, _("An offer to fulfil wishes"), url)
