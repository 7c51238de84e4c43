"""A real browser before a real server with the demo in it; once for all browser tests."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.installation import data_folder, environment
from tools.browser import find
from tools.ports import free_port

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items):
    """Pictures come first: they are of the demo as it starts, and what follows works in it."""
    items.sort(key=lambda item: item.path.name != "test_pictures.py")


@pytest.fixture(scope="session")
def demo():
    """`pilin demo` as a newcomer starts it, in an empty folder and with its own PostgreSQL."""
    port = free_port()
    with data_folder("demo", begun=True) as folder:
        yield from running(folder, port, "demo")


def running(folder, port, command, **more):
    """`pilin demo` or `pilin serve` on a port, until the test is over; `more` is its environment."""
    log = (folder / "log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "pilin", command, "--port", str(port)],
        env={**environment(folder), **more},
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(base, timeout=5).read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    log.seek(0)
                    pytest.fail("it did not start:\n" + log.read())
                time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def browser():
    """Closed with its module: Playwright's event loop must not run beside Django's tests."""
    with sync_playwright() as play:
        running = play.chromium.launch(
            executable_path=find(), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield running
        running.close()


@pytest.fixture
def visit(browser, demo):
    """A fresh visitor: `visit(language, width, javascript)` gives a page with `base` set."""
    contexts = []

    def start(language="zh-CN", width=1280, javascript=True):
        context = browser.new_context(
            base_url=demo,
            locale=language,
            viewport={"width": width, "height": 844},
            java_script_enabled=javascript,
        )
        contexts.append(context)
        return context.new_page()

    yield start
    for context in contexts:
        context.close()
