"""Benchmarks are run by hand and seldom: that they can be run is seen here."""

import importlib

import pytest

from bench.__main__ import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_is_there_to_be_run(name):
    assert callable(importlib.import_module(f"bench.{name}").run)
