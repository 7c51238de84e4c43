"""Whatever people try, in whatever order: the loop's promises hold."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pilin.engine import clock
from pilin.engine.act import LOG, act
from pilin.engine.builtin import BUILT_IN
from pilin.engine.erase import erase_person
from pilin.engine.models import Matter, Party
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.engine.rules import as_before, same
from pilin.ledger import log, sealed_parts, verify
from pilin.publishing import promises, recomputed
from tests.answers import answers, preferences, situation
from tests.examples import examples
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import PHOTO, build

LOGINS = (
    "resident",
    "neighbour",
    "host",
    "clerk",
    "lead",
    "host-right",
    "clerk-right",
    "lead-right",
    "lead-county",
    "coordinator",
    "coordinator-right",
    "delegate",
    "desk",
    "treasurer",
    "clerk-town",
)
LISTED = [p for p in registry.procedures if p.listed]
OPENINGS = [(p.kind, s.name) for p in LISTED for s in p.openings() if s.by.kind != "link"]
STEPS = sorted({s.name for p in registry.procedures if p.listed for s in p.steps})
STEPS += sorted(registry.built_in.keys() - BUILT_IN.keys())


class Loop(RuleBasedStateMachine):
    """People take steps, the calendar moves on, somebody is erased: in any order."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.world = build()
        self.now = timezone.now()
        self.acknowledged = {}

    def teardown(self):
        try:
            found = {r.number: r.leaf for r in log.read(LOG)}
            assert self.acknowledged.items() <= found.items()
            assert verify.check_database(LOG).problems == []
            self.the_record_alone_gives_the_figures()
            assert_rebuilding_changes_nothing_if_any()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def the_record_alone_gives_the_figures(self):
        today = timezone.localdate(self.now)
        for since in (None, today - timedelta(days=20)):
            alone = recomputed.figures(None, today, since)
            offices = {int(org): row for org, row in alone["offices"].items()}
            for row in offices.values():
                del row["name"]
            asked = promises.figures(today, since)
            assert asked == {**{k: alone[k] for k in ("now", "trend")}, "offices": offices}

    def attempt(self, login, matter, kind, name):
        rules = matter.rules if matter else registry.latest(kind)
        step = registry.step(rules, name)
        actor = self.world.actor(login)
        size = log.size(LOG)
        held = self.holds(actor, matter) if matter else None
        raised = (
            matter
            and Party.objects.filter(matter=matter, person=actor.person, role="raiser").exists()
        )
        prefer = {**preferences(self.world), "partners": [self.world["右镇"]]}
        try:
            data = answers(step, situation(actor, matter), prefer) if step else {}
            record = act(actor, matter or kind, name, data, files=[PHOTO], at=self.now)
        except (Refused, LookupError):
            assert log.size(LOG) == size
            return
        self.acknowledged[record.number] = record.leaf
        if step.by.kind == "holder":
            assert held
        if step.by.kind == "raiser":
            assert raised
        assert not {"clock", "link"} & set(step.by.kind.split("|"))

    @staticmethod
    def holds(actor, matter):
        posts = {(o.organisation_id, o.role) for o in actor.offices}
        return (
            matter.holder_person == actor.person
            or (matter.holder_org_id, matter.holder_role) in posts
            or (
                matter.holder_person == matter.raiser
                and Party.objects.filter(matter=matter, person=actor.person, role="raiser").exists()
            )
        )

    @rule(
        login=st.sampled_from(LOGINS),
        way=st.sampled_from(OPENINGS),
    )
    def open(self, login, way):
        self.attempt(login, None, *way)

    @rule(login=st.sampled_from(LOGINS), name=st.sampled_from(STEPS), which=st.integers(0, 9))
    def anything(self, login, name, which):
        matter = self.some(which)
        if matter and registry.step(matter.rules, name):
            self.attempt(login, matter, "", name)

    @rule(which=st.integers(0, 9), choice=st.integers(0, 9))
    def go_on(self, which, choice):
        """A step that leads from here, by somebody who may: so that matters get somewhere."""
        from pilin.engine.act import available

        matter = self.some(which)
        if matter is None:
            return
        ways = [
            (login, s.name) for login in LOGINS for s in available(self.world.actor(login), matter)
        ]
        if ways:
            login, name = ways[choice % len(ways)]
            self.attempt(login, matter, "", name)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.now += timedelta(days=days)
        clock.tick(self.now)

    @rule(login=st.sampled_from(LOGINS))
    def is_erased(self, login):
        account = self.world.people[login]
        account.refresh_from_db()
        erase_person(account.person)
        assert sealed_parts.sealed_by(LOG, account.person) == []

    def some(self, which):
        rows = Matter.objects.exclude(kind="register").order_by("-last")
        found = list(rows.select_related("org", "place", "holder_org", "source")[: which + 1])
        return found[-1] if found else None

    @invariant()
    def every_open_matter_has_one_holder_and_a_due_day(self):
        for m in Matter.objects.all():
            post, person = bool(m.holder_org_id and m.holder_role), bool(m.holder_person)
            assert (post != person and m.due) if m.is_open else not (post or person or m.due)

    @invariant()
    def what_is_closed_says_how(self):
        assert not Matter.objects.filter(is_open=False, closed_how="").exists()

    @invariant()
    def the_counts_are_those_of_the_matters(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT kind, state, closed_how, due, count(*) FROM loop_matter GROUP BY 1, 2, 3, 4"
            )
            counted = set(cursor.fetchall())
            cursor.execute(
                "SELECT kind, state, how, due, n FROM loop_tally WHERE scope = 'all' AND n <> 0"
            )
            assert set(cursor.fetchall()) == counted


def assert_rebuilding_changes_nothing_if_any():
    if Matter.objects.exists():
        assert_rebuilding_changes_nothing()


def test_whatever_people_try_the_loop_keeps_its_promises(db):
    run_state_machine_as_test(
        Loop,
        settings=settings(
            examples(25),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_built_in_step_that_climbs_is_the_calendars_alone():
    assert {s.by.kind for s in BUILT_IN.values()} == {"clock"}
    others = [s for name, s in registry.built_in.items() if name not in BUILT_IN]
    assert others and not any("clock" in s.by.kinds for s in others)


def test_no_built_in_step_moves_a_matter():
    steps = registry.built_in.values()
    assert {(s.to, s.holder, s.due) for s in steps} == {("=", same, as_before)}
