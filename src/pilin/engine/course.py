"""How matters go, kept for figures over time: the first answer, when it was done, due days kept.

What each of these is, `pilin.deciding.promises` says, for whoever recomputes them as well. Here they
are written without being read first: what happened first stays, what is taken back goes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from pilin.deciding import promises
from pilin.ledger.asking import Ask

from .models import Matter
from .programme import registry

Row = dict[str, Any]
EMPTY: Row = {
    "raised": None,
    "asked": False,
    "answered": None,
    "answered_by": None,
    "answered_entry": None,
    "done": None,
    "done_entry": None,
    "closed": None,
}
TABLES = ("loop_course", "loop_dueday")


@dataclass
class Courses:
    """What of it waits to be written."""

    rows: dict[int, Row] = field(default_factory=dict)
    ended: dict[int, promises.Settled] = field(default_factory=dict)  # by entry
    back: list[int] = field(default_factory=list)  # entries taken back
    reopened: list[int] = field(default_factory=list)  # matters

    def follow(
        self, body: Mapping[str, Any], had: promises.Had, was_open: bool, now: Matter
    ) -> None:
        """Take in an entry: `had` is how its matter stood before, `now` as it is since."""
        opens, number, day = body["from"] is None, body["number"], body["day"]
        marks: Row = {}
        if promises.takes_back(body):
            self._undo(now.pk, body["data"]["entry"])
        elif not opens:
            if promises.is_answer(body, had):
                by = {"answered_by": had.holder[0], "answered_entry": number}
                marks |= {"answered": day, **by}
            if end := promises.settled(body, had):
                self.ended[number] = end
        if promises.is_done(body, STAGES):
            marks |= {"done": day, "done_entry": number}
        if opens:
            marks |= {"raised": promises.raised_on(body), "asked": promises.is_asked(body)}
        if not (marks or body["set"].keys() & {"sides", "org"} or was_open != now.is_open):
            return
        known = self.rows.get(now.pk, EMPTY)
        firsts = {k: v for k, v in marks.items() if known[k] in (None, False)}
        if now.is_open and not was_open:
            self.reopened.append(now.pk)
        self.rows[now.pk] = {
            **known,
            **firsts,
            "matter": now.pk,
            "kind": now.kind,
            "sides": now.sides,
            "org": now.org_id,
            "closed": None if now.is_open else known["closed"] or day,
            "how": now.closed_how,
        }

    def _undo(self, matter: int, entry: int) -> None:
        self.back.append(entry)
        self.ended.pop(entry, None)
        row = self.rows.get(matter)
        if row:
            if row["answered_entry"] == entry:
                row |= {"answered": None, "answered_by": None, "answered_entry": None}
            if row["done_entry"] == entry:
                row |= {"done": None, "done_entry": None}

    def asks(self) -> Iterator[Ask]:
        """The statements that write it; it waits no longer."""
        if self.back:
            back = [to_json(self.back).decode()]
            yield from (Ask(sql, back) for sql in _BACK)
        if self.reopened:
            yield Ask(_REOPENED, [to_json(self.reopened).decode()])
        if self.rows:
            yield Ask(_COURSES, [to_json(list(self.rows.values())).decode()])
        if self.ended:
            rows = [(s.matter, s.entry, s.org, str(s.due), str(s.on)) for s in self.ended.values()]
            yield Ask(_ENDED, [to_json(rows).decode()])
        self.rows, self.ended, self.back, self.reopened = {}, {}, [], []


#: In the order of `row_of`.
COLUMNS = (
    *("matter", "kind", "sides", "org", "asked", "raised"),
    *("answered", "answered_by", "answered_entry", "done", "done_entry", "closed", "how"),
)
ENDED = ("matter", "entry", "org", "due", "ended")


def row_of(c: promises.Course) -> tuple[Any, ...]:
    """A course as its table has it."""
    answered, done = c.marks.get("answered"), c.marks.get("done")
    return (
        *(c.matter, c.kind, c.sides, c.org, c.asked, c.raised),
        *((answered.on, answered.org, answered.entry) if answered else (None, None, None)),
        *((done.on, done.entry) if done else (None, None)),
        *(c.on, c.how),
    )


def fill(entries: Iterable[Mapping[str, Any]], cursor: Any) -> None:
    """Fill the empty tables from the entries of the main log, for a record that is older than they.

    Kinds that are not declared any more are left out, as a rebuild could not read them either.
    """
    found = promises.courses(entries, STAGES, frozenset(registry.kinds()))
    ended = (tuple(end) for course in found for end in course.settled)
    for table, columns, rows in (
        ("loop_course", COLUMNS, map(row_of, found)),
        ("loop_dueday", ENDED, ended),
    ):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


class _Stages(Container[tuple[str, int, str]]):
    """The states in which a matter is done, as procedures declare them."""

    def __contains__(self, where: Any) -> bool:
        kind, version, state = where
        return registry.get(kind, version).states[state].stage == "done"


STAGES = _Stages()


def had(matter: Matter) -> promises.Had:
    """How a matter stands."""
    holder = (matter.holder_org_id, matter.holder_role, matter.holder_person)
    return promises.Had(matter.state, holder, matter.due, matter.raiser)


_NAMES = ", ".join(COLUMNS)
_COURSES = (
    f"INSERT INTO loop_course ({_NAMES})"
    f" SELECT {_NAMES} FROM json_populate_recordset(NULL::loop_course, $1::json)"
    " ON CONFLICT (matter) DO UPDATE SET sides = excluded.sides, org = excluded.org,"
    " how = excluded.how, closed = CASE WHEN excluded.closed IS NOT NULL"
    " THEN coalesce(loop_course.closed, excluded.closed) END, "
    + ", ".join(
        f"{name} = CASE WHEN loop_course.{first} IS NULL THEN excluded.{name}"
        f" ELSE loop_course.{name} END"
        for first, names in (
            ("answered", ("answered", "answered_by", "answered_entry")),
            ("done", ("done", "done_entry")),
        )
        for name in names
    )
)
_GIVEN = "SELECT value::bigint FROM json_array_elements_text($1::json)"
_BACK = (
    "UPDATE loop_course SET answered = NULL, answered_by = NULL, answered_entry = NULL"
    f" WHERE answered_entry IN ({_GIVEN})",
    f"UPDATE loop_course SET done = NULL, done_entry = NULL WHERE done_entry IN ({_GIVEN})",
    f"DELETE FROM loop_dueday WHERE entry IN ({_GIVEN})",
)
_REOPENED = f"UPDATE loop_course SET closed = NULL WHERE matter IN ({_GIVEN})"
_ENDED = (
    "INSERT INTO loop_dueday (matter, entry, org, due, ended)"
    " SELECT (r ->> 0)::bigint, (r ->> 1)::bigint, (r ->> 2)::bigint, (r ->> 3)::date,"
    " (r ->> 4)::date FROM json_array_elements($1::json) r"
)
