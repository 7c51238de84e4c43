"""The registers go out again as a workbook, as they stand now."""

from pathlib import Path

from pilin.ledger.asking import snapshot

from . import sheets


def export(path: Path) -> int:
    """Write every register to `path`, as they stood at one moment; gives the rows written."""
    with snapshot():
        from . import writing  # noqa: PLC0415 (slow to load, seldom needed)

        return writing.write(path, ((spec, spec.export()) for spec in sheets.sheets()))
