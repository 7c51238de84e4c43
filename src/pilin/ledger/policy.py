"""Who must have cosigned a checkpoint before it counts as witnessed: C2SP tlog-policy
(https://c2sp.org/tlog-policy), read, written and held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pilin.wording.saying import say

from .cosigning import Note
from .note import COSIGNATURE, NoteFault, Verifier

NONE = "none"
#: Lines of a policy that are read; the specification asks for 32 of each kind at least.
MOST = 500


class PolicyFault(NoteFault):
    """A policy that cannot be read: says in which line."""


@dataclass(frozen=True)
class Witness:
    verifier: Verifier
    url: str = ""


@dataclass(frozen=True)
class Policy:
    """`quorum` is the name of a witness or a group, or "none"; a group is how many of which names."""

    logs: tuple[Verifier, ...] = ()
    witnesses: Mapping[str, Witness] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    quorum: str = NONE

    @classmethod
    def of_all(cls, witnesses: Mapping[str, Witness], must: tuple[str, ...]) -> Policy:
        """These witnesses, of whom all those named must have cosigned."""
        if not must:
            return cls(witnesses=witnesses)
        if len(must) == 1:
            return cls(witnesses=witnesses, quorum=must[0])
        return cls((), witnesses, {"everyone": (len(must), must)}, "everyone")

    @property
    def asks_any(self) -> bool:
        return self.quorum != NONE

    def is_met(self, note: Note) -> bool:
        """Whether those who must have cosigned this note have. Raises NoteFault where a signature is wrong."""
        return self.is_met_by(frozenset(self._signed(note)))

    def is_met_by(self, names: frozenset[str]) -> bool:
        return self.quorum == NONE or self._meets(self.quorum, names)

    def missing(self, names: frozenset[str]) -> list[str]:
        """The witnesses the quorum rests on that are not among these."""
        if self.is_met_by(names):
            return []
        return [name for name in dict.fromkeys(self._below(self.quorum)) if name not in names]

    def _signed(self, note: Note) -> Iterator[str]:
        for name, witness in self.witnesses.items():
            if note.cosigned_by(witness.verifier) is not None:
                yield name

    def _meets(self, name: str, names: frozenset[str]) -> bool:
        if name in self.witnesses:
            return name in names
        needed, members = self.groups[name]
        return sum(self._meets(one, names) for one in members) >= needed

    def _below(self, name: str) -> Iterator[str]:
        if name in self.witnesses:
            yield name
        else:
            for member in self.groups[name][1]:
                yield from self._below(member)

    def text(self) -> str:
        """The policy as a file."""
        lines = [f"log {one.vkey}" for one in self.logs]
        for name, one in self.witnesses.items():
            lines.append(" ".join(filter(None, ("witness", name, one.verifier.vkey, one.url))))
        for name, (needed, members) in self.groups.items():
            lines.append(f"group {name} {needed} {' '.join(members)}")
        return "\n".join([*lines, f"quorum {self.quorum}", ""])


def read(text: str) -> Policy:
    """A policy from its file. Raises PolicyFault."""
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            if number > MOST:
                raise ValueError(say("there are more than {n} lines", n=MOST))
            reading.line(words)
        except (ValueError, KeyError) as fault:
            raise PolicyFault(
                say("line {n} of the policy: {why}", n=number, why=_why(fault))
            ) from fault
    if not reading.quorum:
        raise PolicyFault(say("the policy has no line that names its quorum"))
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


def _why(fault: Exception) -> str:
    return say("it cannot be read") if isinstance(fault, KeyError) else str(fault)


class _Reading:
    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.quorum = ""
        self._used: set[str] = set()

    def line(self, words: list[str]) -> None:
        kinds: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        kinds[words[0]](words[1:])

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise ValueError(say("a log has a vkey and at most an address"))
        found = Verifier.from_vkey(words[0])
        if any(one.public == found.public for one in self.logs):
            raise ValueError(say("this key is named twice"))
        self.logs.append(found)

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise ValueError(say("a witness has a name, a vkey and at most an address"))
        found = Verifier.from_vkey(words[1], COSIGNATURE)
        if any(one.verifier.public == found.public for one in self.witnesses.values()):
            raise ValueError(say("this key is named twice"))
        self._new(words[0])
        self.witnesses[words[0]] = Witness(found, words[2].rstrip("/") if words[2:] else "")

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise ValueError(say("a group has a name, how many, and of whom"))
        name, many, *members = words
        self._new(name)
        for member in members:
            self._known(member)
            if member in self._used:
                raise ValueError(say("{name} is in a group already", name=member))
            self._used.add(member)
        kept = {"all": len(members), "any": 1}.get(many)
        if kept is None:
            if not (many.isascii() and many.isdigit()):
                raise ValueError(say("{many} is not a number, all or any", many=many))
            kept = int(many)
        if not 1 <= kept <= len(members):
            raise ValueError(say("{n} of {of} cannot be", n=kept, of=len(members)))
        self.groups[name] = (kept, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1 or self.quorum:
            raise ValueError(say("a policy has one quorum, which is one name"))
        if words[0] != NONE:
            self._known(words[0])
        self.quorum = words[0]

    def _new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(say("{name} is named already", name=name))

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(say("{name} is not named above", name=name))
