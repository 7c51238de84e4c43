#!/usr/bin/env python3
"""Check a Pilin record. One file; needs nothing but Python 3.8 or newer.

    python3 verify.py receipt-main-12.json       check one receipt, without any network
    python3 verify.py https://…/ledger/main/     fetch and check the whole record
    python3 verify.py FOLDER                     check a record downloaded as files

When a record is checked, its signed checkpoint and key are remembered in the file named with
--state (default: pilin-checkpoints.json in this folder). The next run proves that the record was
only added to since: if the operator rewrites anything, or changes the key, you will see it.

Exit code 0: everything holds. 1: it does not. 2: it could not be checked.

How it works: every entry is hashed into a Merkle tree (RFC 9162); the tree's root is signed with
Ed25519 (RFC 8032) in a checkpoint (C2SP signed-note and tlog-checkpoint); the record is served as
C2SP tlog-tiles.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import urllib.request


class Wrong(Exception):
    """What was checked does not hold."""


# Ed25519, verification only (RFC 8032, section 5.1.7), in plain integers -----------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        raise Wrong("a point of the signature is malformed")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Wrong("a point of the signature is malformed")
    return P - x if x & 1 != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = recover_x(y, number >> 255)
    return x, y, 1, x * y % P


def add(a, b):
    s = (a[1] - a[0]) * (b[1] - b[0]) % P
    t = (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, a):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add(total, a)
        a, n = add(a, a), n >> 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P


def check_signature(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        raise Wrong("the signature is malformed")
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        raise Wrong("the signature is malformed")
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(digest, "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    if (left[0] * right[2] - right[0] * left[2]) % P or (
        left[1] * right[2] - right[1] * left[2]
    ) % P:
        raise Wrong("the checkpoint's signature is wrong")


# The tree (RFC 9162, section 2.1) ---------------------------------------------------------------


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves):
    stack = []
    for number, leaf in enumerate(leaves):
        stack.append(leaf)
        while number & 1:
            right = stack.pop()
            stack.append(node_hash(stack.pop(), right))
            number >>= 1
    if not stack:
        return hashlib.sha256(b"").digest()
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def check_inclusion(leaf, number, size, proof, root):
    if not 0 <= number < size:
        raise Wrong("the entry's number lies beyond the record")
    fn, sn, result = number, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            raise Wrong("the proof is too long")
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn or result != root:
        raise Wrong("the entry is not in the record that was signed")


# Checkpoints (C2SP signed-note, tlog-checkpoint) -------------------------------------------------


def read_key(vkey):
    name, key_id, encoded = vkey.strip().split("+", 2)
    raw = base64.b64decode(encoded)
    identity = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if raw[:1] != b"\x01" or len(raw) != 33 or identity.hex() != key_id:
        raise Wrong("the key is malformed")
    return name, identity, raw[1:]


def open_checkpoint(note, vkey):
    name, identity, public = read_key(vkey)
    text, blank, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        words = line.split(" ")
        if len(words) == 3 and words[0] == "\u2014" and words[1] == name:
            raw = base64.b64decode(words[2])
            if raw[:4] == identity:
                check_signature(public, (text + "\n").encode(), raw[4:])
                lines = text.split("\n")
                return lines[0], int(lines[1]), base64.b64decode(lines[2])
    raise Wrong("the checkpoint is not signed by the key expected")


# What can be checked ----------------------------------------------------------------------------


def check_receipt(path, known):
    with open(path, encoding="utf-8") as file:
        receipt = json.load(file)
    origin, size, root = open_checkpoint(receipt["checkpoint"], receipt["key"])
    if origin in known and known[origin]["key"] != receipt["key"].strip():
        raise Wrong("this receipt is signed by another key than the record you followed")
    entry = base64.b64decode(receipt["entry"])
    proof = [base64.b64decode(h) for h in receipt["proof"]]
    check_inclusion(leaf_hash(entry), receipt["number"], size, proof, root)
    body = json.loads(entry)
    if body["number"] != receipt["number"]:
        raise Wrong("the entry says that it is another one")
    print(
        "Holds: entry %d of %s, step %s of matter %s, at %s."
        % (body["number"], origin, body["step"], body["matter"], body["at"])
    )
    print("Signed by %s over %d entries." % (receipt["key"].strip(), size))


def tile_path(index):
    pieces = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        pieces.insert(0, "x%03d" % (index % 1000))
    return "/".join(pieces)


def bundles(size):
    full, rest = divmod(size, 256)
    for index in range(full):
        yield "tile/entries/" + tile_path(index), 256
    if rest:
        yield "tile/entries/%s.p/%d" % (tile_path(full), rest), rest


def entries(get, size):
    number = 0
    for path, width in bundles(size):
        data, at, count = get(path), 0, 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 2], "big")
            entry = data[at + 2 : at + 2 + length]
            at += 2 + length
            if len(entry) != length or json.loads(entry)["number"] != number:
                raise Wrong("entry %d is not what it should be" % number)
            yield leaf_hash(entry)
            number, count = number + 1, count + 1
        if count != width:
            raise Wrong("entries are missing at %d" % number)


def check_log(get, known):
    vkey = get("key").decode().strip()
    origin, size, root = open_checkpoint(get("checkpoint").decode(), vkey)
    before = known.get(origin)
    if before and before["key"] != vkey:
        raise Wrong("the key of %s has changed since you last looked" % origin)
    if before and before["size"] > size:
        raise Wrong("the record of %s has become shorter" % origin)
    leaves = list(entries(get, size))
    if root_of(leaves) != root:
        raise Wrong("the entries are not those that were signed")
    if before and root_of(leaves[: before["size"]]).hex() != before["root"]:
        raise Wrong("the record of %s was rewritten since you last looked" % origin)
    known[origin] = {"key": vkey, "size": size, "root": root.hex()}
    print("Holds: %s, %d entries, root %s." % (origin, size, root.hex()))
    if before:
        print("Only added to since you last looked (%d entries then)." % before["size"])


def from_web(address):
    def get(name):
        with urllib.request.urlopen(address.rstrip("/") + "/" + name, timeout=60) as answer:
            return answer.read()

    return get


def from_folder(folder):
    def get(name):
        with open(os.path.join(folder, *name.split("/")), "rb") as file:
            return file.read()

    return get


def main():
    parser = argparse.ArgumentParser(description="Check a Pilin receipt or a whole record.")
    parser.add_argument("what", help="a receipt (.json), the record's address, or a folder")
    parser.add_argument("--state", default="pilin-checkpoints.json")
    args = parser.parse_args()
    known = {}
    if os.path.exists(args.state):
        with open(args.state, encoding="utf-8") as file:
            known = json.load(file)
    try:
        if args.what.startswith(("http://", "https://")):
            check_log(from_web(args.what), known)
        elif os.path.isdir(args.what):
            check_log(from_folder(args.what), known)
        else:
            check_receipt(args.what, known)
            return 0
    except Wrong as wrong:
        print("DOES NOT HOLD: %s." % wrong)
        return 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        print("Could not be checked: %s" % fault)
        return 2
    with open(args.state, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
