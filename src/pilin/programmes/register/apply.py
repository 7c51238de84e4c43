"""Rows of registers → the tables of whoever keeps that register."""

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.ledger.log import Record

REGISTER = Handlers("register")


@REGISTER.every
def apply(record: Record, matter: Matter) -> list[str] | None:
    if record.body["step"] != "record":
        return None
    data = record.body["data"]
    register = registry.register(data["type"])
    assert register is not None  # a type, once used, stays declared
    register.apply(record.number, data["row"])
    return [f"register:{data['type']}"]
