"""Witnesses are asked to cosign what this record has become; what they said is kept, and goes with receipts.

PILIN_WITNESSES names them, apart by spaces: the vkey of each, an @, and its address; and so does the policy
(PILIN_POLICY, a file), which says who must have cosigned as well. Without one all must that `ALSO` names: neighbours.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import requests
from django.conf import settings

from pilin.wording.saying import say

from . import ends, keys, tree
from . import log as logs
from .cosigning import DASH, Note, moment
from .models import Cosigned
from .note import COSIGNATURE, NoteFault, Verifier, open_checkpoint
from .outside import body_of
from .policy import Policy, Witness, read
from .tiles import Nodes
from .witness import ROOM, SIZE, Answer

#: Seconds a witness may take; and where everything else waits for it.
PATIENCE, QUICK = 10.0, 3.0
Post = Callable[[str, bytes], Answer]


#: Under which name the newest note is kept that all who must have cosigned.
MET = ""


@dataclass(frozen=True)
class Seen:
    """What a witness has said of a log: `size` entries at that time; `fault` is why it said no more."""

    name: str
    size: int
    at: datetime | None
    fault: str
    fork: bool


#: Whatever else names witnesses, as the setting does.
ALSO: list[Callable[[], Iterable[str]]] = []


def witnesses() -> list[Witness]:
    """Those who are asked. Raises NoteFault where the setting names none."""
    return _named()[0]


def _named() -> tuple[list[Witness], list[Witness]]:
    """Those who are asked, and those of them who must cosign where no policy is written."""
    found = [_witness(word) for word in settings.WITNESSES.split()]
    must = [_witness(word) for more in ALSO for word in more()]
    written = [one for one in _written().witnesses.values() if one.url]
    all_ = {one.verifier.public: one for one in (*found, *must, *written)}
    return list(all_.values()), must


def _witness(word: str) -> Witness:
    vkey, at, url = word.partition("@")
    if not at or not url.startswith(("http://", "https://")):
        raise NoteFault(say("{word} is no witness: its vkey, @, and its address", word=word))
    return Witness(Verifier.from_vkey(vkey, COSIGNATURE), url.rstrip("/"))


def policy() -> Policy:
    """Who must have cosigned a checkpoint before it counts as witnessed. Raises NoteFault."""
    if settings.POLICY:
        return _written()
    asked, must = _named()
    named = {one.verifier.name: one for one in asked}
    return Policy.of_all(named, tuple(dict.fromkeys(one.verifier.name for one in must)))


def _written() -> Policy:
    """The policy in the file that is set."""
    if not settings.POLICY:
        return Policy()
    try:
        return read(Path(settings.POLICY).read_bytes().decode())
    except (OSError, UnicodeDecodeError) as fault:
        raise NoteFault(str(fault)) from fault


def waits_for(there: Iterable[Seen]) -> list[str]:
    """The witnesses that must have cosigned a checkpoint, and are not among those who have."""
    asked, names = policy(), {one.name for one in there}
    has = (name for name, one in asked.witnesses.items() if one.verifier.name in names)
    return asked.missing(frozenset(has))


def ask(log: str = logs.MAIN, post: Post | None = None) -> int:
    """Ask every witness that has not cosigned what is there now; gives how many did."""
    signed = logs.checkpoint(log)
    if not signed:
        return 0
    if ends.is_unasked() and post is None:
        look_ahead(log)
    done = 0
    for witness in witnesses():
        row, _new = Cosigned.objects.get_or_create(log=log, witness=witness.verifier.name)
        if row.note.partition("\n\n")[0] == signed.partition("\n\n")[0] and not row.fault:
            continue
        try:
            _asked(row, witness, log, signed, post or _post)
            done += 1
        except (OSError, ValueError) as fault:  # whatever requests may raise is an OSError
            row.fault = str(fault)[:500]
        row.save()
        if row.fork and post is None:
            look_ahead(log)
    _keep_met(log)
    return done


def _keep_met(log: str) -> None:
    """Keep the newest note that all who must have cosigned: later ones may miss some of them for a while."""
    asked = policy()
    if not asked.asks_any:
        return
    for size, note in _notes(_kept(log)):
        if asked.is_met(Note.read(note)):
            kept = {"size": size, "note": note, "at": int(time.time())}
            Cosigned.objects.update_or_create(log=log, witness=MET, defaults=kept)
            return


def look_ahead(log: str = logs.MAIN, get: Callable[[str], str] | None = None) -> int:
    """Ask what witnesses have seen of a log. Where that is more than is here, nobody writes on before it is
    filled in (`ends`): what they hold is signed by ourselves. Gives how many knew more.

    Once one of them has said it, under its own name, a backup that was brought back is believed.
    """
    verifier, size, more, said_so = keys.verifier(log), logs.size(log), 0, False
    digest = hashlib.sha256(verifier.name.encode()).hexdigest()
    for witness in witnesses():
        try:
            said = (get or _get)(f"{witness.url}/{digest}/checkpoint")
            point = open_checkpoint(said, verifier)
            said_so |= Note.read(said).cosigned_by(witness.verifier) is not None
        except (OSError, ValueError):
            continue
        if point.size > size:
            text, _blank, lines = said.partition("\n\n")
            own = [f"{line}\n" for line in lines.splitlines() if f" {verifier.name} " in line]
            ends.keep(log, f"{text}\n\n{''.join(own)}")
            more += 1
    if said_so:
        ends.believed()
    return more


def _get(url: str) -> str:
    asked = requests.get(url, timeout=QUICK, allow_redirects=False, stream=True)
    with asked as answer:
        answer.raise_for_status()
        return body_of(answer, ROOM).decode(errors="replace")


def _asked(row: Cosigned, witness: Witness, log: str, signed: str, post: Post) -> None:
    size = Note.read(signed).checkpoint().size
    answer = _added(row, witness, log, size, signed, post)
    if answer.status == 409 and answer.kind.startswith(SIZE):
        row.size = int(answer.body)
        answer = _added(row, witness, log, size, signed, post)
    if answer.status == 422:
        row.fork = True
    if answer.status != 200:
        raise NoteFault(f"{answer.status}: {answer.body.strip()}")
    # Its own line and no other: whatever else it sent would go along with our receipts.
    name = witness.verifier.name
    own = [line for line in answer.body.splitlines() if line.startswith(f"{DASH} {name} ")][:1]
    note = signed + "".join(f"{line}\n" for line in own)
    at = Note.read(note).cosigned_by(witness.verifier)
    if at is None:
        raise NoteFault(say("it answered with somebody else's signature"))
    row.size, row.at, row.note, row.fault, row.fork = size, at, note, "", False


def _added(row: Cosigned, witness: Witness, log: str, size: int, signed: str, post: Post) -> Answer:
    """What it answers to what came after the size it has seen."""
    if row.size > size:
        # Entries that are not here: a record brought back from an older copy.
        row.fork = True
        raise NoteFault(
            say("it has seen {n} entries, and here are {there}", n=row.size, there=size)
        )
    proof = tree.consistency_proof(row.size, size, Nodes(log))
    hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
    body = f"old {row.size}\n{hashes}\n{signed}".encode()
    return post(f"{witness.url}/add-checkpoint", body)


def _post(url: str, body: bytes) -> Answer:
    asked = requests.post(url, data=body, timeout=PATIENCE, allow_redirects=False, stream=True)
    with asked as answer:
        said = body_of(answer, ROOM).decode(errors="replace")
        return Answer(answer.status_code, said, answer.headers.get("Content-Type", ""))


def seen(log: str = logs.MAIN) -> Iterator[Seen]:
    """What each of the witnesses has said last."""
    rows = {row.witness: row for row in Cosigned.objects.filter(log=log)}
    for witness in witnesses():
        row = rows.get(witness.verifier.name) or Cosigned(log=log, witness=witness.verifier.name)
        at = moment(row.at) if row.at else None
        yield Seen(row.witness, row.size if at else 0, at, row.fault, row.fork)


def told(log: str) -> list[Seen]:
    """The same, for readers: nobody, where witnesses are named wrongly (the doctor says why)."""
    with suppress(NoteFault):
        return list(seen(log))
    return []


def newest(log: str) -> str:
    """The newest checkpoint that a witness cosigned, with all that did; "" where none has."""
    return next((note for _size, note in _notes(_kept(log))), "")


def standing(log: str) -> str:
    """The checkpoint as it stands, with all who have cosigned just that; "" for a log nothing was entered in."""
    signed = logs.checkpoint(log)
    text = signed.partition("\n\n")[0]
    found = (note for _size, note in _notes(_kept(log)) if note.partition("\n\n")[0] == text)
    return next(found, signed) if signed else ""


def met(log: str) -> str:
    """The newest checkpoint that all have cosigned who must; where nobody must, the newest that anybody has."""
    return next(iter(best(log)), "")


def best(log: str) -> list[str]:
    """The checkpoints receipts may stand under: the newest that all who must have cosigned, and the newest
    that anybody has. A policy that cannot be read keeps nobody from a receipt."""
    rows = _kept(log)
    found = [note for _size, note in list(_notes(rows))[:1]]
    with suppress(NoteFault):
        if (
            met := next((row.note for row in rows if row.witness == MET), "")
        ) and policy().asks_any:
            found.insert(0, met)
    return found


def _kept(log: str) -> list[Cosigned]:
    return list(Cosigned.objects.filter(log=log).exclude(note="").order_by("-size", "witness"))


def _notes(rows: Iterable[Cosigned]) -> Iterator[tuple[int, str]]:
    """Each checkpoint that a witness cosigned last, with all who did, the newest first; and its size."""
    found: dict[str, tuple[int, str]] = {}
    for row in (row for row in rows if row.witness != MET):
        text = row.note.partition("\n\n")[0]
        size, note = found.get(text, (row.size, ""))
        found[text] = size, note + (row.note.splitlines()[-1] + "\n" if note else row.note)
    yield from found.values()


def age(log: str = logs.MAIN) -> float | None:
    """Seconds since any witness last cosigned; None where none has, or none is asked."""
    times = [row.at for row in Cosigned.objects.filter(log=log).exclude(witness=MET) if row.at]
    return max(0.0, time.time() - max(times)) if times else None
