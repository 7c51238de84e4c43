"""Words are struck: destroyed beside their entries, and masked wherever pages read them from.

Once, in the transaction of the entry that says so; a replay finds them gone already.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models, transaction

from pilin.ledger import log, words
from pilin.ledger.asking import Ask, later
from pilin.ledger.log import Record
from pilin.ledger.words import STRUCK
from pilin.people.read_model import ReadModel, applying

from . import evidence, search, small, texts
from .apply import found_by
from .models import Evidence, Matter, Said
from .programme import registry
from .said import found_in

#: Where words stand: the number of an entry, and the path in it.
Place = tuple[int, str]


def standing(records: Iterable[Record]) -> Iterator[tuple[Place, str, Record]]:
    """The words of a matter's entries that were not struck, each with where it stands."""
    for record in records:
        rules = registry.get(record.body["kind"], record.body["procedure"])
        step = registry.step(rules, record.body["step"])
        for path, text in texts.of(step, record.body).items() if step else ():
            if text != STRUCK:
                yield (record.number, path), text, record


def wherever(records: Sequence[Record], chosen: Iterable[Place]) -> list[Place]:
    """All places in these entries at which one of the chosen words stands: copies go along."""
    found = {place: text for place, text, _record in standing(records)}
    gone = {found[place] for place in chosen if place in found}
    return [place for place, text in found.items() if text in gone]


def is_own(place: Place) -> bool:
    """Whether whoever took the step wrote it: not the words of what they chose, copied along."""
    return not place[1].split(".")[1].endswith("_words")


def strike(matter: Matter, places: Iterable[Place]) -> None:
    """Destroy words of one matter's entries, and mask them in every table that is read."""
    by_entry: dict[int, list[str]] = defaultdict(list)
    for number, path in places:
        by_entry[number].append(path)
    records = log.some(log.MAIN, by_entry)
    gone, files = set[str](), list[Mapping[str, Any]]()
    for record in records:
        for path in by_entry[record.number]:
            if isinstance(text := words.at(record.body, path), str):
                gone.add(text)
            if path.startswith("files."):
                files.append(record.body["files"][int(path.split(".")[1])])
        words.strike(log.MAIN, record.number, by_entry[record.number])
    with applying():
        _mask(matter.pk, gone - {STRUCK})
        _remove(by_entry, files)
        _found_by(matter.pk)


def _mask(matter: int, gone: set[str]) -> None:
    for model, by, columns in _with_rows_of(matter):
        for row in model.objects.filter(**{by.attname: matter}):
            was = {f.attname: getattr(row, f.attname) for f in columns}
            new = {name: _masked(value, gone) for name, value in was.items()}
            if new != was:
                model.objects.filter(pk=row.pk).update(**new)


class _OfMatters(NamedTuple):
    """A table with rows of one matter, the column that says of which, and those that hold text."""

    model: type[ReadModel]
    by: models.Field[Any, Any]
    columns: list[models.Field[Any, Any]]


def _with_rows_of(matter: int) -> list[_OfMatters]:
    """Those in which this matter has any. One query: there are more than a hundred tables."""
    tables = _of_matters()
    quote = connection.ops.quote_name
    asked = " UNION ALL ".join(
        f"SELECT {n} WHERE EXISTS"
        f" (SELECT FROM {quote(t.model._meta.db_table)} WHERE {quote(str(t.by.column))} = %(matter)s)"
        for n, t in enumerate(tables)
    )
    with connection.cursor() as cursor:
        return [tables[n] for (n,) in cursor.execute(asked, {"matter": matter}).fetchall()]


@cache
def _of_matters() -> list[_OfMatters]:
    found = []
    for model in apps.get_models():
        columns = [f for f in model._meta.concrete_fields if _holds_text(f)]
        if columns and issubclass(model, ReadModel):
            found += [_OfMatters(model, by, columns) for by in _naming_a_matter(model)]
    return found


def _naming_a_matter(model: type[ReadModel]) -> Iterator[models.Field[Any, Any]]:
    for f in model._meta.concrete_fields:
        related = f.related_model
        its = f.name == "matter" or (f.primary_key and (model is Matter or related is Matter))
        if its or (isinstance(related, type) and _is_one_of_matter(related)):
            yield f


def _is_one_of_matter(model: type[models.Model]) -> bool:
    """Whether its key is a matter's: what hangs on it hangs on the matter."""
    key = model._meta.pk
    return isinstance(key, models.OneToOneField) and key.related_model is Matter


def _holds_text(f: models.Field[Any, Any]) -> bool:
    kinds = (models.CharField, models.TextField, models.JSONField, ArrayField)
    return isinstance(f, kinds) and not isinstance(f, SearchVectorField) and not f.primary_key


def _masked(value: Any, gone: set[str]) -> Any:
    if isinstance(value, str):
        return STRUCK if value in gone else value
    if isinstance(value, dict):
        return {name: _masked(inner, gone) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(inner, gone) for inner in value]
    return value


def _remove(by_entry: Mapping[int, list[str]], files: Iterable[Mapping[str, Any]]) -> None:
    """The files whose names were struck go with them, once that is certain."""
    hashes = [file["sha256"] for file in files]
    Evidence.objects.filter(entry__in=list(by_entry), sha256__in=hashes).delete()
    for sha256 in hashes:
        transaction.on_commit(partial(_gone, sha256))


def _gone(sha256: str) -> None:
    if evidence.remove([sha256]):
        small.path_of(sha256).unlink(missing_ok=True)


def _found_by(matter: int) -> None:
    """What the matter and its entries are found by, of what is left of them."""
    now = Matter.objects.get(pk=matter)
    later([Ask(_FOUND, [str(matter), search.as_vector(found_by(now))])])
    said: dict[int, list[str]] = {}
    for record in log.of_matter(log.MAIN, matter):
        if one := found_in(record, now.rules):
            said[one[0]] = one[1]
    Said.objects.filter(matter=matter).delete()
    rows = json.dumps([[n, search.as_vector(p)] for n, p in said.items()], ensure_ascii=False)
    later([Ask(_SAID, [str(matter), rows])])


_FOUND = "UPDATE loop_matter SET search = $2::tsvector WHERE id = $1::bigint"
_SAID = (
    "INSERT INTO loop_said (id, matter, search) SELECT (r ->> 0)::bigint, $1::bigint,"
    " (r ->> 1)::tsvector FROM json_array_elements($2::json) r"
)
