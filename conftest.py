"""Fixtures for every test, beside the code and in `tests/`."""

from tests.world import own_database, template_database, world  # noqa: F401
