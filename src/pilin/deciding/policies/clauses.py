"""A clause of a policy: for whom, what it gives, and when; and what it comes to for one profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from pilin.wording.saying import say
from pilin.wording.values import Unclear, parse_day, plain

from .conditions import Misshapen, Profile, Tree, Verdict, as_json, evaluate, missing, read, reasons
from .facts import NUMBER, Facts

FEN = Decimal("0.01")
#: What may stand in a clause, beside these three: words for people, which decide nothing.
NEEDED = ("id", "title", "needs")
DECIDES = ("benefit", "from", "until")
TOLD = (
    *("document", "clause", "summary", "budget", "order", "once_per", "class", "office", "phone"),
    "days",
)


@dataclass(frozen=True)
class Benefit:
    """A sum, or so much of a fact; at most `cap`. Amounts are yuan; `rate` 0.1 is a tenth."""

    fixed: Decimal | None = None
    rate: Decimal | None = None
    of: str = ""
    cap: Decimal | None = None

    def amount(self, profile: Profile) -> Decimal | None:
        """Yuan, rounded down to a fen; None where it cannot be told."""
        found = self.fixed
        if self.rate is not None:
            base = profile.get(self.of)
            found = None if base is None else Decimal(repr(base)) * self.rate
        if found is None:
            return None
        found = found if self.cap is None else min(found, self.cap)
        return max(found, Decimal(0)).quantize(FEN, ROUND_DOWN)

    def as_json(self) -> dict[str, str]:
        said = {"fixed": self.fixed, "rate": self.rate, "of": self.of or None, "cap": self.cap}
        return {
            name: plain(v) if isinstance(v, Decimal) else v
            for name, v in said.items()
            if v is not None
        }


@dataclass(frozen=True)
class Clause:
    """`opens` and `ends` are the first and the last day on which it can be applied for."""

    id: str
    title: str
    needs: Tree
    benefit: Benefit | None = None
    opens: date | None = None
    ends: date | None = None

    def is_open(self, on: date) -> bool:
        return (self.opens is None or self.opens <= on) and (self.ends is None or on <= self.ends)

    def decide(self, profile: Profile, on: date) -> dict[str, Any]:
        """The verdict with its reasons, as JSON."""
        verdict = evaluate(self.needs, profile, on)
        found: dict[str, Any] = {
            "clause": self.id,
            "verdict": SAID[verdict],
            "open": self.is_open(on),
            "reasons": [
                {
                    "at": r.at,
                    "needs": as_json(r.compare),
                    "given": r.given,
                    "verdict": SAID[r.verdict],
                }
                for r in reasons(self.needs, profile, on)
            ],
            "ask": missing(self.needs, profile, on),
        }
        if verdict is not False and self.benefit:
            amount = self.benefit.amount(profile)
            found["amount"] = None if amount is None else plain(amount)
        return found


SAID: Mapping[Verdict, str] = {True: "yes", False: "no", None: "unknown"}


def clause_of(data: Any, facts: Facts, at: str) -> Clause:
    """From JSON. Raises Misshapen."""
    if not isinstance(data, dict):
        raise Misshapen(at, say("a clause has an id, a title, and what it needs"))
    for name in data:
        if name not in (*NEEDED, *DECIDES, *TOLD):
            raise Misshapen(
                f"{at}.{name}", say("a clause has nothing called “{name}”", name=name[:40])
            )
    for name in NEEDED:
        if not data.get(name):
            raise Misshapen(at, say("“{name}” is missing", name=name))
    for name in ("id", "title"):
        if not isinstance(data[name], str):
            raise Misshapen(f"{at}.{name}", say("a word is expected"))
    opens, ends = (_day(data.get(name), f"{at}.{name}") for name in ("from", "until"))
    if opens and ends and ends < opens:
        raise Misshapen(f"{at}.until", say("its last day lies before its first"))
    return Clause(
        data["id"],
        data["title"],
        read(data["needs"], facts, f"{at}.needs"),
        benefit_of(data["benefit"], facts, f"{at}.benefit") if data.get("benefit") else None,
        opens,
        ends,
    )


def benefit_of(data: Any, facts: Facts, at: str = "benefit") -> Benefit:
    """From JSON: {"fixed": YUAN}, or {"rate": SHARE, "of": FACT}; and "cap". Raises Misshapen."""
    if not isinstance(data, dict) or not {"fixed", "rate"} & data.keys():
        raise Misshapen(at, say("a benefit is a fixed sum, or a rate of a fact"))
    for name in data:
        if name not in ("fixed", "rate", "of", "cap"):
            raise Misshapen(
                f"{at}.{name}", say("a benefit has nothing called “{name}”", name=name[:40])
            )
    said = dict(_amounts(data, at))
    of = data.get("of", "")
    if (said["fixed"] is None) == (said["rate"] is None) or bool(of) != (said["rate"] is not None):
        raise Misshapen(at, say("a benefit is a fixed sum, or a rate of a fact"))
    if of and (of not in facts or facts[of].kind != NUMBER):
        raise Misshapen(f"{at}.of", say("there is no number called “{name}”", name=str(of)[:40]))
    return Benefit(**said, of=of)


def _amounts(data: Mapping[str, Any], at: str) -> Iterator[tuple[str, Decimal | None]]:
    for name in ("fixed", "rate", "cap"):
        raw = data.get(name)
        if raw is None:
            yield name, None
            continue
        try:
            value = Decimal(raw if isinstance(raw, str) else repr(raw))
        except (InvalidOperation, ValueError):
            raise Misshapen(f"{at}.{name}", say("a number is expected")) from None
        if isinstance(raw, bool) or not value.is_finite() or not 0 < value < 10**13:
            raise Misshapen(f"{at}.{name}", say("a number above nought is expected"))
        yield name, value


def _day(raw: Any, at: str) -> date | None:
    if raw is None:
        return None
    try:
        return date.fromisoformat(parse_day(raw))
    except (Unclear, TypeError, ValueError) as why:
        raise Misshapen(at, say("a day is expected, as 2026-01-31")) from why
