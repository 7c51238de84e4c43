"""Awards for courage: nominated, vetted, on public notice, decided."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.kit.facts import Table
from pilin.kit.listing import Listing, columns_of
from pilin.kit.printed import Printed
from pilin.kit.programme import Programme, shown
from pilin.workbook.sheets import Column, column, matter_sheet

from . import apply
from .models import Award
from .procedure import AWARD

TITLE = Column("事迹", "title", required=True, width=40)
COLUMNS = (TITLE, column(Award, "day"), column(Award, "money"))
LEAD = _("Courage that both sides honour: anyone nominates, two offices vet, all may object.")


def objections(award: Award) -> list[Table]:
    rows = [(o.words, o.answer or "–") for o in award.objections.order_by("number")]
    return [Table(_("Objections"), (_("Objection"), _("Answer")), rows)]


def figures() -> Iterator[Printed]:
    rows = Award.objects.filter(matter__state__in=("conferred", "closed", "lapsed", "recorded"))
    yield Printed("awards", _("Awards conferred"), Decimal(rows.count()), url_name="award:list")


PROGRAMME = Programme(
    "award",
    procedures=(AWARD,),
    apply=(apply.AWARD,),
    listing=Listing("award", "awards/", _("Awards"), LEAD, columns_of(Award), ("award",)),
    shown=(shown(Award, _("The award"), objections),),
    figures=figures,
    sheets=(matter_sheet(Award, "见义勇为", "见义勇为表彰台账", COLUMNS),),
)
