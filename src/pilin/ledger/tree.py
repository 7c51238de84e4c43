"""The Merkle tree of RFC 9162, section 2.1: roots, inclusion and consistency proofs.

Pure functions over SHA-256 hashes (32 bytes). A tree over leaves is never kept whole: `Frontier`
holds the roots of its perfect subtrees, largest first, as many as there are ones in its size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

#: Hashes, or entries, of a full tile.
WIDTH = 256
#: Bytes of a hash.
HASH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
#: Gives the hash of the perfect subtree of 2**level leaves that starts at leaf index << level.
NodeHash = Callable[[int, int], bytes]


class ProofFault(ValueError):
    """A proof that does not prove what it says."""


def leaf_hash(data: bytes) -> bytes:
    """MTH({d}) = SHA-256(0x00 || d)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (size ≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass
class Frontier:
    """A tree's size and the roots of its perfect subtrees: all that growing it needs."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Append a leaf hash; gives the subtrees it completed as (level, index, hash)."""
        done: list[tuple[int, int, bytes]] = []
        number, level = self.size, 0
        self.hashes.append(leaf)
        while number >> level & 1:
            right = self.hashes.pop()
            left = self.hashes.pop()
            level += 1
            self.hashes.append(node_hash(left, right))
            done.append((level, number >> level, self.hashes[-1]))
        self.size += 1
        return done

    def extend(self, leaves: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Append many leaf hashes; gives, of the subtrees they completed, those that fill a tile."""
        nodes, start, level = list(leaves), self.size, 0
        odd: list[bytes] = []
        done: list[tuple[int, int, bytes]] = []
        while nodes:
            if start & 1:
                nodes.insert(0, self.hashes.pop())
            if len(nodes) & 1:
                odd.append(nodes.pop())
            start, level = start >> 1, level + 1
            nodes = [node_hash(a, b) for a, b in zip(nodes[::2], nodes[1::2], strict=True)]
            if level % 8 == 0:
                done += [(level, start + i, value) for i, value in enumerate(nodes)]
        self.hashes += reversed(odd)
        self.size += len(leaves)
        return done

    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def to_bytes(self) -> bytes:
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        if len(data) != 32 * size.bit_count():
            raise ValueError("the frontier does not fit the size")
        return cls(size, [data[i : i + 32] for i in range(0, len(data), 32)])


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def range_hash(start: int, end: int, node: NodeHash) -> bytes:
    """MTH(D[start:end]) for a subtree that RFC 9162 splits off, from hashes of perfect subtrees."""
    n = end - start
    if n & (n - 1) == 0:
        level = n.bit_length() - 1
        return node(level, start >> level)
    k = split(n)
    return node_hash(range_hash(start, start + k, node), range_hash(start + k, end, node))


def inclusion_proof(number: int, size: int, node: NodeHash) -> list[bytes]:
    """PATH(number, D[size]), RFC 9162 section 2.1.3.1, nearest sibling first."""
    if not 0 <= number < size:
        raise ValueError("the tree holds no such leaf")

    def path(start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + split(end - start)
        if number < middle:
            return [*path(start, middle), range_hash(middle, end, node)]
        return [*path(middle, end), range_hash(start, middle, node)]

    return path(0, size)


def consistency_proof(old: int, new: int, node: NodeHash) -> list[bytes]:
    """PROOF(old, D[new]), RFC 9162 section 2.1.4.1; empty where old is 0 or new."""
    if not 0 <= old <= new:
        raise ValueError("a tree cannot be consistent with a smaller one")
    if old in (0, new):
        return []

    def subproof(m: int, start: int, end: int, whole: bool) -> list[bytes]:
        if m == end - start:
            return [] if whole else [range_hash(start, end, node)]
        k = split(end - start)
        if m <= k:
            return [*subproof(m, start, start + k, whole), range_hash(start + k, end, node)]
        return [*subproof(m - k, start + k, end, False), range_hash(start, start + k, node)]

    return subproof(old, 0, new, True)


def check_inclusion(
    leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """RFC 9162 section 2.1.3.2. Raises ProofFault unless the leaf is where the proof says."""
    if not 0 <= number < size:
        raise ProofFault("the number lies beyond the tree")
    _are_hashes(leaf, root, *proof)
    fn, sn, r = number, size - 1, leaf
    for p in proof:
        if sn == 0:
            raise ProofFault("the proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofFault("the proof is too short")
    if r != root:
        raise ProofFault("the proof leads to another root")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """RFC 9162 section 2.1.4.2. Raises ProofFault unless the new tree only added to the old one."""
    if not 0 <= old <= new:
        raise ProofFault("the newer tree is smaller")
    if old == 0:
        if proof or old_root != EMPTY_ROOT or (new == 0 and new_root != EMPTY_ROOT):
            raise ProofFault("nothing needs no proof")
        return
    if old == new:
        if proof or old_root != new_root:
            raise ProofFault("trees of one size have two roots")
        return
    _are_hashes(old_root, new_root, *proof)
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise ProofFault("the proof is too short")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ProofFault("the proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofFault("the proof is too short")
    if fr != old_root or sr != new_root:
        raise ProofFault("the record was rewritten: the older tree is no part of the newer one")


def _are_hashes(*values: bytes) -> None:
    if any(len(value) != HASH for value in values):
        raise ProofFault("it holds something that is no hash")
