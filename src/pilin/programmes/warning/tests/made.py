"""Warnings as tests take them in."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from pilin.deciding.alerts.tests.made import SENDER, about, message
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.people.actor import HOUSE


def issuer(world, **said):
    """An issuer is on the register."""
    row = {"name": "左县气象台", "sender": SENDER, "org": world["左县"], **said}
    book = act(HOUSE, "register", "open", {"title": "预警发布单位"}).number
    return act(HOUSE, book, "record", {"type": "issuer", "row": row}).number


def received(world, identifier="330482-1", *, login="lead-county", at=None, **said):
    """A warning of the left town came in."""
    text = message(identifier, **({"sent": at - timedelta(minutes=1)} if at else {}), **said)
    return world.take(login, "warning", "receive", message=text, org=world["左县"], at=at)


def later(world, matter, kind, identifier, before, sent, *, at=None, **said):
    """A message about it, `before` being (identifier, sent) of the earlier one."""
    step = "cancel" if kind == "Cancel" else "update"
    text = message(identifier, kind=kind, sent=sent, before=about(*before), **said)
    world.take("lead-county", matter, step, message=text, at=at)
    return Matter.objects.get(pk=matter.pk)


def minutes(n):
    """So many minutes from now."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=n)


def at(minutes_on):
    """A moment as it is typed."""
    return (timezone.localtime() + timedelta(minutes=minutes_on)).strftime("%Y-%m-%dT%H:%M:%S")


def typed(world, number, matter=None, **said):
    """A warning of fog was typed in, or a newer message of one."""
    answers = {
        "identifier": "县气〔2099〕7号",
        "sent": at(-10),
        "until": at(300),
        "event": "fog",
        "colour": "yellow",
        "headline": "大雾黄色预警",
        "description": "能见度低于五百米。",
        "places": [world["左村"]],
        **({} if matter else {"org": world["左县"], "issuer": number}),
        **said,
    }
    return world.take(
        "lead-county", matter or "warning", "replace" if matter else "enter", **answers
    )
