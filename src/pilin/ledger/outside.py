"""What another server answers, read up to a limit."""

from __future__ import annotations

import requests
from urllib3.exceptions import HTTPError


def body_of(answer: requests.Response, room: int) -> bytes:
    """The body of an answer asked for with `stream=True`, at most so many bytes of it.

    Raises OSError where it ends on the way or cannot be unpacked: what is read past `requests` is told in
    urllib3's own words, which are no OSError.
    """
    try:
        return bytes(answer.raw.read(room, decode_content=True))
    except HTTPError as fault:
        raise ConnectionError(str(fault)) from fault
