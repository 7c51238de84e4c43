"""Where the ledger lies. Nothing but `log.py` writes these tables; triggers refuse changes.

Their rows are reached with SQL, not through these models, which exist for migrations and tests.
"""

from django.db import models
from django.db.models import CompositePrimaryKey


class Log(models.Model):
    """A log's size, the roots of its perfect subtrees, its signed checkpoint, and whose it is."""

    name = models.CharField(primary_key=True, max_length=40)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)
    checkpoint = models.TextField(default="")
    vkey = models.TextField(default="", db_default="")  # who signs it: name, key id and key
    format = models.SmallIntegerField(default=1, db_default=1)  # `pins.FORMAT` when it was begun
    generation = models.SmallIntegerField(
        default=1, db_default=1
    )  # how often it lost its end, and one


class Entry(models.Model):
    """One entry: its canonical JSON and the hash of its leaf. Never changed, never deleted."""

    pk = CompositePrimaryKey("log", "number")
    log = models.CharField(max_length=40)
    number = models.BigIntegerField()
    body = models.TextField()
    leaf = models.BinaryField()
    matter = models.BigIntegerField(null=True)  # generated from the body: see the migrations


class Node(models.Model):
    """The root of a complete subtree of 256**level leaves, level ≥ 1: what upper tiles hold."""

    pk = CompositePrimaryKey("log", "level", "index")
    log = models.CharField(max_length=40)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()


class Sealed(models.Model):
    """The personal part of an entry, encrypted (`sealing.py`), outside its hash. It may be deleted, not
    changed."""

    pk = CompositePrimaryKey("log", "number")
    log = models.CharField(max_length=40)
    number = models.BigIntegerField()
    salt = models.BinaryField()
    data = models.TextField()


class Words(models.Model):
    """What people wrote in an entry, beside it (`words.py`), as JSON. It may be deleted, not changed."""

    pk = CompositePrimaryKey("log", "number")
    log = models.CharField(max_length=40)
    number = models.BigIntegerField()
    data = models.TextField()


class Key(models.Model):
    """What opens the sealed part of an entry. Without it the part is gone, in every copy."""

    pk = CompositePrimaryKey("log", "number")
    log = models.CharField(max_length=40)
    number = models.BigIntegerField()
    key = models.BinaryField()


class Cosigned(models.Model):
    """What a witness said of a log last (`witnessed.py`): the note with its signature, and when, in seconds
    since 1970; why it said no more; whether it knows another record of this name. No part of the record."""

    log = models.CharField(max_length=40)
    witness = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    at = models.BigIntegerField(default=0)
    note = models.TextField(default="")
    fault = models.TextField(default="")
    fork = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "witness"], name="cosigned_once")]
