import pytest

from .town import announce


@pytest.fixture
def announced(world):
    return announce(world)
