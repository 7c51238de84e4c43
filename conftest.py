"""What holds for every test, beside the code and in `tests/`: its marks, its database, how
thorough it is."""

import gc
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parent
#: Marks of whole folders and files; `slow` stands at single tests too.
MARKS = {
    ROOT / "tests/browser": ("browser",),
    ROOT / "tests/faults": ("faults",),
    ROOT / "tests/property": ("slow",),
    ROOT / "tests/records": ("slow",),
    ROOT / "tests/test_cli.py": ("slow",),
    ROOT / "tests/test_who_may.py": ("slow",),
}

# Examples a property is tried with: few while one works on it, all of them in `make test`. How long
# one takes is not what is tested.
hypothesis.settings.register_profile("few", max_examples=10, deadline=None)
hypothesis.settings.register_profile("full", max_examples=100, deadline=None)
hypothesis.settings.load_profile("few")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for folder, marks in MARKS.items():
            if folder in (item.path, *item.path.parents):
                for mark in marks:
                    item.add_marker(mark)
    # What takes longest first, so that no process is left alone with it at the end.
    items.sort(
        key=lambda item: (
            0 if {"browser", "faults", "slow"} & {m.name for m in item.own_markers} else 1
        )
    )


def pytest_collection_finish() -> None:
    """All that was loaded stays: it is not looked through for garbage in every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres, django_db_modify_db_settings_parallel_suffix):
    """The first test that wants a database starts PostgreSQL, before Django makes one in it."""


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(request: pytest.FixtureRequest) -> None:
    """A hash that takes a quarter of a second to guess takes as long at every sign-in of a test."""
    if request.config.pluginmanager.has_plugin("tests.world"):  # those that need our applications
        from django.conf import settings  # noqa: PLC0415

        from tests import quick  # noqa: PLC0415

        settings.PASSWORD_HASHERS = quick.PASSWORD_HASHERS


@pytest.fixture(scope="session", autouse=True)
def static_files_known(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each client of a test makes the application anew, which looks at every style sheet and picture
    there is: they are looked at once."""
    if not request.config.pluginmanager.has_plugin("tests.world"):
        yield
        return
    from whitenoise.middleware import WhiteNoiseMiddleware  # noqa: PLC0415

    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def known(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoiseMiddleware, "add_files_from_finders", known)
        yield


@pytest.fixture(autouse=True)
def rules_speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counting rules and the ledger say outside of pages: the same whoever runs the tests."""
    monkeypatch.setattr("pilin.wording.saying._language", lambda: "en")


@pytest.fixture(autouse=True)
def own_ends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is kept of a record outside of its database ends with the test: so does the record."""
    ends = sys.modules.get("pilin.ledger.ends")
    if ends is None:
        yield
        return
    from django.conf import settings  # noqa: PLC0415

    before, settings.ENDS = settings.ENDS, tmp_path_factory.getbasetemp() / "ends"
    yield
    ends.forget()
    shutil.rmtree(settings.ENDS, ignore_errors=True)
    settings.ENDS = before


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Each test speaks the house's language first: a page read in English leaves no English behind."""
    yield
    if translation := sys.modules.get("django.utils.translation"):
        translation.deactivate()
