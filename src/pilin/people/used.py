"""What somebody has used up of a day's allowance: tries, reports, bytes. Never in the ledger."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, models
from django.utils import timezone


class Used(models.Model):
    """How much of `what` was used on a day by `whose`: a pseudonym, an address (as HMAC), a place."""

    what = models.CharField(max_length=20)
    whose = models.CharField(max_length=60)
    day = models.DateField()
    n = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "whose", "day"], name="used_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.whose} {self.day}"


def use(what: str, whose: str, n: int = 1) -> int:
    """Use up `n` more; gives how much that makes today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_used (what, whose, day, n) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (what, whose, day) DO UPDATE SET n = people_used.n + excluded.n RETURNING n",
            [what, whose, timezone.localdate(), n],
        )
        (total,) = cursor.fetchone()
    return int(total)


def today(what: str, whose: str) -> int:
    rows = Used.objects.filter(what=what, whose=whose, day=timezone.localdate())
    return rows.values_list("n", flat=True).first() or 0


def forget(whose: str) -> None:
    Used.objects.filter(whose=whose).delete()


def sweep() -> None:
    """What was used on earlier days counts no more."""
    Used.objects.filter(day__lt=timezone.localdate() - timedelta(days=1)).delete()
