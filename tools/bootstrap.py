"""Makes .venv from uv.lock with nothing but Python's standard library.

uv is taken from the PATH; else it is installed with pip into .tools; else, on a Debian whose
Python has neither pip nor venv, its wheel is fetched from the package index, checked against the
index's SHA-256, and unpacked.
"""

import argparse
import hashlib
import html
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
VERSION = "0.9.18"


def uv() -> str:
    """The path of a uv that runs."""
    ours = TOOLS / "bin" / "uv"
    for found in (shutil.which("uv"), str(ours)):
        if found and _runs(found):
            return found
    if not _by_pip() and not _by_hand(ours):
        sys.exit(
            "uv could not be installed. Install it (https://docs.astral.sh/uv/) and try again."
        )
    return str(ours)


def _runs(command: str) -> bool:
    try:
        return subprocess.run([command, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _by_pip() -> bool:
    made = (
        subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], capture_output=True).returncode
        == 0
    )
    return (
        made
        and subprocess.run(
            [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "-q", f"uv=={VERSION}"]
        ).returncode
        == 0
    )


def _by_hand(target: Path) -> bool:
    shutil.rmtree(TOOLS, ignore_errors=True)
    index = next(
        (
            os.environ[n]
            for n in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
            if os.environ.get(n)
        ),
        "https://pypi.org/simple",
    )
    page_url = f"{index.rstrip('/')}/uv/"
    try:
        with urllib.request.urlopen(page_url, timeout=60) as answer:
            page, page_url = answer.read().decode(), answer.geturl()
        link = _wheel(page)
        if link is None:
            print(f"No wheel of uv {VERSION} for this machine is offered.", file=sys.stderr)
            return False
        url = urllib.parse.urljoin(page_url, html.unescape(link))
        with urllib.request.urlopen(url.partition("#")[0], timeout=300) as answer:
            data = answer.read()
    except OSError as fault:
        print(f"The package index could not be reached: {fault}", file=sys.stderr)
        return False
    wanted = urllib.parse.urlsplit(url).fragment.partition("sha256=")[2]
    if not wanted or hashlib.sha256(data).hexdigest() != wanted:
        print("The wheel of uv does not have the hash the index names.", file=sys.stderr)
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith("/scripts/uv"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(wheel.read(name))
    target.chmod(0o755)
    return _runs(str(target))


def _wheel(page: str) -> "str | None":
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    for link in re.findall(r'href="([^"]+)"', page):
        name = link.partition("#")[0].rpartition("/")[2]
        if name.startswith(f"uv-{VERSION}-") and libc in name and f"{machine}.whl" in name:
            return link
    return None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--no-dev", action="store_true")
    parser.add_argument("--group", help="Install this group of dependencies, too.")
    args = parser.parse_args()
    python = shutil.which(args.python) or args.python
    version = subprocess.run(
        [python, "-c", "import sys; print(sys.version_info >= (3, 11))"],
        capture_output=True,
        text=True,
    ).stdout.strip()
    if version != "True":
        sys.exit(
            f"Python 3.11 or newer is needed; {args.python} is older. Try make PYTHON=python3.11 …"
        )
    command = [uv(), "sync", "--locked", "--quiet", "--compile-bytecode", "--python", python]
    # A virtual environment made for developing is not stripped again by `make demo`.
    if args.no_dev:
        command += ["--no-dev", "--inexact"]
    if args.group:
        command += ["--group", args.group, "--inexact"]
    print("Installing what Pilin needs (once) …", file=sys.stderr)
    code = subprocess.run(command, cwd=ROOT).returncode
    if code == 0:
        # Whoever runs it may not write here, and would compile everything anew at each start.
        compile_all = ["-m", "compileall", "-q", "src"]
        code = subprocess.run([str(ROOT / ".venv/bin/python"), *compile_all], cwd=ROOT).returncode
    sys.exit(code)


if __name__ == "__main__":
    main()
