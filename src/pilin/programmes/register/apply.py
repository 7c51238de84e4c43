"""Rows of registers → the tables of whoever keeps that register."""

from pilin.ledger.log import Record
from pilin.loop import registers
from pilin.loop.apply import applies
from pilin.loop.models import Matter


@applies("register")
def apply(record: Record, matter: Matter) -> list[str] | None:
    if record.body["step"] != "record":
        return None
    data = record.body["data"]
    registers.apply_row(data["type"], record.number, data["row"])
    return [f"register:{data['type']}"]
