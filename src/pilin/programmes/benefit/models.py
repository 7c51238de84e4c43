"""Clauses of policies and who applied; and what people and firms have said of themselves, which is no part of
the record."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pilin.deciding.policies.clauses import Benefit
from pilin.deciding.policies.conditions import Tree, read
from pilin.deciding.policies.facts import Facts
from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.read_model import ReadModel
from pilin.wording.reading import day, yuan

FIRMS, PEOPLE = "firms", "people"
FOR = {FIRMS: _("Firms"), PEOPLE: _("Residents")}
#: How it is come by: without an application, by a quick one, by one that is vetted.
WAYS = {
    "auto": _("Without an application: the office asks you"),
    "fast": _("By a quick application"),
    "apply": _("By an application that is vetted"),
}
ONCE = {
    "": _("As often as one likes"),
    "profile": _("Once for each firm or person"),
    "year": _("Once a year for each firm or person"),
}
CAME = "came"
ORDERS = {"": _("In any order"), CAME: _("In the order in which applications came")}
FACTS = Facts()


class Clause(ReadModel):
    """A clause of a policy: for whom, what it gives, until when. No more is granted than there is."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="clause")
    audience = attribute(
        models.CharField(max_length=10),
        _("Who it is for"),
        listed=True,
        words=lambda key: FOR.get(key, key),
    )
    text = models.TextField()  # in plain words
    source = attribute(models.CharField(max_length=160), _("Document and clause"))
    needs = models.TextField()  # the tree of conditions, as JSON
    way = attribute(
        models.CharField(max_length=10),
        _("How it is come by"),
        words=lambda key: WAYS.get(key, key),
    )
    fixed = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    rate = models.CharField(max_length=12, blank=True)
    of = models.CharField(max_length=30, blank=True)
    cap = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    budget = attribute(
        models.DecimalField(max_digits=15, decimal_places=2, null=True),
        _("Budget"),
        words=lambda amount: yuan(amount) if amount is not None else "",
    )
    granted = attribute(
        models.DecimalField(max_digits=15, decimal_places=2, default=0),
        _("Granted"),
        words=lambda amount: yuan(amount) if amount else "",
    )
    first = models.DateField(null=True)
    ends = attribute(models.DateField(), _("Can be applied for until"), listed=True, words=day)
    days = attribute(
        models.PositiveSmallIntegerField(),
        _("Answered within"),
        words=lambda n: _("%(n)d working days") % {"n": n},
    )
    phone = attribute(models.CharField(max_length=60, blank=True), _("Telephone"))
    once = attribute(
        models.CharField(max_length=10, blank=True),
        _("How often"),
        words=lambda key: ONCE[key] if key else "",
    )
    order = attribute(
        models.CharField(max_length=10, blank=True),
        _("Order"),
        words=lambda key: ORDERS[key] if key else "",
    )
    source_row = models.JSONField(default=dict)  # the register's row, until it is changed here

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(granted__lte=F("budget")),
                name="granted_within_budget",
            )
        ]

    @cached_property
    def tree(self) -> Tree:
        return read(json.loads(self.needs), FACTS)

    @property
    def benefit(self) -> Benefit | None:
        rate = Decimal(self.rate) if self.rate else None
        if self.fixed is None and rate is None:
            return None
        return Benefit(self.fixed, rate, self.of, self.cap)

    def is_open(self, on: date) -> bool:
        return (self.first is None or self.first <= on) and on <= self.ends

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.granted


class Grant(ReadModel):
    """An application under a clause. Who it is stands in the sealed part."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="grant")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="grants")
    verdict = models.CharField(max_length=8)
    claim = models.CharField(max_length=64, null=True)  # as long as it stands, where it is once
    amount = attribute(
        models.DecimalField(max_digits=15, decimal_places=2, null=True),
        _("Granted"),
        words=lambda amount: yuan(amount) if amount is not None else "",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clause", "claim"], name="granted_once_to_each")
        ]


class Firm(models.Model):
    """A firm as an office's list has it, each fact with its source and day. No part of the record: what a firm
    earns and whom it employs is nobody else's business. Without its consent nothing is matched by it."""

    code = models.CharField(max_length=18, primary_key=True)
    name = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)  # {name: {"value", "as_of", "from"}}
    agreed = models.BooleanField(default=False)
    source_row = models.JSONField(default=dict)  # the list's own words

    def values(self) -> dict[str, Any]:
        return {name: said["value"] for name, said in self.facts.items() if name in FACTS}


class Profile(models.Model):
    """What somebody has said of their firm or of themselves, so that clauses find them: each fact with when
    and from where. No part of the record; theirs to change and to erase, kept because they agreed to."""

    pk = models.CompositePrimaryKey("person", "audience")
    person = models.CharField(max_length=40)
    audience = models.CharField(max_length=10)
    name = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=18, blank=True)
    facts = models.JSONField(default=dict)  # {name: {"value", "as_of", "from"}}
    agreed = models.DateTimeField()

    def values(self) -> dict[str, Any]:
        """The facts by name, as conditions are decided by them."""
        return {name: said["value"] for name, said in self.facts.items() if name in FACTS}
