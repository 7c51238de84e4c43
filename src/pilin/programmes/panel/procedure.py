"""A panel drawn by lot inside a consultation: called, put down for, committed to, drawn, seated, reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL, IN_CHARGE
from pilin.engine.procedure import Gather, Procedure, Who, states
from pilin.engine.rules import holder, in_charge, office, on, steward, verified, workdays
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, moves, opens, stays
from pilin.engine.telling import Audience, Telling
from pilin.forms.shared import ReasonForm

from . import entries, forms
from .models import Panel, Volunteer
from .rules import DAYS

WORDS = {
    "call": (_("Call a panel by lot"), _("called a panel by lot")),
    "join": (_("Put myself down"), _("put themselves down")),
    "leave": (_("Take my name off"), _("took their name off")),
    "commit": (
        _("Close the roll and publish the lottery"),
        _("closed the roll and published the lottery"),
    ),
    "reopen": (_("Open the roll again"), _("opened the roll again")),
    "word": (_("Give the second part of the seed"), _("gave the second part of the seed")),
    "draw": (_("Draw the panel"), _("drew the panel")),
    "seat": (_("Take the seat, or not"), _("said whether they take the seat")),
    "report": (_("Enter what the panel worked out"), _("entered what the panel worked out")),
    "drop": (_("Call the panel off"), _("called the panel off")),
}


def _volunteered(s: Situation) -> bool:
    return s.matter is not None and _own(s).exists()


def _own(s: Situation) -> Any:
    return Volunteer.objects.filter(panel=s.the_matter.pk, person=s.actor.person)


def _asked(s: Situation) -> bool:
    return s.matter is not None and _own(s).filter(seat="asked").exists()


def _another(s: Situation) -> bool:
    """Anybody whose home was checked but whoever published the first part."""
    if s.matter is None or not verified.allows(s):
        return False
    said = Panel.objects.values_list("committed", flat=True).get(pk=s.matter.pk)
    return said is not None and said["by"] != s.actor.person


volunteer = Who("volunteer", _("whoever put themselves down"), _volunteered)
drawn = Who("drawn", _("whoever was drawn and is asked"), _asked)
another = Who("another", _("anybody else whose home was checked"), _another)


def not_on_it(s: Situation) -> bool:
    return not _volunteered(s)


def has_a_word(s: Situation) -> bool:
    return bool(Panel.objects.values_list("word", flat=True).get(pk=s.the_matter.pk))


def no_word_yet(s: Situation) -> bool:
    return not has_a_word(s)


def every_seat_taken(s: Situation) -> bool:
    """With this answer as many have taken a seat as there are."""
    if s.data.get("takes") != "yes":
        return False
    taken = Volunteer.objects.filter(panel=s.the_matter.pk, seat="taken").count()
    return taken + 1 >= Panel.objects.values_list("size", flat=True).get(pk=s.the_matter.pk)


def _seats(t: Telling) -> Iterable[str]:
    rows = Volunteer.objects.filter(panel=t.after.pk, seat="asked")
    return list(rows.values_list("person", flat=True))


SEATED = Audience(_("whoever was drawn"), "place", _seats)

PANEL = Procedure(
    "panel",
    1,
    _("Panel drawn by lot"),
    states(
        ("calling", _("People put themselves down"), "raised"),
        ("committed", _("Roll closed, lottery published, to be drawn"), "deliberated"),
        ("drawn", _("Drawn, seats to be taken"), "decided"),
        ("sitting", _("The panel sits"), "decided"),
        ("reported.", _("The panel has reported"), "confirmed"),
        ("dropped.", _("Called off"), "confirmed"),
    ),
    (
        opens(
            "call",
            "calling",
            by=office(*forms.CALLERS),
            asks=forms.CallForm,
            holder=in_charge,
            due=on("until", DAYS["commit"]),
            joins="raiser",
        ),
        stays(
            "join",
            "calling",
            by=verified,
            asks=forms.JoinForm,
            payload=entries.Join,
            only_if=not_on_it,
            side_by_side=True,
        ),
        stays("leave", "calling", by=volunteer, side=True, side_by_side=True),
        moves(
            "commit",
            "calling",
            "committed",
            by=holder | steward,
            asks=forms.CommitForm,
            payload=entries.Commit,
            holder=in_charge,
            due=workdays(DAYS["draw"]),
        ),
        moves(
            "reopen",
            "committed",
            "calling",
            by=holder | steward,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(DAYS["reopen"]),
            side=True,
        ),
        stays(
            "word",
            "committed",
            by=another,
            asks=forms.WordForm,
            only_if=no_word_yet,
            tells=(IN_CHARGE,),
        ),
        moves(
            "draw",
            "committed",
            "drawn",
            by=holder | steward,
            asks=forms.DrawForm,
            only_if=has_a_word,
            holder=in_charge,
            due=workdays(DAYS["seats"]),
            tells=(SEATED,),
        ),
        stays(
            "seat",
            "drawn",
            by=drawn,
            asks=forms.SeatForm,
            side_by_side=True,
            tells=(SEATED, IN_CHARGE),
            gather=Gather(
                "sitting",
                every_seat_taken,
                _("every seat is taken"),
                holder=in_charge,
                due=workdays(DAYS["sit"]),
            ),
        ),
        closes(
            "report",
            ("drawn", "sitting"),
            "reported",
            "confirmed",
            by=holder | steward,
            asks=forms.FoundForm,
            tells=ALL,
        ),
        closes(
            "drop",
            ("calling", "committed", "drawn", "sitting"),
            "dropped",
            "withdrawn",
            by=holder | steward,
            asks=ReasonForm,
            side=True,
        ),
    ),
    words=WORDS,
    raise_title=_("Call a panel by lot"),
)
