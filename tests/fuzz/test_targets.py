"""Readers of what strangers send refuse it or take it; they do not fail (see `targets`)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .targets import TARGETS, WORKBOOK

#: Inputs on which a reader was seen to fail, by target: they stay here once mended.
FOUND: dict[str, list[bytes]] = {
    "record": [b'"r"', b"[]", b'{"number":"0"}', b"{}", b"[" * 5000],
    "receipt": [b"{}", b"[]", b"7", b'{"checkpoint":1,"key":2}'],
    "amounts": ["亿千".encode(), "亿亿".encode()],
    "workbook": [
        # Its directory says that the first part lies before the beginning.
        WORKBOOK[:-22]
        + WORKBOOK[-22:-6]
        + (int.from_bytes(WORKBOOK[-6:-2], "little") + 20_000).to_bytes(4, "little")
        + WORKBOOK[-2:],
    ],
}


@st.composite
def changed(draw, seeds):
    """A seed with some of its bytes changed, left out or put in."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _change in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 8))
        data[at : at + cut] = draw(st.binary(max_size=8))
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_anything_is_refused_or_taken(name):
    target = TARGETS[name]

    @given(st.binary(max_size=400) | changed(list(target.seeds)))
    def holds(data):
        target.run(data)

    for seed in [*target.seeds, *FOUND.get(name, [])]:
        target.run(seed)
    holds()
