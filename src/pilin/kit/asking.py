"""Questions that every visit asks: put together once, asked as plain SQL.

Django takes longer to put the question of a list into SQL than PostgreSQL to answer it, and the
words depend on a few values that come again and again. A function that puts one together is kept
by `functools.lru_cache` under all of them, the day too where it matters.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from pilin.ledger.asking import ask_words


class Question(NamedTuple):
    """Words and values; "" where there can be no answer.

    `kept`: the server keeps how it answers, which it finds in less time than it takes to think of. Only
    where that is one way whatever the values: never for what is first of an order, which a value that
    few rows have is found by in another way than one that many have.
    """

    sql: str
    values: tuple[Any, ...]
    kept: bool = False


def question(rows: QuerySet[Any], kept: bool = False) -> Question:
    """What these rows are asked for with. They should name their columns (`values_list`)."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return Question("", ())
    return Question(sql, tuple(values), kept)


def ask(asked: Question) -> list[tuple[Any, ...]]:
    if not asked.sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, asked.values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def ask_all(*asked: Question) -> list[list[tuple[Any, ...]]]:
    """The answer to each question. One trip, which costs little more for several than for one."""
    if connection.in_atomic_block:  # what waits there goes out with one statement at a time
        return [ask(one) for one in asked]
    waiting = iter(ask_words([one for one in asked if one.sql]))
    return [next(waiting) if one.sql else [] for one in asked]
