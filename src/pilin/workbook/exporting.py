"""The registers go out again as a workbook, as they stand now."""

from pathlib import Path

from django.db import connection, transaction

from pilin.loop import sheets

from . import writing


def export(path: Path) -> int:
    """Write every register to `path`, from one snapshot of the tables; gives the rows written."""
    with transaction.atomic():
        if len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return writing.write(path, ((spec, spec.export()) for spec in sheets.sheets()))
