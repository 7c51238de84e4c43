"""Where a log ends while somebody adds to it: what is signed, and kept outside once it is committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from . import ends, keys, note, pins
from .tree import Frontier


@dataclass
class Head:
    """Where a log ends, as read when it was locked."""

    name: str
    frontier: Frontier
    verifier: note.Verifier
    signed: str = ""  # the checkpoint of it, once it was signed

    @classmethod
    def of(cls, log: str, row: Sequence[Any]) -> Head:
        """From what `locking` gives. Raises Refuses where it is not to be added to."""
        size, frontier, vkey, form, generation, signed = row
        verifier = pins.checked(log, int(size), vkey, int(form), int(generation), signed)
        return cls(log, Frontier.from_bytes(int(size), bytes.fromhex(frontier)), verifier)

    def sign(self) -> str:
        """The signed checkpoint of the log as it ends now."""
        point = note.Checkpoint(self.verifier.name, self.size, self.frontier.root())
        self.signed = note.sign(point, keys.signing_key(), self.verifier)
        return self.signed

    def keep_signed(self) -> None:
        """Keep its last checkpoint outside the database once the transaction is committed."""
        transaction.on_commit(partial(ends.keep, self.name, self.signed))

    @property
    def size(self) -> int:
        return self.frontier.size
