"""Rows of registers → the tables of whoever keeps that register."""

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.programme import registry

from . import entries

REGISTER = Handlers("register")


@REGISTER.on("record")
def record(entry: Entry[entries.Record], matter: Matter) -> list[str]:
    register = registry.register(entry.data.type)
    assert register is not None  # a type, once used, stays declared
    register.apply(entry.number, entry.data.row)
    return [f"register:{register.name}"]
