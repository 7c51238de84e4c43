"""What is asked of a neighbour's server. Whatever it answers is read up to a limit and held to its keys."""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from http_message_signatures import HTTPMessageSigner, algorithms

from pilin.ledger import tiles
from pilin.ledger.outside import body_of
from pilin.ledger.tree import WIDTH
from pilin.people.neighbour_models import Neighbour

from . import keys

#: Seconds that an answer may take, and bytes that it may have.
PATIENCE, ROOM = 10.0, 64 * 2**20
#: Questions that are asked before the answer to the one before was looked at.
AHEAD = 3
#: Entries whose words are asked for at a time.
WORDS = 1_000
#: What a signed question covers (RFC 9421), and what says that it is one of these.
#: The last is a header with the origin of whom it is for: nobody can pass it on to a third.
COVERED, TAG = ("@method", "@path", "@query", "pilin-to"), "pilin-neighbour"


T = TypeVar("T")


class Silent(OSError):
    """The other server answered what is no answer. `code` is a word of `models.WHY`."""

    code = "wrong"


class Away(Silent):
    """It could not be reached."""

    code = "away"


class NotKnown(Silent):
    """It says that it does not know us: they have not joined, or have paused."""

    code = "unknown"


def _get(url: str, headers: Mapping[str, str] | None = None, room: int = ROOM) -> bytes:
    """Raises Silent, NotKnown."""
    try:
        asked = requests.get(
            url, headers=headers, timeout=PATIENCE, allow_redirects=False, stream=True
        )
        with asked as answer:
            if answer.status_code == 403:
                raise NotKnown(url)
            if answer.status_code != 200:
                raise Silent(f"{url}: {answer.status_code}")
            body = body_of(answer, room + 1)
    except (requests.RequestException, ConnectionError) as fault:
        raise Away(_("%(url)s could not be reached") % {"url": url}) from fault
    if len(body) > room:
        raise Silent(f"{url}: > {room}")
    return body


def ahead(questions: Iterable[Callable[[], T]]) -> Iterator[T]:
    """The answers in order; while somebody does something with one, the next are asked for already.

    What a question raises is raised in its turn, and no more is asked."""
    if not AHEAD:
        yield from (ask() for ask in questions)
        return
    rest, asked = iter(questions), deque[Future[T]]()
    with ThreadPoolExecutor(AHEAD, "neighbour") as pool:
        try:
            asked.extend(pool.submit(ask) for ask in islice(rest, AHEAD))
            while asked:
                answer = asked.popleft().result()
                asked.extend(pool.submit(ask) for ask in islice(rest, 1))
                yield answer
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def about(address: str) -> dict[str, str]:
    """What a server says of itself. Raises Silent, Unfit."""
    try:
        said = json.loads(_get(f"{address.rstrip('/')}/neighbour/about.json", room=64 * 2**10))
    except ValueError as fault:
        raise keys.Unfit(_("This server does not speak to neighbours as this one does.")) from fault
    return keys.checked(said) | {"address": address.rstrip("/")}  # where we reach it counts


def checkpoint(of: Neighbour) -> str:
    return _get(f"{of.address}/ledger/main/checkpoint", room=16 * 2**10).decode(errors="replace")


def witnessed(of: Neighbour) -> str:
    """Their newest checkpoint that all have cosigned who must, by their own policy. Raises Silent."""
    url = f"{of.address}/ledger/main/checkpoint/witnessed"
    return _get(url, room=64 * 2**10).decode(errors="replace")


def bundles(of: Neighbour, start: int, size: int) -> Iterator[list[bytes]]:
    """The entries from `start` up to `size`, a tile at a time. Raises Silent."""
    wanted = range(start // WIDTH, -(-size // WIDTH)) if start < size else ()
    found = ahead(partial(_bundle, of, index, min(WIDTH, size - index * WIDTH)) for index in wanted)
    for index, entries in zip(wanted, found, strict=True):
        yield entries[max(0, start - index * WIDTH) :]


def _bundle(of: Neighbour, index: int, width: int) -> list[bytes]:
    where = tiles.path_of(tiles.Tile(None, index, width))
    try:
        entries = tiles.unbundle(_get(f"{of.address}/ledger/main/{where}"))
    except ValueError as fault:
        raise Silent(f"{where}: {fault}") from fault
    if len(entries) != width:
        raise Silent(f"{where}: {len(entries)}")
    return entries


def leaves(of: Neighbour, size: int) -> Iterator[list[bytes]]:
    """The hashes of all their entries, a tile at a time. Raises Silent."""
    for index in range(-(-size // WIDTH)):
        width = min(WIDTH, size - index * WIDTH)
        where = tiles.path_of(tiles.Tile(0, index, width))
        found = _get(f"{of.address}/ledger/main/{where}", room=32 * WIDTH)
        if len(found) != 32 * width:
            raise Silent(where)
        yield [found[i : i + 32] for i in range(0, len(found), 32)]


def words(
    of: Neighbour, start: int, size: int
) -> Iterator[tuple[int, int, dict[int, dict[str, Any]]]]:
    """What lies beside their entries from `start` up to `size`, some at a time: from which and up to which, and by
    number what `ledger_words` has. Raises Silent, NotKnown."""
    starts = range(start, size, WORDS)
    asked = [(first, min(first + WORDS, size)) for first in starts]
    found = ahead(partial(_words, of, first, stop) for first, stop in asked)
    for (first, stop), some in zip(asked, found, strict=True):
        yield first, stop, some


def _words(of: Neighbour, start: int, stop: int) -> dict[int, dict[str, Any]]:
    found = {}
    query = urlencode({"from": start, "to": stop})
    url = f"{of.address}/neighbour/words/?{query}"
    try:
        for line in _get(url, _signed("GET", url, of.origin)).splitlines():
            number, beside = json.loads(line)
            if not isinstance(beside, dict) or not start <= number < stop:
                raise Silent(url)
            found[number] = beside
    except (ValueError, TypeError) as fault:
        raise Silent(url) from fault
    return found


def held(of: Neighbour, start: int, stop: int) -> Any:
    """What they hold of our record. Raises Silent, NotKnown."""
    query = urlencode({"from": start, "to": stop})
    url = f"{of.address}/neighbour/held/?{query}"
    try:
        said = json.loads(_get(url, _signed("GET", url, of.origin)))
        return {name: said[name] for name in ("size", "checkpoint", "entries")}
    except (ValueError, TypeError, KeyError) as fault:
        raise Silent(url) from fault


def file(of: Neighbour, sha256: str, name: str, size: int) -> bytes:
    """A piece of evidence of theirs, as large as their entry says. Raises Silent."""
    path = quote(f"/files/{sha256}/{name}")
    return _get(f"{of.address}{path}", room=size)


def wake(of: Neighbour) -> None:
    """Say that there is something new here; no more than that, and it need not arrive."""
    try:
        requests.post(
            f"{of.address}/neighbour/wake",
            data={"origin": settings.ORIGIN},
            timeout=PATIENCE / 2,
            allow_redirects=False,
        ).close()
    except requests.RequestException:
        return


def _signed(method: str, url: str, to: str) -> dict[str, str]:
    """The headers of a question that only we can have asked: RFC 9421 with Ed25519."""
    message = requests.Request(method, url, {"Pilin-To": to}).prepare()
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=keys.Resolver()).sign(
        message,
        key_id=settings.ORIGIN,
        nonce=secrets.token_urlsafe(18),
        tag=TAG,
        label="pilin",
        covered_component_ids=COVERED,
    )
    return {name: str(value) for name, value in message.headers.items()}
