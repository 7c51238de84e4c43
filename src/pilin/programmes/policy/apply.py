"""Register rows → documents."""

from typing import Any

from .models import Document


def document(number: int, row: dict[str, Any]) -> None:
    names = ("title", "type", "meeting", "requirements")
    Document.objects.update_or_create(
        id=row.get("id") or number, defaults={k: row.get(k) for k in names}
    )
