"""What is kept beside the record to check homes by; none of it is ever in an entry.

Numbers of documents and codes are kept as HMAC under a key outside the database (`secret.py`).
"""

from django.db import models


class Resident(models.Model):
    """A row of a register a town brought in: one account may be matched with it."""

    digest = models.CharField(max_length=64, unique=True)  # of number, birth date and place
    who = models.CharField(max_length=64, db_index=True)  # of the number alone
    place = models.BigIntegerField(db_index=True)
    until = models.DateField()
    taken_by = models.CharField(max_length=40, blank=True, default="", db_index=True)

    def __str__(self) -> str:
        return f"{self.place} {self.digest[:8]}"


class Code(models.Model):
    """A code of a batch, good once."""

    digest = models.CharField(max_length=64, unique=True)
    batch = models.BigIntegerField(db_index=True)  # the entry that made it
    place = models.BigIntegerField()
    expires = models.DateField()  # the last day it is good
    until = models.DateField()  # of the home it checks
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.batch} {self.digest[:8]}"


class ShownCode(models.Model):
    """Digits somebody shows on their telephone to whoever vouches for them."""

    person = models.CharField(max_length=40, unique=True)
    digits = models.CharField(max_length=8, unique=True)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return self.person


class KeyInUse(models.Model):
    """What the key of residents hashes to (SHA-256, hex): without that key no number is found again."""

    fingerprint = models.CharField(max_length=64, unique=True)
