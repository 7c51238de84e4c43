"""What entries of clauses and of applications say."""

from datetime import date

from pilin.engine.payload import Amount, Named, Part, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Says(Part):
    """What a clause says. `needs` is the tree of conditions as JSON (`pilin.deciding.policies`); `rate` a share
    such as "0.08" of the fact `of`. `first` and `ends` are the first and the last day on which it can be
    applied for."""

    text: str
    source: str
    audience: str
    needs: str
    way: str
    fixed: Amount | None = None
    rate: str = ""
    of: str = ""
    cap: Amount | None = None
    budget: Amount | None = None
    first: date | None = None
    ends: date
    days: int
    phone: str = ""
    once: str = ""  # once for each who applies: profile, or year; "" as often as they like
    order: str = ""  # came: whoever applied before is answered before


class Write(Payload, Says):
    """A clause, written here."""

    title: str
    org: Named


class Change(Payload):
    """What is given stands from here on; who applied before keeps what was promised then."""

    text: str
    budget: Amount | None = None
    ends: date


class Apply(Payload):
    """`verdict` is what the conditions came to with the facts given, which are sealed: yes or unknown."""

    clause: int
    clause_words: str = ""
    verdict: str
    facts: str = ""  # struck out of the public part: sealed
    claim: str = ""  # stands for who it is and the year, where a clause gives once: see `claims`


class Give(Apply):
    """The office gives it to whom it fits, who has not applied."""

    amount: Amount
    words: str = ""


class Supply(Payload):
    """What was asked for is sealed."""


class Approve(Payload):
    """`clause` is the number of the clause it is paid under."""

    clause: int
    amount: Amount
    words: str = ""


class Order(Payload):
    """`purpose` is the number it has in the fund, from 1."""

    fund: int
    fund_words: str = ""
    purpose: int
    payee: str


class ClauseRow(MatterRow, Says):
    """A row of the register of clauses."""


class Record(Recorded):
    row: ClauseRow
