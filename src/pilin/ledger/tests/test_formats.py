"""Notes, tiles and canonical JSON, as their specifications write them."""

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pilin.ledger import log, note, tiles

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = note.verifier_of("example.org/log", KEY)
POINT = note.Checkpoint("example.org/log", 12, bytes(32))


def test_a_checkpoint_is_signed_and_opened_again():
    assert note.open_checkpoint(note.sign(POINT, KEY, VERIFIER), VERIFIER) == POINT


def test_a_note_looks_as_the_specification_writes_it():
    lines = note.sign(POINT, KEY, VERIFIER).split("\n")
    assert lines[:2] == ["example.org/log", "12"]
    assert lines[3] == "" and lines[4].startswith("\u2014 example.org/log ") and lines[5] == ""


def test_a_signature_of_another_witness_beside_ours_does_not_disturb():
    other = note.verifier_of("witness.example", KEY)
    line = note.sign(POINT, KEY, other).splitlines()[-1]
    assert note.open_checkpoint(note.sign(POINT, KEY, VERIFIER) + line + "\n", VERIFIER) == POINT


@pytest.mark.parametrize(
    "change",
    [
        lambda n: n.replace("12\n", "13\n", 1),
        lambda n: n.split("\n\n")[0] + "\n",
        lambda n: n.replace("example.org/log\n", "example.com/log\n", 1),
        lambda n: "",
    ],
)
def test_a_changed_checkpoint_is_refused(change):
    with pytest.raises(note.NoteFault):
        note.open_checkpoint(change(note.sign(POINT, KEY, VERIFIER)), VERIFIER)


def test_a_key_is_written_and_read():
    assert note.Verifier.from_vkey(VERIFIER.vkey) == VERIFIER
    with pytest.raises(note.NoteFault):
        note.Verifier.from_vkey(VERIFIER.vkey[:-4] + "AAA=")


@pytest.mark.parametrize(
    ("index", "path"), [(0, "000"), (67, "067"), (1234067, "x001/x234/067"), (1000, "x001/000")]
)
def test_tile_indexes_are_written_as_c2sp_says(index, path):
    assert tiles.encode_index(index) == path
    assert tiles.parse("0", path) == tiles.Tile(0, index)


@pytest.mark.parametrize(
    ("level", "rest"),
    [
        ("0", "1"),
        ("0", "x000/001"),
        ("0", "001.p/256"),
        ("0", "001.p/0"),
        ("64", "000"),
        ("entry", "000"),
        ("0", "000.p/07"),
        ("0", "../000"),
        ("00", "000"),
    ],
)
def test_tiles_written_in_any_other_way_are_not_there(level, rest):
    assert tiles.parse(level, rest) is None


def test_the_tiles_of_a_log_are_all_named_once():
    found = [tiles.path_of(t) for t in tiles.needed(70_000)]
    assert len(found) == len(set(found))
    assert {
        "tile/entries/273.p/112",
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    } <= set(found)


@given(st.lists(st.binary(max_size=400)))
def test_bundles_give_back_their_entries(entries):
    assert tiles.unbundle(tiles.bundle(entries)) == entries


def test_a_bundle_cut_short_is_refused():
    with pytest.raises(ValueError):
        tiles.unbundle(tiles.bundle([b"abc"])[:-1])


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e6, 1e6)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_our_canonical_json_is_that_of_rfc_8785(value):
    try:
        expected = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return  # lone surrogates have no canonical form
    assert log.canonical(value) == expected
