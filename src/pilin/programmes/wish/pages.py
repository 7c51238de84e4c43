"""The list of wishes, and what one shows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.facts import Facts, org_links, rows_of
from pilin.kit.listing import Listing, columns_of
from pilin.wording.values import in_yuan

from .models import Wish

LISTING = Listing(
    "wish",
    "wishes/",
    _("Wishes"),
    _("What children wish for, by code and never by name; whoever claims one delivers it."),
    columns=columns_of(Wish),
    related=("wish",),
    openings=("submit",),
)


def facts(matter: Matter) -> Facts | Mapping[str, Any]:
    found = Wish.objects.filter(pk=matter.pk).first()
    if found is None:
        return {}
    pooled = ""
    if found.price is not None and found.pledged:
        left = found.price - found.pledged
        pooled = _("%(sum)s of %(price)s, from %(n)d people; %(left)s still needed") % {
            "sum": in_yuan(found.pledged),
            "price": in_yuan(found.price),
            "n": found.pledges.values("person").distinct().count(),
            "left": in_yuan(left),
        }
    school = org_links([found.school_id]) if found.school_id else found.school_words
    return Facts(_("The wish"), rows_of(found, school_words=school, pledged=pooled))
