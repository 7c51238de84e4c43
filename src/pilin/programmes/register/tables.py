"""Register rows of places, organisations, offices and names → tables."""

from pilin.people.models import Office, Organisation, Place, Side

from .entries import NamingRow, OfficeRow, OrganisationRow, PlaceRow, SideRow
from .models import Naming


def side(number: int, row: SideRow) -> None:
    Side.objects.update_or_create(
        code=row.code, defaults={"name": row.name, "name_en": row.name_en}
    )


def place(number: int, row: PlaceRow) -> None:
    """A place, and with it its government, which can lead projects and hold offices."""
    key = row.id or number
    above = Place.objects.get(pk=row.parent).path if row.parent else []
    Place.objects.update_or_create(
        id=key,
        defaults={
            "code": row.code,
            "name": row.name,
            "level": row.level,
            "parent_id": row.parent,
            "within": row.within,
            "side": row.side,
            "path": [*above, key],
            "name_en": row.name_en,
            "shape": row.shape,
            "shape_note": row.shape_note,
        },
    )
    Organisation.objects.update_or_create(
        id=key,
        defaults={
            "name": row.name,
            "name_en": row.name_en,
            "category": "government",
            "place_id": key,
            "places": [key],
            "sides": row.side,
            "parent_id": row.parent,
        },
    )


def organisation(number: int, row: OrganisationRow) -> None:
    Organisation.objects.update_or_create(
        id=row.id or number,
        defaults={
            "name": row.name,
            "category": row.category,
            "category_wording": row.category_wording,
            "place_id": row.places[0] if row.places else None,
            "places": list(row.places),
            "where": row.where,
            "sides": row.sides,
            "parent_id": row.parent,
            "note": row.note,
            "name_en": row.name_en,
            "point": row.point,
            "pay": row.pay,
        },
    )


def office(number: int, row: OfficeRow) -> None:
    Office.objects.update_or_create(
        id=row.id or number,
        defaults={
            "role": row.role,
            "organisation_id": row.organisation,
            "person": row.person,
            "since": row.since,
            "until": row.until,
            "last": number,
        },
    )


def naming(number: int, row: NamingRow) -> None:
    said = {"sheet": row.sheet, "written": row.written, "meant": row.meant}
    Naming.objects.update_or_create(id=row.id or number, defaults=said)
