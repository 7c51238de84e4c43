"""Warnings that somebody's station is to pass on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet

from pilin.people.models import Office

from .models import Duty


def turns(offices: Sequence[Office]) -> QuerySet[Any, Any]:
    orgs = [o.organisation_id for o in offices if o.role == o.organisation.steward]
    rows = Duty.objects.filter(org__in=orgs, done=None, message=F("warning__entry"))
    return rows.filter(warning__matter__state="standing").values_list("warning", flat=True)
