"""What a desk's register note counts: Party organisations, firms, employees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Words
from pilin.wording.values import Unclear, parse_quantity

#: What is counted → the words a note calls it by, and the unit.
COUNTED: dict[str, tuple[str, Words, Words]] = {
    "desk_organisations": ("党组织|组织", _("Organisations served"), _("organisations")),
    "desk_firms": ("企业|公司", _("Firms served"), _("firms")),
    "desk_employees": ("员工|职工", _("Employees served"), _("people")),
}


def counts(note: str) -> Mapping[str, Mapping[str, Any]]:
    """Quantities in a note such as "企业80家,员工1万余人", by key of COUNTED."""
    found = {}
    for part in re.split("[;；,，。]", note):
        for key, (words, _title, _unit) in COUNTED.items():
            match = re.search(rf"(?:{words})(?:约|共|有)?(.*)", part)
            if match and key not in found:
                try:
                    quantity = parse_quantity(match.group(1))
                except Unclear:
                    continue
                if quantity:
                    found[key] = quantity.to_json()
    return found
