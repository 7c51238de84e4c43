"""What entries of registers say, and the rows of places, organisations and offices."""

from datetime import date

from pydantic import field_validator

from pilin.engine.payload import Part, Payload
from pilin.forms.payloads import EnteredRow
from pilin.people.geometry import read_point, read_shape


class Open(Payload):
    title: str
    file: str = ""
    sha256: str = ""


class Record(EnteredRow):
    """A row as a workbook or an operator's command brings it."""


class SideRow(Part):
    code: str
    name: str
    name_en: str = ""


class PlaceRow(Part):
    """`id` where it was recorded before; `within` the place above a root, in words.

    `shape` is GeoJSON as `pilin.people.geometry` writes it, `shape_note` where it is from.
    """

    id: int | None = None
    name: str
    level: str
    code: str = ""
    parent: int | None = None
    within: str = ""
    side: str = ""
    name_en: str = ""
    shape: str = ""
    shape_note: str = ""

    @field_validator("shape")
    @classmethod
    def _a_shape(cls, text: str) -> str:
        if text:
            read_shape(text)
        return text


class OrganisationRow(Part):
    id: int | None = None
    name: str
    category: str
    category_wording: str = ""
    places: tuple[int, ...] = ()
    where: str = ""
    sides: str = ""
    parent: int | None = None
    note: str = ""
    name_en: str = ""
    point: str = ""
    pay: str = ""

    @field_validator("point")
    @classmethod
    def _a_point(cls, text: str) -> str:
        if text:
            read_point(text)
        return text


class OfficeRow(Part):
    """`person` is a pseudonym; `until` is inclusive, none: still held."""

    id: int | None = None
    role: str
    organisation: int
    person: str
    since: date
    until: date | None = None


class NamingRow(Part):
    """What a name in workbooks means: `sheet` of a column, `meant` "" where it is not read."""

    id: int | None = None
    sheet: str = ""
    written: str
    meant: str = ""
