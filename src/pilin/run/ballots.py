"""The process that writes ballots, for all that answer pages. Started by `pilin serve`."""

import asyncio
import contextlib
import os
import sys

from .garbage import loading, settle
from .tether import tether


def main() -> None:
    tether()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
    import django  # noqa: PLC0415

    with loading():
        django.setup()
    import uvloop  # noqa: PLC0415

    from pilin.intake.lane import relay  # noqa: PLC0415

    path = sys.argv[1]
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # of one that was killed
    settle()
    with (
        contextlib.suppress(KeyboardInterrupt),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop,
    ):
        loop.run(relay.serve(path))


if __name__ == "__main__":
    main()
