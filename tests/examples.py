"""How many examples a property is tried with."""

from hypothesis import settings


def examples(n: int) -> settings:
    """`n` of them in a full run, a tenth while one works on it (see the profiles in conftest.py)."""
    return settings(max_examples=max(1, n * settings().max_examples // 100), deadline=None)
