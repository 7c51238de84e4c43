"""Lots for tests: a season from seed to bags, made by the left town and sold on the right."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from pilin.programmes.chain.models import Lot
from pilin.programmes.chain.tracing import here_of


def lot(world, act, *sources, login="lead", org="左镇", **said):
    """A lot made now; `sources` are lots, or pairs of a lot and an amount."""
    pairs = [s if isinstance(s, tuple) else (s, "") for s in sources]
    answers = {
        "act": act,
        "org": world[org],
        "sources": "\n".join(f"{one.pk} {amount}".strip() for one, amount in pairs),
        "day": timezone.localdate().isoformat(),
        **said,
    }
    return Lot.objects.get(pk=world.take(login, "lot", "make", **answers).pk)


def season(world, seed="S1", grain="G1"):
    """seed → seedlings → crop → paddy → grain → rice → bags, by name."""
    found = {}
    found["seed"] = lot(world, "enter", good="seed", amount="50", variety="南粳46", code=seed)
    found["seedling"] = lot(world, "sow", found["seed"], amount="600盘")
    found["crop"] = lot(world, "plant", found["seedling"], amount="30亩")
    found["paddy"] = lot(world, "harvest", found["crop"], amount="18吨")
    found["grain"] = lot(
        world, "dry", found["paddy"], amount="16000", wet="24", water="14.5", code=grain
    )
    found["rice"] = lot(world, "mill", found["grain"], amount="10400", beside="5000")
    found["bags"] = lot(
        world,
        "pack",
        (found["rice"], "10000"),
        amount="10000",
        bags=1000,
        gtin="6901234567892",
        code="B1",
        best="2099-01-01",
    )
    return found


def left(world, one, org="左镇"):
    return here_of(one.pk, world[org])


def kg(text):
    return Decimal(text)


def sent(world, one, amount, to="右镇", login="lead"):
    answers = {"lot": one.pk, "to": world[to], "amount": amount}
    answers["day"] = timezone.localdate().isoformat()
    return world.take(login, "shipment", "send", **answers)
