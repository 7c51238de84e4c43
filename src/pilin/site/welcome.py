"""The first minute of somebody new: their village, what is voted on there, what neighbours raised."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from pilin.engine.models import Matter
from pilin.engine.positions import as_they_stand, registers
from pilin.engine.programme import registry
from pilin.kit.cards import card_rows, cards, read
from pilin.kit.figures import listed_kinds
from pilin.people.actor import account_of, actor_of
from pilin.people.models import Place

from .board import opening
from .hearing import offered
from .votes import open_now

#: Matters of neighbours that are shown.
FEW = 5


@never_cache
@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    with as_they_stand():
        account = account_of(request)
        home, actor = registers().place(account.home), actor_of(account)
        path = home.path if home else []
        rows = Matter.objects.filter(kind__in=listed_kinds(), is_open=True)
        near = rows.filter(place__in=path) if home else rows
        context = {
            "home": home,
            "care": list(offered(account, _to_follow(home))),
            "checked": bool(actor.offices) or actor.lives(timezone.localdate()),
            "votes": open_now(request),
            "near": cards(read(card_rows(near.order_by("-last")[:FEW]))),
            "opening": opening(),
        }
        return render(request, "site/welcome.html", context)


def _to_follow(home: Place | None) -> list[tuple[str, str]]:
    """What somebody may care about: where they live, and each kind of matter."""
    kinds = [(f"kind:{kind}", str(registry.latest(kind).title)) for kind in listed_kinds()]  # type: ignore[union-attr]
    return [*([(f"place:{home.pk}", home.called)] if home else []), *kinds]
