import pytest

from .made import CLAUSE


@pytest.fixture
def clause(world):
    made = world.take("lead", "clause", "write", org=world["左镇"], **CLAUSE)
    return world.take("lead", made, "publish")
