"""What the words of who may take a step mean, worked out from the tables alone.

The words of the rules that all programmes share are here; those of one programme stand in its
`tests/who_may.py`, as MEANING too.
"""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.utils import timezone

from pilin.engine.models import Party
from pilin.intake.models import Poll
from pilin.ledger import log
from pilin.people.models import Organisation, Place, Residence


def posts_of(actor):
    return {(o.organisation_id, o.role) for o in actor.offices}


def has_role(matter, actor, *roles):
    return Party.objects.filter(matter=matter, person=actor.person, role__in=roles).exists()


def leads(org, actor):
    """Whoever answers for the organisation."""
    return (org.pk, org.steward) in posts_of(actor)


def leads_one_of(orgs, actor):
    return any(leads(org, actor) for org in Organisation.objects.filter(pk__in=orgs))


def holds(matter, actor):
    post = (matter.holder_org_id, matter.holder_role)
    return matter.holder_person == actor.person or post in posts_of(actor)


def works_there(matter, actor):
    """At the post that has it, in whatever office."""
    return any(org == matter.holder_org_id for org, _role in posts_of(actor))


def above(matter, actor):
    """Whoever answers for the organisation above the holder's, or the one in charge."""
    org = matter.holder_org or matter.org
    return org is not None and org.parent is not None and leads(org.parent, actor)


def took_last(matter, actor):
    return log.get("main", matter.last).body["actor"] == actor.person


def wrote(matter, actor):
    """Words of a step that may be corrected, in an office they hold today or in none."""
    steps = matter.rules.step("correct").corrects
    bodies = [r.body for r in log.of_matter("main", matter.pk)]
    back = [b["data"].get("entry") for b in bodies if b["step"] == "take_back"]
    own = [b for b in bodies if b["actor"] == actor.person and b["step"] in steps]
    return bool(own) and not back


def in_charge(matter, actor):
    """The office in charge, the one that has it and the one above."""
    held = (matter.holder_org_id, matter.holder_role) in posts_of(actor)
    return held or above(matter, actor) or (matter.org is not None and leads(matter.org, actor))


def answers_appeals(matter, actor):
    """The office above; where there is none, the one in charge."""
    org = matter.holder_org or matter.org
    if org is not None and org.parent is not None:
        return leads(org.parent, actor)
    return matter.org is not None and leads(matter.org, actor)


def may_strike(matter, actor):
    """The offices in charge; and whoever wrote something."""
    if in_charge(matter, actor):
        return True
    mine = [r.body for r in log.of_matter("main", matter.pk) if r.body["actor"] == actor.person]
    wrote_in = ("text", "title", "reason", "words", "minutes", "answer")
    return any(b["files"] or any(b["data"].get(n) for n in wrote_in) for b in mine)


def reads_slips(matter, actor):
    """Who has it or works there, the office above, and hosts and clerks of where it is voted."""
    if holds(matter, actor) or works_there(matter, actor) or above(matter, actor):
        return True
    poll = Poll.objects.filter(matter=matter.pk, closed=False).order_by("-pk").first()
    voted = poll.roll_places if poll and poll.takes_ballots else []
    near = set()
    for place in Place.objects.all():
        on_the_way = {p.pk for p in Place.objects.filter(pk__in=voted) if place.pk in p.path}
        if set(voted) & set(place.path) or on_the_way:
            near.add(place.pk)
    own = [o for o in actor.offices if o.role in ("host", "clerk")]
    return any(near & set(o.organisation.places) for o in own)


def known(matter, actor):
    """Whose home was checked, on either side, and holds today; or who holds an office today."""
    today = timezone.localdate()
    homes = Residence.objects.filter(person=actor.person, since__lte=today, until__gte=today)
    return bool(actor.offices) or homes.exists()


MEANING = {
    "verified": known,
    "taker": took_last,
    "writer": wrote,
    "member": lambda m, a: True,
    "holder": holds,
    "orderer": lambda m, a: leads(m.source.org if m.source else m.org, a),
    "raiser": lambda m, a: has_role(m, a, "raiser"),
    "party": lambda m, a: has_role(m, a, "raiser", "supporter"),
    "colleague": works_there,
    "above": above,
    "steward": lambda m, a: leads(m.org, a),
    "striker": may_strike,
    "struck-writer": lambda m, a: False,  # nothing is struck here
    "moderator": in_charge,
    "appeal-answerer": answers_appeals,
    "slip-reader": reads_slips,
    **dict.fromkeys(("clock", "link", "house"), lambda m, a: False),
}


def meanings():
    """The words of all programmes: no two say the same word."""
    found = dict(MEANING)
    for programme in settings.PROGRAMMES:
        name = f"{programme}.tests.who_may"
        theirs = import_module(name).MEANING if find_spec(name) else {}
        assert not found.keys() & theirs.keys(), programme
        found |= theirs
    return found
