"""Register rows of places, organisations and offices → tables."""

from datetime import date
from typing import Any

from pilin.people.models import Office, Organisation, Place, Side


def side(number: int, row: dict[str, Any]) -> None:
    Side.objects.update_or_create(code=row["code"], defaults={"name": row["name"]})


def place(number: int, row: dict[str, Any]) -> None:
    """A place, and with it its government, which can lead projects and hold offices."""
    key = row.get("id") or number
    above = Place.objects.get(pk=row["parent"]).path if row.get("parent") else []
    Place.objects.update_or_create(
        id=key,
        defaults={
            "code": row.get("code") or "",
            "name": row["name"],
            "level": row["level"],
            "parent_id": row.get("parent"),
            "within": row.get("within") or "",
            "side": row.get("side") or "",
            "path": [*above, key],
        },
    )
    Organisation.objects.update_or_create(
        id=key,
        defaults={
            "name": row["name"],
            "category": "government",
            "place_id": key,
            "places": [key],
            "sides": row.get("side") or "",
            "parent_id": row.get("parent"),
        },
    )


def organisation(number: int, row: dict[str, Any]) -> None:
    Organisation.objects.update_or_create(
        id=row.get("id") or number,
        defaults={
            "name": row["name"],
            "category": row["category"],
            "category_wording": row.get("category_wording") or "",
            "place_id": (row.get("places") or [None])[0],
            "places": row.get("places") or [],
            "where": row.get("where") or "",
            "sides": row.get("sides") or "",
            "parent_id": row.get("parent"),
            "note": row.get("note") or "",
        },
    )


def office(number: int, row: dict[str, Any]) -> None:
    until = row.get("until")
    Office.objects.update_or_create(
        id=row.get("id") or number,
        defaults={
            "role": row["role"],
            "organisation_id": row["organisation"],
            "person": row["person"],
            "since": date.fromisoformat(row["since"]),
            "until": date.fromisoformat(until) if until else None,
        },
    )
