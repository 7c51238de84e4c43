"""What entries of events say, and the row of a livestream room."""

from pilin.engine.payload import Part


class RoomRow(Part):
    """`id` where it was recorded before; `where` in the register's words."""

    id: int | None = None
    name: str
    place: int | None = None
    where: str = ""
    side: str = ""
