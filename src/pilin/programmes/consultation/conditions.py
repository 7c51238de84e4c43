"""When some steps of a consultation apply."""

from pilin.engine.situation import Situation


def at_station(s: Situation) -> bool:
    org = s.matter.org if s.matter else None
    return bool(org and org.category == "station" and org.parent_id)


def at_hall(s: Situation) -> bool:
    org = s.matter.org if s.matter else None
    return bool(org and org.category == "hall" and org.children.filter(category="station").exists())


def on_behalf(s: Situation) -> bool:
    return bool(s.matter and s.matter.on_behalf)
