"""The tree against published values, and against itself for any size."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.ledger import tree
from pilin.ledger.tree import ProofFault

#: Inputs and roots of the test tree used by Certificate Transparency implementations for RFC 6962
#: and RFC 9162 (roots of its first 1, 2, … 8 leaves).
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [tree.leaf_hash(bytes.fromhex(d)) for d in LEAVES]


def nodes(leaves):
    """Hashes of perfect subtrees, straight from the definition."""
    return lambda level, index: plain(leaves[index << level : (index + 1) << level])


def plain(leaves):
    """MTH as RFC 9162 section 2.1.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = tree.split(len(leaves))
    return tree.node_hash(plain(leaves[:k]), plain(leaves[k:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size):
    assert tree.root_of(HASHES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_published_root():
    assert tree.root_of([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_published_inclusion_path_of_leaf_0_among_8():
    assert [h.hex() for h in tree.inclusion_proof(0, 8, nodes(HASHES))] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_published_consistency_path_from_6_to_8():
    assert [h.hex() for h in tree.consistency_proof(6, 8, nodes(HASHES))] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


leaves = st.integers(1, 300).map(
    lambda n: [hashlib.sha256(bytes([i % 256, i >> 8])).digest() for i in range(n)]
)


@given(leaves)
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(data):
    assert tree.root_of(data) == plain(data)


@given(leaves)
def test_a_frontier_survives_being_stored(data):
    grown = tree.Frontier()
    for leaf in data:
        grown = tree.Frontier.from_bytes(grown.size, grown.to_bytes())
        grown.add(leaf)
    assert grown.root() == plain(data)


@given(leaves, st.integers(0, 700))
def test_growing_by_many_leaves_is_growing_by_each(data, before):
    one, many = tree.Frontier(), tree.Frontier()
    for n in range(before):
        one.add(n.to_bytes(32))
        many.add(n.to_bytes(32))
    each = [node for leaf in data for node in one.add(leaf) if node[0] % 8 == 0]
    assert many.extend(data) == each
    assert one == many


@given(leaves, st.data())
def test_every_leaf_proves_its_place_and_no_other(data, draw):
    number = draw.draw(st.integers(0, len(data) - 1))
    proof = tree.inclusion_proof(number, len(data), nodes(data))
    root = plain(data)
    tree.check_inclusion(data[number], number, len(data), proof, root)
    with pytest.raises(ProofFault):
        tree.check_inclusion(hashlib.sha256(b"x").digest(), number, len(data), proof, root)
    if len(data) > 1:
        other = (number + 1) % len(data)
        with pytest.raises(ProofFault):
            tree.check_inclusion(data[number], other, len(data), proof, root)


@given(leaves, st.data())
def test_an_older_tree_is_proven_part_of_a_newer_one_and_nothing_else(data, draw):
    old = draw.draw(st.integers(0, len(data)))
    proof = tree.consistency_proof(old, len(data), nodes(data))
    tree.check_consistency(old, len(data), plain(data[:old]), plain(data), proof)
    if old:
        forged = [hashlib.sha256(b"forged").digest(), *data[1:]]
        with pytest.raises(ProofFault):
            tree.check_consistency(old, len(data), plain(forged[:old]), plain(data), proof)


@given(leaves, st.data())
def test_a_proof_cut_short_or_made_longer_is_refused(data, draw):
    number = draw.draw(st.integers(0, len(data) - 1))
    proof = tree.inclusion_proof(number, len(data), nodes(data))
    for wrong in (proof[:-1], [*proof, bytes(32)]):
        if wrong != proof:
            with pytest.raises(ProofFault):
                tree.check_inclusion(data[number], number, len(data), wrong, plain(data))


def test_what_is_no_hash_proves_nothing():
    """As a published vector has it: an empty leaf under an empty root, with no proof."""
    with pytest.raises(tree.ProofFault):
        tree.check_inclusion(b"", 0, 1, [], b"")
    with pytest.raises(tree.ProofFault):
        tree.check_consistency(1, 2, HASHES[0], HASHES[1], [b"x"])
