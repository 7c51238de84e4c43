"""What memory answers and writes is what the database would have, whatever is asked in which order."""

from contextlib import nullcontext
from datetime import date

from django.db import transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pilin.engine.models import Matter
from pilin.engine.writes import together, waiting
from pilin.people.models import Organisation
from pilin.people.read_model import applying
from pilin.programmes.budget.models import Budget, Idea
from pilin.programmes.consultation.models import Meeting, Outcome

NUMBERS = st.integers(1, 3)
STATUS = st.sampled_from(["waiting", "admitted", "refused"])
WORDS = st.sampled_from(["", "一", "二", "三"])


def op(name, *parts):
    return st.tuples(st.just(name), *parts)


OPS = st.one_of(
    op("idea", NUMBERS, STATUS, WORDS),
    op("judge", NUMBERS, STATUS),
    op("cost", NUMBERS, st.one_of(st.none(), st.integers(0, 9))),
    op("more", NUMBERS),
    op("all_of", STATUS, WORDS),
    op("not_of", STATUS),
    op("among", st.lists(NUMBERS)),
    op("first", STATUS),
    op("by_words"),
    op("drop", NUMBERS),
    op("merge", NUMBERS, NUMBERS),
    op("title", WORDS),
    op("budget"),
    op("counted"),
    op("meeting", WORDS),
    op("outcomes", st.lists(WORDS, min_size=1, max_size=3)),
    op("settle", NUMBERS),
    op("forget"),
)


class Hands:
    """Does what handlers do, on a matter; each gives what it read."""

    def __init__(self, matter):
        self.matter = matter
        self.ideas = Idea.objects.filter

    def idea(self, number, status, words):
        if self.ideas(matter=self.matter, number=number).exists():
            return None
        fields = {"title": words, "author": "p", "status": status, "text": "", "where": ""}
        Idea.objects.create(matter=self.matter, number=number, estimate=number * 100, **fields)
        return Idea.objects.filter(matter=self.matter).count()

    def judge(self, number, status):
        return self.ideas(matter=self.matter, number=number).update(status=status)

    def cost(self, number, cost):
        self.ideas(matter_id=self.matter.pk, number=number).update(cost=cost)

    def more(self, number):
        self.ideas(matter=self.matter, number=number).update(estimate=F("estimate") + 1)

    def all_of(self, status, words):
        rows = self.ideas(matter=self.matter)
        rows.filter(status=status).update(words=words)
        return sorted(rows.values_list("number", "words"))

    def not_of(self, status):
        return sorted(
            self.ideas(matter=self.matter).exclude(status=status).values_list("number", flat=True)
        )

    def among(self, numbers):
        rows = self.ideas(matter=self.matter, number__in=numbers).order_by("-number")
        return [(i.number, i.estimate, i.cost, i.title) for i in rows]

    def first(self, status):
        found = self.ideas(matter=self.matter, status=status).order_by("number").first()
        return found and (found.number, found.estimate, found.words)

    def by_words(self):
        rows = self.ideas(matter=self.matter).order_by("words", "number")
        return [(i.words, i.number) for i in rows], rows[0].number if rows else None

    def drop(self, number):
        return self.ideas(matter=self.matter, number=number).delete()[0]

    def merge(self, number, into):
        from django.db.models import Q

        rows = Idea.objects.filter(Q(number=number) | Q(into=number), matter=self.matter)
        return rows.update(status="merged", into=into)

    def title(self, words):
        return Idea.objects.filter(title=words).count()  # of all matters: asked of the database

    def budget(self):
        Budget.objects.filter(pk=self.matter.pk).update(
            ideas=F("ideas") + 1, until=date(2026, 1, 2)
        )
        found = Budget.objects.get(matter=self.matter)
        return found.ideas, found.until, found.amount

    def counted(self):
        Budget.objects.filter(pk=self.matter.pk).update(result={"winners": (1, 2)})
        return Budget.objects.filter(matter=self.matter).first().result

    def meeting(self, words):
        org = Organisation.objects.get(pk=1)
        defaults = {"org": org, "time": "2026-01-05T19:00:00Z", "where": words, "agenda": words}
        row, new = Meeting.objects.update_or_create(matter=self.matter, defaults=defaults)
        return Meeting.objects.get(pk=row.pk).where, new

    def outcomes(self, texts):
        start = Outcome.objects.filter(matter=self.matter).count()
        Outcome.objects.bulk_create(
            Outcome(matter=self.matter, number=n, text=t) for n, t in enumerate(texts, start + 1)
        )

    def settle(self, number):
        rows = Outcome.objects.filter(matter=self.matter, number=number)
        return rows.update(settled=True, answer="好"), [o.answer for o in rows]

    def forget(self):
        many = waiting()
        if many is not None:
            many.flush()
            many.memory.forget()


def rows_of(model):
    own = model._meta.pk.name
    names = [f.attname for f in model._meta.concrete_fields if f.name != own or f.is_relation]
    return sorted(map(repr, model.objects.values_list(*names)))


def done(ops, many, known):
    """What the operations gave, and the rows they left; nothing of it stays."""
    with transaction.atomic():
        with together() if many else nullcontext(), applying():
            Organisation.objects.create(id=1, name="站", category="station", places=[])
            for key in (1, 2):
                Matter._base_manager.create(id=key, **MATTER)
                if many and known:
                    many_writes = waiting()
                    many_writes.memory.begins(Matter, key)
                fields = {"amount": "10", "most": 2, "least": "1", "rule": "r", "text": ""}
                Budget.objects.create(matter_id=key, ideas_until=date(2026, 1, 1), **fields)
            hands = {key: Hands(Matter(id=key)) for key in (1, 2)}
            given = [getattr(hands[key], name)(*parts) for key, (name, *parts) in ops]
        left = [rows_of(m) for m in (Budget, Idea, Meeting, Outcome, Organisation)]
        transaction.set_rollback(True)
    return given, left


MATTER = {
    "kind": "budget",
    "procedure": 1,
    "state": "over",
    "is_open": False,
    "title": "t",
    "raiser": "p",
    "opened": "2026-01-01T00:00:00Z",
    "last": 1,
}


class Remembered(TestCase):
    @given(st.lists(st.tuples(st.sampled_from([1, 2]), OPS), max_size=14), st.booleans())
    def test_memory_is_the_database(self, ops, known):
        assert done(ops, True, known) == done(ops, False, known)
