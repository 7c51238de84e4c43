"""Programs that tests and drills need beside Python's, installed by name where that can be done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def apt(*packages: str) -> None:
    """Install packages of Debian's; nothing where we are not root, or on another system."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet, stdout=sys.stderr)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        check=False,
        env=quiet,
        stdout=sys.stderr,
    )


def install(wanted: dict[str, str]) -> None:
    """Have these programs, each in a package; exits with an explanation where that cannot be done."""
    missing = [package for program, package in wanted.items() if not shutil.which(program)]
    if missing:
        apt(*missing)
    if still := [program for program in wanted if not shutil.which(program)]:
        sys.exit(f"As root: apt-get install {' '.join(wanted[p] for p in still)}")


def patroni(readable: bool) -> Path:
    """Patroni in an environment of its own, of the versions in uv.lock.

    `readable`: for somebody without rights, where our own Python may lie in a folder only root can enter.
    """
    folder = ROOT / ".tools" / "patroni"
    if not (folder / "bin" / "patroni").exists():
        uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
        python = "/usr/bin/python3" if readable else sys.executable
        named = [uv, "export", "--only-group", "cluster", "--no-hashes", "--locked", "-q"]
        listed = subprocess.run(named, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        subprocess.run([uv, "venv", "-q", "--python", python, str(folder)], check=True)
        command = [uv, "pip", "install", "-q", "--python", str(folder / "bin" / "python")]
        # Copied: links would lead to a cache nobody else can read.
        command += ["--link-mode=copy", "-r", "-"]
        subprocess.run(command, check=True, input=listed, text=True)
    return folder / "bin" / "patroni"
