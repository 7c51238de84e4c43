"""Fields of a renovation: lines with an amount or a number, the register of units, tables to fill in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.owners import owner_of
from pilin.engine.procedure import Words
from pilin.engine.situation import Situation
from pilin.forms.answers import in_words
from pilin.forms.fields import Lines, Money, Text
from pilin.forms.validators import no_control_characters
from pilin.wording.identity import difference, identity
from pilin.wording.values import in_yuan

_COUNTED = re.compile(r"(.{0,59}?[^\d\s])\s*[:：]?\s*(\d{1,6})\s*[户家]?")
_AMOUNT = re.compile(r"(.{0,59}?[^\d\s¥￥])\s*[:：]?\s*([¥￥]?[\d,，.]+\s*[万亿]?\s*元?)")


class Counts(Lines):
    """Lines such as "加装电梯 120". Cleans to a list of {"name", "count"}."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=30, longest=80, **kwargs)

    def clean(self, value: Any) -> list[Any]:
        found: dict[str, int] = {}
        for line in super().clean(value):
            match = _COUNTED.fullmatch(line)
            if not match or match.group(1) in found:
                raise ValidationError(
                    _("“%(line)s” should be a need and a number, each need once: 加装电梯 120."),
                    params={"line": line},
                )
            found[match.group(1)] = int(match.group(2))
        return [{"name": name, "count": count} for name, count in found.items()]


class Amounts(Lines):
    """Lines such as "政府补助 120万". Cleans to a list of {"name", "amount"}: Decimal yuan."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=30, longest=100, **kwargs)

    def clean(self, value: Any) -> list[Any]:
        found = []
        for line in super().clean(value):
            match = _AMOUNT.fullmatch(line)
            if not match:
                raise ValidationError(
                    _("“%(line)s” should be a name and an amount, as 政府补助 120万."),
                    params={"line": line},
                )
            found.append({"name": match.group(1), "amount": Money().clean(match.group(2))})
        return found

    def words_of(self, value: Any) -> str:
        lines = value if isinstance(value, list) else [value]
        return "\n".join(f"{v['name']} {in_yuan(Decimal(v['amount']))}" for v in lines)


def total(lines: Iterable[Mapping[str, Any]]) -> Decimal:
    return sum((Decimal(line["amount"]) for line in lines), Decimal(0))


Unit = tuple[str, str, list[str]]
_AREA = re.compile(r"0*(\d{1,6}(?:\.\d{1,4})?)")
_CODE = re.compile(r"[^\s;；,，、]{1,40}")


class Units(Text):
    """The register of units: a line a unit, pasted from a spreadsheet: its code, its area in m², and
    the codes of its owners. Cleans to [code, area, [owner, …]] each; takes such a list, too."""

    MOST = 20_000

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2_000_000, rows=12, **kwargs)

    def clean(self, value: Any) -> list[Unit]:
        if isinstance(value, list):
            rows = [[str(code), str(area), ";".join(owners)] for code, area, owners in value]
        else:
            lines = [line for line in (super().clean(value) or "").splitlines() if line.strip()]
            rows = [re.split(r"\t" if "\t" in line else "[,，]", line) for line in lines]
            if rows and not any(char.isdigit() for char in "".join(rows[0])):
                rows = rows[1:]  # a row of headers
        if len(rows) > self.MOST:
            raise ValidationError(
                _("At most %(most)d lines, please: there are %(n)d."),
                params={"most": self.MOST, "n": len(rows)},
            )
        found: dict[str, Unit] = {}
        for cells in rows:
            unit = self.unit(cells)
            if before := found.get(identity(unit[0])):
                words = _("Unit “%(unit)s” stands there twice.")
                if before[0] != unit[0]:
                    words = _(
                        "“%(unit)s” and “%(before)s” are one unit: they differ by %(apart)s alone."
                    )
                raise ValidationError(
                    words,
                    params={
                        "unit": unit[0],
                        "before": before[0],
                        "apart": difference(before[0], unit[0]),
                    },
                )
            found[identity(unit[0])] = unit
        return list(found.values())

    @staticmethod
    def unit(cells: Sequence[str]) -> Unit:
        """One row, checked. Raises ValidationError."""
        line = " ".join(cells)[:60]
        code, area, owner = (*(cell.strip() for cell in cells[:3]), "", "", "")[:3]
        size = _AREA.fullmatch(area)
        if not _CODE.fullmatch(code) or not size or not Decimal(size.group(1)):
            raise ValidationError(
                _("“%(line)s” should be a unit, its area in m² and its owner, apart by commas."),
                params={"line": line},
            )
        owners = owner_of(owner).split(";")
        if len(owners) > 8 or not all(_CODE.fullmatch(o) and re.search(r"\d", o) for o in owners):
            raise ValidationError(
                _("“%(line)s”: an owner is a code with a number in it, as A-101-1, never a name."),
                params={"line": line},
            )
        no_control_characters(line)
        return code, size.group(1), owners

    def words_of(self, value: Any) -> str:
        return str(_("%(n)d units")) % {"n": len(value)}


#: Bytes of a register that one entry holds; an entry has 65,535 at most.
PART = 50_000


def parts(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """A register cut into what one entry holds."""
    part: list[Unit] = []
    size = 0
    for unit in units:
        bytes_ = len(json.dumps(unit, ensure_ascii=False).encode())
        if part and size + bytes_ > PART:
            yield part
            part, size = [], 0
        part.append(unit)
        size += bytes_
    if part:
        yield part


@dataclass(frozen=True)
class Line:
    """A row to fill in: `key` names it, `heads` are cells that say what it is about."""

    key: str
    heads: Sequence[Any] = ()


@dataclass(frozen=True)
class Tab:
    """A link to another part of a long table."""

    words: Words
    url: str
    current: bool


class Table(forms.Widget):
    """Draws a `Grid`: a table on a desk, a list of cards on a phone."""

    template_name = "renovation/grid.html"
    use_fieldset = True
    grid: Grid

    def id_for_label(self, id_: str | None) -> str:
        return id_ or ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        typed = {row.get("row"): row for row in value or [] if isinstance(row, dict)}
        rows = []
        for line in self.grid.lines:
            given, cells = typed.get(line.key, {}), []
            named = " ".join(str(h) for h in line.heads[:1]) or line.key
            for key, field in self.grid.columns.items():
                label = f"{field.label} · {named}"
                cell: dict[str, Any] = {"label": field.label, "named": label}
                cell["html"] = field.widget.render(
                    f"{name}-{line.key}-{key}",
                    given.get(key, field.initial),
                    {"aria-label": label}
                    if not isinstance(field.widget, forms.RadioSelect)
                    else {},
                )
                cell["radio"] = isinstance(field.widget, forms.RadioSelect)
                cells.append(cell)
            rows.append((list(zip(self.grid.heads, line.heads, strict=False)), cells))
        return {
            "heads": self.grid.heads,
            "columns": self.grid.columns.values(),
            "rows": rows,
            "tabs": self.grid.tabs,
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Each row as typed; or a list, where not a page but a program fills it in."""
        if isinstance(direct := data.get(name), list):
            return direct
        return [
            {
                "row": line.key,
                **{key: data.get(f"{name}-{line.key}-{key}", "") for key in self.grid.columns},
            }
            for line in self.grid.lines
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class Grid(forms.Field):
    """A table of rows to fill in, each column a field. Rows left empty fall out.

    Cleans to a list of {"row": key, column: cleaned, …}. A row in which anything is filled in must
    be right in every column.
    """

    widget = Table

    def __init__(self, columns: Mapping[str, forms.Field], blank: int = 0, **kwargs: Any) -> None:
        self.columns = dict(columns)
        self.heads: Sequence[Words] = ()
        self.tabs: Sequence[Tab] = ()
        self.lines: Sequence[Line] = [Line(str(n)) for n in range(1, blank + 1)]
        super().__init__(**kwargs)
        self.widget.grid = self

    def __deepcopy__(self, memo: Any) -> Grid:
        copy: Grid = super().__deepcopy__(memo)
        copy.columns = {key: field.__deepcopy__(memo) for key, field in self.columns.items()}
        copy.widget.grid = copy
        return copy

    def bind(self, situation: Situation) -> None:
        """Its columns learn who asks, and on which day."""
        for field in self.columns.values():
            if hasattr(field, "bind"):
                field.bind(situation)

    def lay_out(self, lines: Sequence[Line], heads: Sequence[Words] = ()) -> None:
        self.lines, self.heads = lines, heads

    def clean(self, value: Any) -> list[dict[str, Any]]:
        known = {line.key: line for line in self.lines}
        found, faults = [], []
        for row in value if isinstance(value, list) else []:
            line = known.get(str(row.get("row", ""))) if isinstance(row, dict) else None
            if line is None:
                faults.append(ValidationError(_("There is no such row.")))
                continue
            filled = [k for k, f in self.columns.items() if row.get(k, "") not in ("", f.initial)]
            if not filled:
                continue
            cleaned: dict[str, Any] = {"row": line.key}
            for key, field in self.columns.items():
                try:
                    cleaned[key] = field.clean(row.get(key, ""))
                except ValidationError as fault:
                    words = " ".join(map(str, fault.messages))
                    named = line.heads[0] if line.heads else line.key
                    faults.append(ValidationError(f"{named}, {field.label}: {words}"))
            found.append(cleaned)
        if faults:
            raise ValidationError(faults[:5])
        if self.required and not found:
            raise ValidationError(_("Please fill in one row at least."))
        return found

    def words_of(self, value: Any) -> str:
        rows = value if isinstance(value, list) else [value]
        return "\n".join(
            " · ".join(
                in_words(row[key], field)
                for key, field in self.columns.items()
                if row.get(key) not in (None, "")
            )
            for row in rows
        )
