"""Promises kept, from the entries of a record alone: how each matter went, and the figures of it.

An entry is a mapping as it stands in the main log; of it are read `matter`, `number`, `kind`,
`procedure`, `step`, `actor`, `office`, `day`, `from`, `to`, `closes`, `joins`, `holder`, `due` and
`set`. All of these are public: a record whose sealed parts were erased gives the same figures. What
no entry says is which states count as done, and which kinds of matter are counted: that stands in
the procedures, and is given.

Durations are calendar days between the local days of two steps. A percentile is the nearest rank
(numpy's "inverted_cdf", PostgreSQL's percentile_disc): the fewest days within which at least that
share of matters had it, so always a number of days that some matter really took.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

Entry = Mapping[str, Any]
#: Kind, version of the procedure, state: those in which a matter is done.
Done = Container[tuple[str, int, str]]

#: Who moves a matter without being anybody: the calendar and the house, and a linked matter.
HOUSE, LINKED = ("clock", "house"), "link"
#: Steps that say nothing to whoever raised a matter; names in the record never change.
ASIDE = (
    *("colleague-assign", "colleague-release", "holder-nudge"),
    *("holder-question", "question-answer", "question-decline", "words-strike"),
    *("words-report", "words-leave", "strike-appeal", "appeal-answer"),
    *("vote-unlink", "slips-issue", "slips-back"),
)
TAKEN_BACK = "take_back"
#: Below so many, the days of each are told instead of percentiles.
FEW = 5
#: Days ahead that count as soon.
SOON = 7
#: Stands for all organisations together.
ALL = 0


class Had(NamedTuple):
    """How a matter stood before a step: `holder` is (organisation, role, person)."""

    state: str
    holder: tuple[int | None, str, str]
    due: date | None
    raiser: str


NOTHING = Had("", (None, "", ""), None, "")


class Settled(NamedTuple):
    """A due day of an organisation that came to an end on `on`, by the entry `entry`."""

    matter: int
    entry: int
    org: int
    due: date
    on: date

    @property
    def kept(self) -> bool:
        return self.on <= self.due


class Mark(NamedTuple):
    """When something first happened to a matter, by which entry, and at which organisation."""

    on: date
    entry: int
    org: int | None


def held_by(entry: Entry) -> tuple[int | None, str, str]:
    """Who has the matter after an entry."""
    holder = entry["holder"] or {}
    return holder.get("org"), holder.get("role", ""), holder.get("person", "")


def is_asked(entry: Entry) -> bool:
    """Whether an entry that opens a matter puts it to an organisation its raiser does not act for."""
    org, office = held_by(entry)[0], entry["office"]
    return bool(org and entry["actor"] not in HOUSE and (not office or office["org"] != org))


def raised_on(entry: Entry) -> str | None:
    """The day, as ISO, on which the matter that this entry opens was raised: not by a register."""
    return None if entry["actor"] in HOUSE else str(entry["day"])


def is_answer(entry: Entry, had: Had) -> bool:
    """Whether somebody else than its raiser acts on it at the organisation that has the matter."""
    office, org = entry["office"], had.holder[0]
    return bool(
        office
        and office["org"] == org
        and entry["actor"] != had.raiser
        and not entry["joins"]
        and entry["step"] not in ASIDE
        and not takes_back(entry)
    )


def takes_back(entry: Entry) -> bool:
    """Whether it takes back the entry it names. A kind may have a step of its own of that name."""
    return entry["step"] == TAKEN_BACK and "entry" in entry["data"]


def settled(entry: Entry, had: Had) -> Settled | None:
    """The due day that this step ends, where it counts.

    In time, it counts as kept where the organisation that had it takes the matter on to another
    state or another holder. Once the day has passed, it counts as not kept, whoever moves the matter
    on. What calendar or house end, what others end in time, and a new day for the same thing in time
    count neither way.
    """
    org, due, on = had.holder[0], had.due, date.fromisoformat(entry["day"])
    if org is None or due is None or entry["actor"] in HOUSE or takes_back(entry):
        return None
    moved = entry["to"] != had.state or held_by(entry) != had.holder
    office = entry["office"]
    if on <= due:
        counts = moved and office and office["org"] == org
    else:
        counts = moved or (entry["due"] or "") != due.isoformat()
    return Settled(entry["matter"], entry["number"], org, due, on) if counts else None


@dataclass
class Course:
    """How one matter went. `raised` is None where a register entered it; `on`, when it was closed."""

    matter: int
    kind: str
    procedure: int
    raised: date | None
    asked: bool
    sides: str = ""
    org: int | None = None
    marks: dict[str, Mark] = field(default_factory=dict)
    settled: list[Settled] = field(default_factory=list)
    on: date | None = None
    how: str = ""
    now: Had = NOTHING

    @property
    def open(self) -> bool:
        return self.on is None

    def days(self, mark: str) -> int:
        """Calendar days from raising until this first happened; both are known."""
        assert self.raised is not None
        return (self.marks[mark].on - self.raised).days


def begun(entry: Entry) -> Course:
    """The course of a matter that this entry opens."""
    day = raised_on(entry)
    raised = date.fromisoformat(day) if day else None
    found = Course(entry["matter"], entry["kind"], entry["procedure"], raised, is_asked(entry))
    found.now = NOTHING._replace(raiser=entry["actor"])
    return found


def follow(course: Course, entry: Entry, done: Done) -> None:
    """Bring a course up to the next entry of its matter."""
    said, day, number = entry["set"], date.fromisoformat(entry["day"]), entry["number"]
    course.sides, course.org = said.get("sides", course.sides), said.get("org", course.org)
    had = course.now
    if takes_back(entry):
        back = entry["data"]["entry"]
        course.marks = {k: m for k, m in course.marks.items() if m.entry != back}
        course.settled = [s for s in course.settled if s.entry != back]
    elif entry["from"] is not None:
        if is_answer(entry, had):
            course.marks.setdefault("answered", Mark(day, number, had.holder[0]))
        if end := settled(entry, had):
            course.settled.append(end)
    if is_done(entry, done):
        course.marks.setdefault("done", Mark(day, number, course.org))
    course.on, course.how = (None if entry["holder"] else course.on or day), entry["closes"]
    due = date.fromisoformat(entry["due"]) if entry["due"] else None
    course.now = Had(entry["to"], held_by(entry), due, said.get("raiser", had.raiser))


def is_done(entry: Entry, done: Done) -> bool:
    """Whether the work counts as done once this step is taken: a state says so, or those it is for."""
    if takes_back(entry) or entry["actor"] == "house":
        return False
    where = (entry["kind"], entry["procedure"], entry["to"])
    return where in done or entry["closes"] in ("confirmed", "silence")


def courses(entries: Iterable[Entry], done: Done, kinds: Container[str]) -> list[Course]:
    """The course of every matter of these kinds, of the entries of a main log in their order."""
    found: dict[int, Course] = {}
    for entry in entries:
        if entry["kind"] not in kinds:
            continue
        if entry["from"] is None:
            found[entry["matter"]] = begun(entry)
        follow(found[entry["matter"]], entry, done)
    return list(found.values())


# Figures ------------------------------------------------------------------------------------------


def nearest_rank(days: Sequence[int], share: float) -> int | None:
    """The fewest days within which at least this share of `days` lies; None of none."""
    ordered = sorted(days)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1] if ordered else None


def spread(days: Sequence[int]) -> dict[str, Any]:
    """How many, half within, nine in ten within; the days of each where they are few."""
    if len(days) < FEW:
        return {"n": len(days), "half": None, "most": None, "each": sorted(days)}
    half, most = nearest_rank(days, 0.5), nearest_rank(days, 0.9)
    return {"n": len(days), "half": half, "most": most, "each": []}


def figures(
    found: Iterable[Course], today: date, since: date | None = None, side: str = ""
) -> dict[str, Any]:
    """The figures of these matters: `now`, `trend` by month, and `offices` by organisation.

    `today` is the day they are as of; nothing before `since` is counted in `trend` and `offices`,
    but for what is held and overdue now. `side` leaves only matters that concern this side.
    """
    rows = [c for c in found if side in c.sides]
    return {
        "now": now(rows, today),
        "trend": trend(rows, since),
        "offices": offices(rows, today, since),
    }


def now(rows: Iterable[Course], today: date) -> dict[str, int]:
    """How matters stand: open, overdue, due soon, confirmed, and closed in silence."""
    keys = ("open", "late", "soon", "confirmed", "silence")
    counts = Counter(dict.fromkeys(keys, 0))
    for course in rows:
        counts[course.how] += course.how in ("confirmed", "silence")
        if course.open and course.now.due:
            counts["open"] += 1
            counts["late"] += course.now.due < today
            counts["soon"] += today <= course.now.due <= today + timedelta(days=SOON)
    return {key: counts[key] for key in keys}


def trend(rows: Iterable[Course], since: date | None) -> dict[str, dict[str, int]]:
    """By month: how many were raised, done, confirmed, and closed in silence."""
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for course in rows:
        done = course.marks.get("done")
        days = {
            "raised": course.raised,
            "done": done.on if done else None,
            course.how: course.on if course.how in ("confirmed", "silence") else None,
        }
        for what, day in days.items():
            if day and (since is None or day >= since):
                months[day.isoformat()[:7]][what] += 1
    keys = ("raised", "done", "confirmed", "silence")
    return {month: {key: n[key] for key in keys} for month, n in sorted(months.items())}


def offices(rows: Iterable[Course], today: date, since: date | None) -> dict[int, dict[str, Any]]:
    """By organisation, and of all of them as 0: what they have, how long it took, due days kept."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    answered: dict[int, list[int]] = defaultdict(list)
    confirmed: dict[int, list[int]] = defaultdict(list)

    def within(day: date | None) -> bool:
        return day is not None and (since is None or day >= since)

    for course in rows:
        org, due = course.now.holder[0], course.now.due
        answer = course.marks.get("answered")
        if org and due:
            for key in (org, ALL):
                counts[key]["held"] += 1
                counts[key]["late"] += due < today
                counts[key]["waiting"] += course.asked and answer is None
                counts[key]["broken"] += due < today and within(due)
        if course.asked and answer and answer.org and within(answer.on):
            for key in (answer.org, ALL):
                answered[key].append(course.days("answered"))
        by_people = course.how == "confirmed" and course.raised is not None
        if by_people and course.org and course.on and course.raised and within(course.on):
            for key in (course.org, ALL):
                confirmed[key].append((course.on - course.raised).days)
        for end in course.settled:
            for key in (end.org, ALL) if within(end.due) else ():
                counts[key]["kept" if end.kept else "broken"] += 1
    keys = ("held", "late", "waiting", "kept", "broken")
    orgs = {o for o, n in counts.items() if n.total()} | answered.keys() | confirmed.keys()
    return {
        org: {
            **{key: counts[org][key] for key in keys},
            "answered": spread(answered[org]),
            "confirmed": spread(confirmed[org]),
        }
        for org in sorted(orgs)
    }
