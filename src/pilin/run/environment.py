"""Making ready: a database that answers, Django set up, tables up to date, the language."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from pilin.wording.saying import shells

from . import config, user
from .garbage import loading
from .postgres import ensure_running

Progress = Callable[[int, int], None]


def demo_folder() -> None:
    """The demo never touches a real installation: it has a data folder of its own."""
    config.forget()
    os.environ.setdefault("PILIN_DATA", platformdirs.user_data_dir("pilin") + "-demo")
    os.environ["PILIN_DEMO"] = "1"


def setup(fit: bool = True) -> None:
    """Start the database where it is ours, set Django up, and see that the tables are this program's.

    Raises release.Another where they are not, unless `fit` is not asked for.
    """
    user.drop()
    ensure_running()
    declared()
    if fit:
        from . import release  # noqa: PLC0415

        release.fit()


def declared() -> None:
    """Set Django up for what programmes declare: no database is started or asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
    import django  # noqa: PLC0415

    with loading():
        django.setup()
    from django.utils import translation  # noqa: PLC0415

    translation.activate(shells())


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere a plain line at every tenth, and at least every 10 seconds."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    if console.is_terminal:
        from rich.progress import Progress as Bar  # noqa: PLC0415

        with Bar(console=console, transient=True) as bar:
            task = bar.add_task(label, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    last = [0, time.monotonic()]

    def say(done: int, total: int) -> None:
        tenth = done * 10 // total if total else 10
        if tenth > last[0] or time.monotonic() - last[1] > 10:
            last[:] = [tenth, time.monotonic()]
            console.print(f"{label} {done:,} / {total:,}", highlight=False)

    yield say


def static_files() -> Path:
    """Collect style sheets and pictures into the data folder; quick where nothing changed."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("collectstatic", verbosity=0, interactive=False)
    return Path(settings.STATIC_ROOT)
