"""Installations to measure: filled with made-up matters, each with a PostgreSQL of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.ports import free_port

PILIN = (sys.executable, "-m", "pilin")


@dataclass(frozen=True)
class Installations:
    """Where filled installations are kept; `largest` is the greatest number of matters in one."""

    folder: Path
    largest: int

    def filled(self, matters: int, name: str = "") -> Path:
        """The data folder of an installation with that many made-up matters."""
        folder = self.folder / (name or str(matters))
        if not (folder / "filled").exists():
            people = str(max(100, matters // 10))
            command = [*PILIN, "simulate", "--matters", str(matters), "--people", people]
            subprocess.run([*command, "--seed", "1"], env=env(folder), check=True)
            (folder / "filled").touch()
        return folder

    def fresh(self, name: str) -> Path:
        """An empty data folder."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def sizes(self) -> list[int]:
        return [n for n in (1_000, 100_000, 1_000_000) if n <= self.largest]


def measured(name: str, folder: Path) -> str:
    """What `python -m bench.NAME` prints when it runs on an installation; its faults are seen."""
    command = [sys.executable, "-m", f"bench.{name}"]
    done = subprocess.run(command, env=env(folder), stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def env(folder: Path) -> dict[str, str]:
    known = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PILIN_OWN_POSTGRES")}
    return {**known, "PILIN_DATA": str(folder)}


@contextmanager
def serving(
    folder: Path, python: Path | None = None, home: Path | None = None, workers: int = 1
) -> Iterator[int]:
    """`pilin serve` with so many processes for pages, of another checkout where given; its port."""
    port = free_port()
    pilin = [str(python), "-m", "pilin"] if python else PILIN
    command = [*pilin, "serve", "--port", str(port), "--workers", str(workers)]
    with _running(command, env(folder), home) as process:
        while "answers at" not in process.stdout.readline():
            if process.poll() is not None:
                raise SystemExit("pilin serve did not start")
        yield port


@contextmanager
def bare(folder: Path) -> Iterator[int]:
    """The same server, started the same way, with a Django that has one view and no middleware."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare", str(port)]
    with _running(command, env(folder)):
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).read()
                break
            except OSError:
                continue
        yield port


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], home: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
