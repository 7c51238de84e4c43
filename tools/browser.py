"""Finds a Chromium for tests and pictures, or installs one, or says how.

python tools/browser.py     prints its path
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # started by its path

from tools.packages import apt

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = """No Chromium was found and none could be installed. Any one of these helps:
  - as root:    apt-get install chromium fonts-noto-cjk
  - as anyone:  playwright install chromium
  - or name one you have:  CHROMIUM=/path/to/chromium make test"""


def present() -> str | None:
    """A Chromium that is already there."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    found = sorted(Path(root).glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def find() -> str:
    """A Chromium, installed where need be. Exits with an explanation where that cannot be done."""
    path = present()
    if path is None and not os.environ.get("CHROMIUM"):
        apt("chromium", "fonts-noto-cjk")
        path = present()
        if path is None:
            subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
            path = present()
    if path is None:
        sys.exit(HOW)
    return path


def driver() -> None:
    """Playwright's driver runs: it wants a library that the smallest Debian does not have."""
    from playwright._impl._driver import compute_driver_executable

    node = str(compute_driver_executable()[0])
    for library in ("libatomic1", ""):
        if subprocess.run([node, "--version"], capture_output=True).returncode == 0:
            return
        if library:
            apt(library)
    sys.exit("Playwright's driver does not start. As root: apt-get install libatomic1")


def fonts() -> None:
    """Chinese fonts, so that pictures of pages show what people see."""
    listed = shutil.which("fc-list")
    text = subprocess.run([listed, ":lang=zh"], capture_output=True).stdout if listed else b""
    if not text:
        apt("fonts-noto-cjk")


if __name__ == "__main__":
    print(find())
    driver()
    fonts()
