"""Who may take which step: read from the procedures, checked against what they declare."""

import pytest

from pilin.engine.models import Party
from pilin.engine.programme import registry
from pilin.people.models import Organisation
from pilin.programmes.agreement.models import Signature
from pilin.programmes.budget.models import Idea
from pilin.programmes.drive.models import Drive
from pilin.programmes.event.models import Registration
from pilin.programmes.fund.models import Approval as PaymentApproval
from pilin.programmes.fund.models import Fund
from pilin.programmes.pairing.models import Pairing
from pilin.programmes.renovation.models import Acceptance, Approval
from pilin.programmes.wish.models import Wish
from tests.answers import reach, situation, who_may

CASES = [(p.kind, s.name) for p in registry.procedures for s in p.steps if p.listed]
#: States a matter is in only as a register says so: nobody leads one there.
REGISTERED = {"summary", "recorded"}


def posts_of(actor):
    return {(o.organisation_id, o.role) for o in actor.offices}


def has_role(matter, actor, *roles):
    return Party.objects.filter(matter=matter, person=actor.person, role__in=roles).exists()


def holds(matter, actor):
    post = (matter.holder_org_id, matter.holder_role)
    return matter.holder_person == actor.person or post in posts_of(actor)


def orderer(matter, actor):
    org = matter.source.org if matter.source else matter.org
    return (org.pk, org.steward) in posts_of(actor)


def signatory(matter, actor):
    signed = set(Signature.objects.filter(agreement_id=matter.pk).values_list("org_id", flat=True))
    return answers_for(set(matter.orgs) - signed, actor)


def answers_for(orgs, actor):
    rows = Organisation.objects.filter(pk__in=orgs)
    return any((o.pk, o.steward) in posts_of(actor) for o in rows)


def other_side(matter, actor):
    org = Pairing.objects.get(pk=matter.pk).right_org or matter.org
    return (org.pk, org.steward) in posts_of(actor)


def school(matter, actor):
    coordinator = (Wish.objects.get(pk=matter.pk).school_id, "coordinator")
    return coordinator in posts_of(actor) or has_role(matter, actor, "raiser")


def recipient(matter, actor):
    org = Drive.objects.get(pk=matter.pk).recipient
    return (org.pk, org.steward) in posts_of(actor)


def officer(matter, actor):
    officers = {(matter.org_id, role) for role in ("lead", "treasurer", "clerk")}
    return actor.person != matter.raiser and bool(officers & posts_of(actor))


def approver(matter, actor):
    approved = PaymentApproval.objects.filter(payment_id=matter.pk, person=actor.person).exists()
    return officer(matter, actor) and not approved


def second(matter, actor):
    officers = {(matter.org_id, role) for role in ("lead", "treasurer", "clerk")}
    proposed = Fund.objects.get(pk=matter.pk).closing_by == actor.person
    return not proposed and bool(officers & posts_of(actor))


def guest(matter, actor):
    rows = Registration.objects.filter(event_id=matter.pk, person=actor.person, status="placed")
    return rows.exists()


def committee(matter, actor):
    return bool({(matter.org_id, role) for role in ("host", "clerk", "lead")} & posts_of(actor))


def counter(matter, actor):
    above = {(matter.org.parent_id, role) for role in ("host", "clerk", "lead")}
    return committee(matter, actor) or bool(above & posts_of(actor))


def asked(matter, actor):
    rows = Approval.objects.filter(renovation_id=matter.pk, state="asked").select_related("org")
    posts = {(a.org_id, role) for a in rows for role in (a.org.steward, "department")}
    return bool(posts & posts_of(actor))


def accepts(matter, actor):
    said = Acceptance.objects.filter(renovation_id=matter.pk, person=actor.person).exists()
    concerned = has_role(matter, actor, "raiser", "supporter")
    return concerned and not said and not committee(matter, actor)


def authors(matter, actor):
    rows = Idea.objects.filter(matter=matter)
    won = set(rows.exclude(rank=None).values_list("number", flat=True))
    return any((i.into or i.number) in won for i in rows if i.author == actor.person)


#: What the words of the declarations mean, worked out from the tables alone.
MEANING = {
    "member": lambda m, a: True,
    "holder": holds,
    "raiser": lambda m, a: has_role(m, a, "raiser"),
    "party": lambda m, a: has_role(m, a, "raiser", "supporter"),
    "steward": lambda m, a: (m.org_id, m.org.steward) in posts_of(a),
    "orderer": orderer,
    "signatory": signatory,
    "party_lead": lambda m, a: answers_for(m.orgs, a),
    "other_side": other_side,
    "coordinators": lambda m, a: any((org, "coordinator") in posts_of(a) for org in m.orgs),
    "school": school,
    "recipient": recipient,
    "approver": approver,
    "officer": officer,
    "second": second,
    "guest": guest,
    "counter": counter,
    "asked": asked,
    "resident": accepts,
    "authors": authors,
    **dict.fromkeys(("clock", "link", "house"), lambda m, a: False),
}


def means(kind, matter, actor):
    word, _colon, roles = kind.partition(":")
    if word == "office":
        return any(role in roles.split("/") for _, role in posts_of(actor))
    if word == "at":
        return any((matter.org_id, role) in posts_of(actor) for role in roles.split("/"))
    return MEANING[kind](matter, actor)


def declared(world, step, matter) -> set[str]:
    found: set[str] = set()
    for login in world.people:
        actor = world.actor(login)
        if any(means(kind, matter, actor) for kind in step.by.kind.split("|")) and (
            not step.only_if or step.only_if(situation(actor, matter))
        ):
            found.add(login)
    return found


@pytest.mark.parametrize(("kind", "name"), CASES, ids=str)
def test_a_step_is_open_to_those_it_names_and_to_nobody_else(world, kind, name):
    rules = registry.latest(kind)
    step = rules.step(name)
    if step.source is None:
        assert who_may(world, rules, step, None) == declared(world, step, None)
        return
    matters = [
        m
        for state in step.source
        for opening in rules.openings()
        if (m := reach(world, kind, opening.name, state))
    ]
    assert matters or REGISTERED & set(step.source), "no way leads to where this step begins"
    for matter in matters:
        assert who_may(world, rules, step, matter) == declared(world, step, matter)


@pytest.mark.parametrize(
    ("kind", "opening", "state", "step"),
    [
        ("consultation", "raise", "delivered", "confirm"),
        ("agreement", "draft", "in_force", "review"),
        ("pairing", "propose", "active", "report"),
        ("suggestion", "write", "answered", "satisfied"),
        ("wish", "submit", "delivered", "confirm"),
        ("drive", "open", "finished", "confirm"),
        ("fund", "open", "accounts", "confirm"),
        ("payment", "request", "paid", "confirm"),
        ("event", "announce", "held", "confirm"),
        ("service", "ask", "answered", "confirm"),
        ("renovation", "propose", "voting", "enter"),
        ("renovation", "propose", "approving", "grant"),
        ("renovation", "propose", "accepting", "confirm"),
        ("budget", "announce", "vetting", "admit"),
        ("budget", "announce", "voting", "close_vote"),
        ("budget", "announce", "counted", "convert"),
        ("budget", "announce", "under_way", "deliver"),
        ("budget", "announce", "delivered", "confirm"),
    ],
)
def test_some_steps_are_open_to_somebody(world, kind, opening, state, step):
    """The test above would pass where nobody may do anything."""
    m = reach(world, kind, opening, state)
    assert who_may(world, m.rules, m.rules.step(step), m)
