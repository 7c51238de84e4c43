"""When what pages show changes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import models

from pilin.people.read_model import ReadModel


class Moment(ReadModel):
    """From `at` on a page that shows `scope` shows something else, though no entry is made then.

    Something begins or ends by the hour: `positions` knows it, so no kept page outlives it and no job is
    waited for. They belong to a matter, which has those it names last.
    """

    remembered = False

    matter = models.BigIntegerField(db_index=True)
    scope = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        app_label = "loop"
        indexes = [models.Index(fields=["scope", "at"], name="moment_of_scope")]


def changes_at(matter: int, scopes: Iterable[str], moments: Sequence[datetime]) -> None:
    """What these scopes show of a matter changes at these moments, and at no others said before."""
    Moment.objects.filter(matter=matter).delete()
    Moment.objects.bulk_create(
        Moment(matter=matter, scope=scope, at=at) for scope in scopes for at in moments
    )
