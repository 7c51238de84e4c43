"""`pilin witness`: a witness by itself, for a university, a notary or an archive. No database, no Django."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from pilin.ledger.witness import ROOM, Answer, Witness

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def application(witness: Witness) -> Callable[..., Awaitable[None]]:
    """The ASGI application of a witness: what C2SP tlog-witness names, and `/key`."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        parts = path.strip("/").split("/")
        if path == "/add-checkpoint" and method == "POST":
            answer = witness.add(await _body(receive))
        elif path == "/key":
            answer = Answer(200, witness.verifier.vkey + "\n")
        elif len(parts) == 2 and parts[1] == "checkpoint" and (found := witness.latest(parts[0])):
            answer = Answer(200, found)
        else:
            answer = Answer(404, "not here\n")
        headers = [(b"content-type", answer.kind.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body.encode()})

    return app


async def _body(receive: Receive) -> bytes:
    """As much of a body as may come; more than that is refused as what it is."""
    body, more = b"", True
    while more and len(body) <= ROOM:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def serve(witness: Witness, host: str, port: int) -> None:
    """Serve until told to stop. One process: a checkpoint is stored before it is answered."""
    uvicorn.run(
        application(witness),
        host=host,
        port=port,
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=256,
    )
