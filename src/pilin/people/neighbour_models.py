"""The neighbours whose record is kept here beside our own."""

from __future__ import annotations

from django.db import models

from pilin.database.elsewhere import Elsewhere

from .read_model import ReadModel

INVITED, JOINED, PAUSED, LEFT = "invited", "joined", "paused", "left"


class Neighbour(ReadModel):
    """Another government with a Pilin of its own. Its number is that of the matter in which it was invited,
    or joined; its keys are vkeys (C2SP signed-note): what signs its record, what it cosigns others' with,
    and what its server signs its questions with."""

    id = models.BigIntegerField(primary_key=True)
    state = models.CharField(max_length=10)
    origin = models.CharField(max_length=200)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=200)
    log = models.CharField(max_length=300)
    witness = models.CharField(max_length=300)
    server = models.CharField(max_length=300)
    side = models.CharField(max_length=100, default="")  # as registers name it

    def __str__(self) -> str:
        return self.name

    @property
    def there(self) -> Elsewhere:
        """Their record, to read."""
        return Elsewhere(self.pk, self.origin, self.name, self.address)

    @property
    def main(self) -> str:
        """The origin of their main log."""
        return self.log.partition("+")[0]
