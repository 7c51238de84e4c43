"""Whom the service desks serve, as their registers say."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed, total
from pilin.people.models import Organisation

from .counts import COUNTED, counts


def figures() -> Iterator[Printed]:
    desks = Organisation.objects.filter(category="service-centre").order_by("id")
    served = [counts(o.note) for o in desks]
    for key, (_words, title, unit) in COUNTED.items():
        value, more = total([c.get(key) for c in served])
        yield Printed(key, title, value, unit, more, "service:list")
    open_desks, _more = total([{"value": "1"} for _desk in desks])
    yield Printed("desks", _("Service desks"), open_desks, url_name="service:list")
