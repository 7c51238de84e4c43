"""A table of results."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Table:
    """Columns and rows, printed as Markdown."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        self.rows.append(tuple(f"{c:,.3g}" if isinstance(c, float) else str(c) for c in cells))

    def markdown(self) -> str:
        head = f"| {' | '.join(self.columns)} |"
        line = f"| --- |{' ---: |' * (len(self.columns) - 1)}"
        return "\n".join([head, line, *(f"| {' | '.join(r)} |" for r in self.rows)]) + "\n"


@dataclass(frozen=True)
class Tables:
    """Several tables that answer one question."""

    parts: tuple[Table, ...]

    def markdown(self) -> str:
        return "\n".join(table.markdown() for table in self.parts)
