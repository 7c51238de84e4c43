"""A neighbour: invited on one side, joined on the other; what people ask for across the border stands in
the same matter."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.engine.procedure import HolderRule, Procedure, Who, states
from pilin.engine.rules import holder, house, link, workdays
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, moves, opens, stays
from pilin.forms.shared import ReasonForm
from pilin.people import charge
from pilin.people.neighbour_models import INVITED, JOINED, PAUSED

from . import entries, forms

#: Working days until both compare their keys anew: about a year.
LOOK_OVER = 240
#: What marks an actor who asks for a step in a neighbour's record.
ASKS = "asks"


def _operator(s: Situation) -> Holder | None:
    """The operator of our side; where nobody is, the government all the same: it climbs to the agenda."""
    now = registers()
    roots = [place for place in now.places.values() if place.parent_id is None]
    for place in sorted(
        roots, key=lambda p: (not now.holders(p.pk, charge.OPERATOR, s.today), p.pk)
    ):
        if now.organisation(place.pk):
            return Holder(org=place.pk, role=charge.OPERATOR)
    return None


operator = HolderRule(_("the operator"), _operator)
asks = Who("asks", _("whoever is signed in here"), lambda s: s.actor.kind == ASKS)

WORDS = {
    "invite": (_("Invite a neighbour"), _("invited a neighbour")),
    "join": (_("Join a neighbour"), _("joined the neighbour who invited us")),
    "joined": (_("Note that they joined"), _("noted that the neighbour joined")),
    "look_over": (_("Confirm the keys"), _("compared the keys with the neighbour's anew")),
    "pause": (_("Pause"), _("paused: nothing is taken from the neighbour or done for it")),
    "resume": (_("Go on with them"), _("goes on with the neighbour")),
    "leave": (
        _("Be neighbours no more"),
        _("ended it: the copy stays, and is brought up to date no more"),
    ),
    "left": (_("Note that they ended it"), _("noted that the neighbour ended it")),
    "ask": (_("Ask for a step there"), _("asked for a step in the neighbour's record")),
    "refuse": (_("Refuse a step"), _("refused a step that the neighbour's side asked for")),
}
OPEN = (INVITED, JOINED, PAUSED)

NEIGHBOUR = Procedure(
    "neighbour",
    1,
    _("Neighbour"),
    states(
        (INVITED, _("Invited, not joined yet"), "raised"),
        (JOINED, _("Joined"), "decided"),
        (PAUSED, _("Paused"), "decided"),
        ("left.", _("Neighbours no more"), "confirmed"),
    ),
    (
        opens("invite", INVITED, by=house, asks=forms.SaidForm, holder=operator, due=workdays(20)),
        opens(
            "join", JOINED, by=house, asks=forms.SaidForm, holder=operator, due=workdays(LOOK_OVER)
        ),
        moves("joined", INVITED, JOINED, by=link, holder=operator, due=workdays(LOOK_OVER)),
        stays("look_over", JOINED, by=holder | house, due=workdays(LOOK_OVER), bare=True),
        moves(
            "pause",
            JOINED,
            PAUSED,
            by=holder | house,
            asks=ReasonForm,
            due=workdays(20),
            side=True,
        ),
        moves("resume", PAUSED, JOINED, by=holder | house, due=workdays(LOOK_OVER), bare=True),
        closes("leave", OPEN, "left", "ended", by=holder | house, asks=ReasonForm, side=True),
        closes("left", OPEN, "left", "ended", by=link),
        stays("ask", JOINED, by=asks, asks=forms.AskedForm, side_by_side=True),
        stays("refuse", JOINED, by=link, asks=forms.RefusedForm, side_by_side=True),
    ),
    words=WORDS,
    listed=False,
)

__all__ = ["ASKS", "NEIGHBOUR", "entries"]
