"""Rows of registers → the tables of whoever keeps that register."""

from pilin.engine import registers
from pilin.engine.apply import applies
from pilin.engine.models import Matter
from pilin.ledger.log import Record


@applies("register")
def apply(record: Record, matter: Matter) -> list[str] | None:
    if record.body["step"] != "record":
        return None
    data = record.body["data"]
    registers.apply_row(data["type"], record.number, data["row"])
    return [f"register:{data['type']}"]
