"""What is the same for every row of a read model that is remembered: how it is written and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models


class Shape:
    """What is the same for every row of a model."""

    def __init__(self, model: type[models.Model]) -> None:
        meta = model._meta
        assert meta.pk is not None
        self.key = meta.pk
        self.fields = list(meta.concrete_fields)
        self.group, self.parent, self.group_names = "", None, frozenset[str]()
        for field in self.fields:
            to = field.remote_field
            if to is not None and getattr(to, "on_delete", None) is models.CASCADE:
                self.group, self.parent = field.attname, to.model
                own = {"pk"} if field.primary_key else set()
                self.group_names = frozenset({field.name, field.attname} | own)
                break
        self.key_names = ("pk", self.key.name, self.key.attname)
        self.children = any(
            getattr(r, "on_delete", None) is models.CASCADE for r in meta.related_objects
        )
        quote = connection.ops.quote_name
        table, key = quote(meta.db_table), quote(str(self.key.column))
        names = [quote(str(f.column)) for f in self.fields]
        rows = f"json_populate_recordset(NULL::{table}, $1::json)"
        listed = ", ".join(names)
        self.insert = f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {rows}"
        sets = ", ".join(f"{name} = r.{name}" for name in names if name != key)
        self.update = f"UPDATE {table} SET {sets} FROM {rows} r WHERE {table}.{key} = r.{key}"
        self.delete = (
            f"DELETE FROM {table} WHERE {key}::text IN (SELECT json_array_elements_text($1::json))"
        )
        self._written = [(str(f.column), f.attname, f.get_prep_value) for f in self.fields]
        self._worded = [(f.attname, _as_read(f)) for f in self.fields if not f.primary_key]

    def written(self, row: models.Model) -> dict[str, Any]:
        return {column: prepare(getattr(row, name)) for column, name, prepare in self._written}

    def as_read(self, row: models.Model) -> models.Model:
        """The row with its values as the database would give them."""
        for name, convert in self._worded:
            value = getattr(row, name)
            if value is not None:
                setattr(row, name, convert(value))
        return row


@cache
def shape_of(model: type[models.Model]) -> Shape:
    return Shape(model)


def _as_read(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.JSONField):
        return lambda value: json.loads(json.dumps(value))
    if isinstance(field, ArrayField):
        return list
    if isinstance(field, models.DecimalField):
        unit = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: field.to_python(value).quantize(unit, ROUND_HALF_UP)
    if field.is_relation:
        return lambda value: value
    return field.to_python
