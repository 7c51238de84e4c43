"""Sheets and columns under other names: by the declared names, by what was said before, by likeness.

A name nobody here knows refuses nothing. It is asked about where a workbook is looked at, with
what it is likely to mean; what is answered is remembered, as rows of the register 名称对照.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pilin.wording.values import unit_hint

from .errors import WorkbookError
from .reader import WorkbookFile, closest, same, without_bracket
from .sheets import Book, Change, Column, Sheet

#: The sheet, and the type of row, that hold what names were said to mean.
NAMES, NAMING = "名称对照", "naming"
#: Characters of a name that is remembered.
LONGEST = 120


@dataclass(frozen=True)
class Name:
    """A name in a workbook that is none of the declared ones, and what it is taken to mean.

    `sheet` is the declared sheet of a column, "" for the name of a sheet. `meant` is one of
    `choices`, or "": it is not read. Where it is `asked`, nobody has said so yet.
    """

    sheet: str
    written: str
    choices: tuple[str, ...]
    meant: str = ""
    asked: bool = False

    @property
    def key(self) -> str:
        """As answers, and the option of the command, name it: "sheet/column", or "sheet"."""
        return f"{self.sheet}/{self.written}" if self.sheet else self.written

    @property
    def id(self) -> str:
        """For the field of a page."""
        return "name-" + hashlib.sha256(self.key.encode()).hexdigest()[:12]

    def line(self) -> str:
        """For a terminal: what it is taken to mean, and how to say so where that is asked."""
        if not self.asked:
            return f"{self.key} → {self.meant or _('not read')}"
        guess = self.meant or "?"
        said = _("%(key)s → %(guess)s? Say so: --name '%(key)s=%(guess)s'; one of: %(choices)s")
        return said % {"key": self.key, "guess": guess, "choices": "、".join(self.choices)}


@dataclass
class Naming:
    """What names mean in one workbook. `answers` are by `Name.key`; those before are in `book`."""

    book: Book
    answers: Mapping[str, str]
    found: list[Name] = field(default_factory=list)

    @property
    def asked(self) -> list[Name]:
        return [name for name in self.found if name.asked]

    def said(self, sheet: str, written: str, among: Iterable[str]) -> str | None:
        """Which of these this name was said to mean, here or for a workbook before; "" for none of
        them, None where nobody said so.
        """
        said = self.answers.get(f"{sheet}/{written}" if sheet else written)
        if said is None and (before := self.book.current(NAMING, key_of(sheet, written))):
            said = str(before["meant"])
        return said if said in ("", *among) else None

    def changes(self) -> Iterator[Change]:
        """What was answered here, to be remembered; a sentence for a header is not."""
        for name in self.found:
            said = name.key in self.answers and not name.asked
            if said and len(name.written) <= LONGEST:
                yield naming(name.sheet, name.written, name.meant)

    # Sheets ----------------------------------------------------------------------------------

    def sheets(self, file: WorkbookFile, declared: Sequence[Sheet]) -> dict[str, str]:
        """Name of a declared sheet → name of the sheet in the file."""
        taken: dict[str, str] = {}
        for others in (False, True):
            for spec in declared:
                known = {same(name) for name in (spec.also if others else (spec.name,))}
                free = (t for t in file.titles if t not in taken.values() and same(t) in known)
                if spec.name not in taken and (title := next(free, None)) is not None:
                    taken[spec.name] = title
        left = [title for title in file.titles if title not in taken.values()]
        for title in left:
            meant = self.said("", title, [spec.name for spec in declared])
            if meant and meant not in taken:
                taken[meant] = title
        for title in left:
            self._sheet(file, title, declared, taken)
        return taken

    def _sheet(
        self, file: WorkbookFile, title: str, declared: Sequence[Sheet], taken: dict[str, str]
    ) -> None:
        meant = next((name for name, t in taken.items() if t == title), "")
        free = [s for s in declared if s.name not in taken]
        choices = tuple(s.name for s in declared if s.name == meant or s in free)
        if self.said("", title, choices) is not None:
            self.found.append(Name("", title, choices, meant))
        elif choices:
            guess = _alike(title, free) or _by_columns(_heads(file, title), free)
            if guess:
                taken[guess] = title
            self.found.append(Name("", title, choices, guess, asked=bool(guess)))

    # Columns ---------------------------------------------------------------------------------

    def columns(self, spec: Sheet, header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
        """Field → column number, from 1, and the required columns nothing is found for.

        A header that stands twice is taken where it stands first; see `twice`.
        """
        heads = [same(head) for head in header]
        found: dict[str, int] = {}
        for others in (False, True):
            for column in spec.columns:
                known = {same(name) for name in (column.also if others else (column.name,))}
                free = (n for n, h in enumerate(heads, 1) if h in known and n not in found.values())
                if column.field not in found and (number := next(free, None)):
                    found[column.field] = number
        for column in spec.columns:  # 金额(万元) is 金额, and says what its numbers are of
            known = {same(name) for name in (column.name, *column.also)}
            free = (n for n, h in enumerate(header, 1) if unit_in(h) and n not in found.values())
            plain = (n for n in free if without_bracket(header[n - 1])[0] in known)
            if column.field not in found and (number := next(plain, None)):
                found[column.field] = number
        left = [n for n, head in enumerate(heads, 1) if head and n not in found.values()]
        called = {column.name: column.field for column in spec.columns}
        for number in left:
            meant = called.get(self.said(spec.name, header[number - 1], called) or "")
            if meant and meant not in found:
                found[meant] = number
        names = [self._column(spec, header[n - 1], n, found) for n in left]
        missing = [c.name for c in spec.columns if c.required and c.field not in found]
        for name in names:
            unsaid = self.said(spec.name, name.written, name.choices) is None
            asked = name.asked or bool(missing and unsaid)
            self.found.append(Name(spec.name, name.written, name.choices, name.meant, asked))
        return found, missing

    def _column(self, spec: Sheet, written: str, number: int, found: dict[str, int]) -> Name:
        meant = next((c for c in spec.columns if found.get(c.field) == number), None)
        free = [c for c in spec.columns if c.field not in found]
        choices = tuple(c.name for c in spec.columns if c is meant or c in free)
        said = self.said(spec.name, written, choices)
        if said is None and (guess := _like(written, free)):
            found[guess.field] = number
            return Name(spec.name, written, choices, guess.name, asked=True)
        return Name(spec.name, written, choices, meant.name if meant else "")


def _heads(file: WorkbookFile, title: str) -> list[list[str]]:
    """Texts of the first rows; none of a sheet that cannot be read, which need not be one of ours."""
    try:
        return file.heads(title)
    except WorkbookError:
        return []


def unit_in(header: str) -> str:
    """The unit that a header's last brackets give its numbers: 万元 of "金额(万元)", else ""."""
    unit = without_bracket(header)[1]
    return unit if unit and unit_hint(unit) else ""


def units(spec: Sheet, header: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Field → the unit of its bare numbers, where the header says one that is not declared with it."""
    own = {c.field: {same(name) for name in (c.name, *c.also)} for c in spec.columns}
    heads = ((field, header[number - 1]) for field, number in columns.items())
    return {f: unit for f, head in heads if same(head) not in own[f] and (unit := unit_in(head))}


def key_of(sheet: str, written: str) -> str:
    return f"{sheet}/{same(written)}"


def naming(sheet: str, written: str, meant: str) -> Change:
    """The change that remembers what a name means."""
    fields = {"sheet": sheet, "written": written, "meant": meant}
    return Change(NAMING, key_of(sheet, written), fields)


def twice(spec: Sheet, header: Sequence[str]) -> tuple[Column, int] | None:
    """A column whose name stands a second time, and where."""
    heads = [same(head) for head in header]
    for column in spec.columns:
        hits = [number for number, head in enumerate(heads, 1) if head == same(column.name)]
        if len(hits) > 1:
            return column, hits[1]
    return None


def _alike(title: str, among: Sequence[Sheet]) -> str:
    """The declared sheet whose name, or another it is known by, is like this one."""
    names = {same(name): spec.name for spec in among for name in (spec.name, *spec.also)}
    return names.get(_close(title, names), "")


def _close(written: str, names: Iterable[str]) -> str:
    """The most similar of `names`; else the longest that stands in what is written."""
    known = list(names)
    inside = [name for name in known if len(name) > 1 and name in same(written)]
    return closest(written, known) or max(inside, key=len, default="")


def _by_columns(rows: Sequence[Sequence[str]], among: Sequence[Sheet]) -> str:
    """The declared sheet all of whose required columns, two at least, stand in one of the rows."""
    best, at = 1, ""
    for spec in among:
        columns = [{same(name) for name in (c.name, *c.also)} for c in spec.columns]
        needed = [names for c, names in zip(spec.columns, columns, strict=True) if c.required]
        for row in rows:
            hits = sum(1 for names in columns if names & {*row})
            if hits > best and all(names & {*row} for names in needed):
                best, at = hits, spec.name
    return at


def _like(written: str, among: Sequence[Column]) -> Column | None:
    names = {same(name): column for column in among for name in (column.name, *column.also)}
    return names.get(_close(written, names))
