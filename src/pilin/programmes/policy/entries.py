"""What rows of the register of documents say."""

from pilin.engine.payload import Part, Worded


class DocumentRow(Part):
    """`id` where it was recorded before."""

    id: int | None = None
    title: str
    type: str
    meeting: Worded | None = None
    requirements: tuple[str, ...]
