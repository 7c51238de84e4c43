"""Registers (台账): a workbook, or one row, becomes part of the record."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.registers import Register
from pilin.kit.programme import Programme

from . import apply, entries, tables
from .procedure import REGISTER
from .workbook import NAMINGS, ORGANISATIONS, PLACES

REGISTERS = (
    Register("side", _("side"), entries.SideRow, tables.side),
    Register("place", _("place"), entries.PlaceRow, tables.place),
    Register("organisation", _("organisation"), entries.OrganisationRow, tables.organisation),
    Register("office", _("office"), entries.OfficeRow, tables.office),
    Register("naming", _("name in workbooks"), entries.NamingRow, tables.naming),
)
PROGRAMME = Programme(
    "register",
    procedures=(REGISTER,),
    apply=(apply.REGISTER,),
    registers=REGISTERS,
    sheets=(NAMINGS, PLACES, ORGANISATIONS),
)
