"""The job worker: deadlines and letters (Procrastinate), and neighbours followed beside them. Started by
`pilin serve`."""

import os

from .garbage import loading
from .tether import tether

#: Jobs at once: a code for somebody who signs up waits for no run of letters and deadlines.
CONCURRENCY = 4


def main() -> None:
    tether()
    os.nice(10)  # pages and ballots come first
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
    import django  # noqa: PLC0415

    with loading():
        django.setup()
    from procrastinate.contrib.django import app  # noqa: PLC0415

    from pilin.neighbours import following  # noqa: PLC0415

    following.beside()
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(concurrency=CONCURRENCY, listen_notify=True, delete_jobs="successful")


if __name__ == "__main__":
    main()
