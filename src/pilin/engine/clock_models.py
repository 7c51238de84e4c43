"""When the clock was last taken to be right."""

from django.db import models


class ClockSeen(models.Model):
    """One row. `size` is how many entries there were then. Not in the ledger: it is of this installation."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    size = models.BigIntegerField()

    class Meta:
        app_label = "loop"
