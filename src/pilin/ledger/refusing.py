"""Why nothing may be written to a log: each is a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

from pilin.wording.saying import say


class Refuses(RuntimeError):
    """The record and what this installation knows of it do not fit together; it can still be read."""


class KeyMissing(Refuses):
    """The key that signed what is there is not where it was."""

    def __init__(self, where: Path) -> None:
        super().__init__(where)
        self.where = where

    def __str__(self) -> str:
        return say(
            "the key is missing: {where}. Put it back from its copy; no other can take its place",
            where=self.where,
        )


class KeyChanged(KeyMissing):
    """Another key lies where the one in use was."""

    def __str__(self) -> str:
        return say(
            "the key is another than before: {where}. Put the one back that was there",
            where=self.where,
        )


class WitnessLost(KeyMissing):
    """What cosigns others' records is gone, or another: whoever knows the one before would take the new one for
    somebody else's."""

    def __str__(self) -> str:
        return say(
            "the key that cosigns others' records is missing, or another than before: {where}. Put it back from"
            " its copy. Where it is lost, say so to all who know it, and remove witness.known beside its"
            " folder: then another is made, and neighbours join anew",
            where=self.where,
        )


class NotOurs(Refuses):
    """The log has another name or key than this installation."""

    def __init__(self, log: str, pinned: str, ours: str) -> None:
        super().__init__(log, pinned, ours)
        self.log, self.pinned, self.ours = log, pinned, ours

    def __str__(self) -> str:
        return say(
            "the record was begun as {pinned}, and this installation would write as {ours}."
            " Set PILIN_ORIGIN and the key as they were",
            pinned=self.pinned,
            ours=self.ours,
        )


class OtherFormat(Refuses):
    """Entries are written in a format of a newer release."""

    def __str__(self) -> str:
        return say("the record is written by a newer release of Pilin; install that")


class Shorter(Refuses):
    """The log ends before what was acknowledged."""

    def __init__(self, log: str, size: int, kept: int) -> None:
        super().__init__(log, size, kept)
        self.log, self.size, self.kept = log, size, kept

    def __str__(self) -> str:
        return say(
            "the record “{log}” has {size} entries here, and {kept} were acknowledged: entries are"
            " missing. Bring them back (pilin ledger fill), or declare a successor"
            " (pilin ledger succeed)",
            log=self.log,
            size=self.size,
            kept=self.kept,
        )


class Unasked(Refuses):
    """A backup was brought back, and nobody who may have seen more could be asked yet."""

    def __str__(self) -> str:
        return say(
            "a backup was brought back, and no witness or neighbour has said yet whether they have seen"
            " entries that are not in it. Nothing is recorded until one answers, or until you say in public"
            " that nothing is missing (pilin ledger believe)"
        )


class Forked(Refuses):
    """The log holds other entries than those acknowledged."""

    def __init__(self, log: str, kept: int) -> None:
        super().__init__(log, kept)
        self.log, self.kept = log, kept

    def __str__(self) -> str:
        return say(
            "the first {kept} entries of the record “{log}” are not those that were acknowledged",
            log=self.log,
            kept=self.kept,
        )
