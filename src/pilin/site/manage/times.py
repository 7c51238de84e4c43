"""Working days and due times, with what an operator changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilin.engine import workdays
from pilin.engine.positions import registers
from pilin.people.models import WorkingDay
from pilin.programmes.manage.times import rules
from pilin.site import machine
from pilin.wording.reading import month

from .gate import Charge, operating

MONDAY_TO_FRIDAY = 5


@operating
def days(request: HttpRequest, own: Charge) -> HttpResponse:
    """Days of this year and the next that are not as the day of the week says."""
    said = {row.day: row for row in WorkingDay.objects.filter(day__gte=date(own.day.year, 1, 1))}
    end = date(own.day.year + 1, 12, 31)
    found = [_day(own.day + timedelta(n), said) for n in range((end - own.day).days + 1)]
    months: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        if row["said"] or row["works"] != (row["day"].weekday() < MONDAY_TO_FRIDAY):
            months.setdefault(month(row["day"]), []).append(row)
    context = {"months": months, "calendar": machine.calendar(own.day.year + 1)}
    return render(request, "site/manage/days.html", context)


def _day(day: date, said: dict[date, WorkingDay]) -> dict[str, Any]:
    row = said.get(day)
    works = row.works if row else workdays.by_calendar(day)
    return {"day": day, "works": works, "said": row}


@operating
def due_times(request: HttpRequest, own: Charge) -> HttpResponse:
    """What is due in how many working days, kind by kind; changed ones with what is declared."""
    kinds: dict[str, list[Any]] = {}
    for rule in rules():
        kinds.setdefault(str(rule.procedure.title), []).append(rule)
    changed = len(registers().due_times)
    return render(request, "site/manage/due_times.html", {"kinds": kinds, "changed": changed})
