"""The list of renovations, and what one shows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _say
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.listing import Listing, columns_of
from pilin.people.actor import Actor
from pilin.people.models import Office
from pilin.wording.reading import day, yuan

from . import owners, printing, votes
from .counting import AGREED, NOTHING, SET_ASIDE, ballots, unsettled
from .models import ASKED, GRANTED, REFUSED, VOID, Accounts, Approval, Register, Renovation, Vote

LISTING = Listing(
    "renovation",
    "renovation/",
    _("Renovation of old housing"),
    _(
        "What residents need, what the owners decided, what is being built, and where the money went."
    ),
    columns=columns_of(Renovation),
    related=("renovation",),
    openings=("propose",),
)
ANSWERS = {
    ASKED: _("asked"),
    GRANTED: _("granted"),
    REFUSED: _("refused"),
    VOID: _("no longer needed"),
}


def asked(offices: Sequence[Office]) -> QuerySet[Approval, int]:
    """Renovations in which an organisation these offices answer for has not answered yet."""
    own = {o.organisation_id for o in offices if o.role in (o.organisation.steward, "department")}
    rows = Approval.objects.filter(state=ASKED, org__in=own)
    return rows.values_list("renovation_id", flat=True)


def own(matter: Matter, actor: Actor) -> tuple[bool, str, int]:
    found = owners.reader(matter, actor)
    return found.counts, found.code, found.asked


def facts(matter: Matter, counts: bool, code: str, asked: int) -> Mapping[str, Any]:
    """The renovation, and first what concerns the reader's own flat. Codes of owners are told to
    whoever counts alone."""
    found = Renovation.objects.filter(pk=matter.pk).first()
    if found is None:
        return {}
    register = Register.objects.filter(pk=matter.pk).first()
    last = Vote.objects.filter(renovation=found).order_by("-number").first()
    voting = last if matter.state == "voting" else None
    accounts = Accounts.objects.filter(pk=matter.pk).first()
    where, households, *rest = rows_of(found)
    told = Facts(
        _("The renovation"),
        rows=[
            where,
            households,
            (_("Register of units"), _counted(register) if register else ""),
            *rest,
            (_("The vote"), _standing(voting, counts) if voting else ""),
            (_("Ballots are handed in at"), owners.where(voting) if voting else ""),
            (_("Last day to vote"), voting and day(voting.until)),
        ],
        tables=[
            _needs(found),
            _finance(found),
            _votes(found),
            _approvals(found),
            _progress(found),
            *_accounts(accounts),
        ],
    )
    flat = owners.flat(register, code, found) if register and code else None
    return {
        **told.context(),
        "asked": asked,
        "code": code,
        "flat": flat,
        "voting": voting if flat else None,
        "where": owners.where(voting) if voting and flat else "",
        "arrived": owners.has_arrived(voting, code) if voting and flat else False,
        "votes_url": votes.url(last) if last and last.results and flat else "",
    }


def _counted(register: Register) -> str:
    return _say("%(units)d units, %(owners)d owners, %(area)s m²") % {
        "units": register.unit_count,
        "owners": register.owner_count,
        "area": register.area,
    }


def _standing(vote: Vote, counts: bool) -> str:
    """How far the ballots are; how they voted is not said before the count."""
    cast = ballots(vote)
    there = [b for b in cast if b.standing != NOTHING]
    settled = [b for b in there if b.standing in (AGREED, SET_ASIDE)]
    words = _say("%(there)d of %(all)d owners’ ballots are there, %(settled)d are settled") % {
        "there": len(there),
        "all": len(cast),
        "settled": len(settled),
    }
    differ = unsettled(there) if counts else []
    codes = "、".join(b.paper.owner for b in differ[:12]) + (" …" if len(differ) > 12 else "")
    return words + ("\n" + _say("To be entered once more: %s") % codes if differ else "")


def _needs(found: Renovation) -> Table:
    """A row a need, a column a round, most wanted in the latest round first."""
    rounds = list(found.surveys.order_by("round"))
    counts = [{n["name"]: n["count"] for n in s.needs} for s in rounds]
    names = dict.fromkeys(name for c in reversed(counts) for name in c)
    ordered = sorted(names, key=lambda name: -counts[-1].get(name, 0)) if counts else []
    heads = [
        _say("Round %(n)d: %(answered)d of %(asked)d households")
        % {"n": s.round, "answered": s.answered, "asked": s.asked}
        for s in rounds
    ]
    rows = [(name, *(c.get(name) for c in counts)) for name in ordered]
    numbers = range(1, len(rounds) + 1)
    return Table(_("What residents need"), (_("Need"), *heads), rows, numbers=numbers)


def _finance(found: Renovation) -> Table:
    rows = [(line["name"], yuan(line["amount"])) for line in found.finance]
    return Table(_("Where the money comes from"), (_("Source"), _("Amount")), rows, numbers=(1,))


def _votes(found: Renovation) -> Table:
    rows = [
        (
            Link(_say("Vote %(n)d") % {"n": v.number}, votes.url(v)),
            v.first,
            v.until,
            votes.standing(v),
        )
        for v in found.votes.defer("units").order_by("number")
    ]
    heads = (_("Vote"), _("First day"), _("Last day"), _("Outcome"))
    return Table(_("Votes of the owners"), heads, rows)


def _approvals(found: Renovation) -> Table:
    today = timezone.localdate()

    def state(a: Approval) -> str:
        late = a.state == ASKED and a.due < today
        return str(_("asked, overdue") if late else ANSWERS[a.state])

    rows = [
        (
            Link(a.org.called, reverse("web:organisation", args=[a.org_id])),
            a.what,
            a.due,
            state(a),
            a.answered,
            a.words or None,
        )
        for a in found.approvals.select_related("org").order_by("round", "due", "org_id")
    ]
    heads = (_("Who was asked"), _("What for"), _("Due"), _("Now"), _("Day"), _("Answer"))
    return Table(
        _("Approvals"), heads, rows, note=_("All are asked at once; each has its own day.")
    )


def _progress(found: Renovation) -> Table:
    rows = [(p.day, p.words, yuan(p.spent)) for p in found.reports.order_by("entry")]
    heads = (_("Day"), _("What was done"), _("Spent so far"))
    return Table(_("How the works go"), heads, rows, numbers=(2,))


def _accounts(found: Accounts | None) -> Iterator[Table]:
    if found is None:
        return

    def lines(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
        return [(line["name"], yuan(line["amount"])) for line in rows]

    heads = (_("Item"), _("Amount"))
    sums = [
        (_("Income"), yuan(found.came)),
        (_("Spending"), yuan(found.spent)),
        (_("Remainder"), yuan(found.left)),
    ]
    note = _say("Published on %(day)s.") % {"day": day(found.day)}
    if found.left_to:
        note += " " + _say("What is left goes to: %(to)s") % {"to": found.left_to}
    yield Table(_("Accounts: what came in"), heads, lines(found.income), numbers=(1,))
    yield Table(_("Accounts: what was spent"), heads, lines(found.spending), numbers=(1,))
    yield Table(_("Accounts: the sum"), heads, sums, numbers=(1,), note=note)


URLS = (
    path("renovation/<int:key>/votes/<int:number>/", votes.page, name="vote"),
    path(
        "renovation/<int:key>/votes/<int:number>/<int:question>.csv", votes.as_csv, name="vote_csv"
    ),
    path(
        "renovation/<int:key>/votes/<int:number>/ballots.pdf", printing.ballots, name="ballots_pdf"
    ),
)
