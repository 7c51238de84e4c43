"""Register rows → documents."""

from pilin.engine.attributes import given

from .entries import DocumentRow
from .models import Document


def document(number: int, row: DocumentRow) -> None:
    fields = {**given(Document, row), "requirements": list(row.requirements)}
    Document.objects.update_or_create(id=row.id or number, defaults=fields)
