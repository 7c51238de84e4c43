#!/usr/bin/env python3
"""Check a Pilin record. One file; needs nothing but Python 3.8 or newer.

    python3 verify.py https://…/ledger/main/ --key KEY     fetch and check the whole record
    python3 verify.py FOLDER --key KEY                     check a record downloaded as files
    python3 verify.py receipt-main-12.json                 check one receipt, without any network
    python3 verify.py receipt-main-12.json --record https://…/ledger/main/
                                                           … and that the record of today still holds it

KEY is the key (vkey) that the record should be signed by. Take it from somewhere else than the site
itself: a receipt, the notice board, a neighbour. With --first the one the site gives is taken.

What was found is remembered, by address, in the file named with --state (default:
pilin-checkpoints.json in this folder). The next run needs no KEY and proves that the record was only
added to since: if the operator rewrites anything, exchanges the record for another, or changes the
key without an entry that both keys signed, you will see it.

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


class Unknown(Exception):
    """There is nothing to hold the record to."""


def words_hash(salt, text):
    digest = hashlib.sha256(bytes.fromhex(salt) + text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def standing_at(body, path):
    for name in path.split("."):
        body = body[int(name)] if isinstance(body, list) else body[name]
    return body


def check_receipt(receipt):
    """Gives the entry's number and leaf, and what was signed: how many entries, and their root."""
    origin, size, root = open_checkpoint(receipt["checkpoint"], receipt["key"])
    entry = base64.b64decode(receipt["entry"])
    proof = [base64.b64decode(h) for h in receipt["proof"]]
    check_inclusion(leaf_hash(entry), receipt["number"], size, proof, root)
    body = json.loads(entry)
    if body["number"] != receipt["number"]:
        raise Wrong("the entry says that it is another one")
    for path, said in receipt.get("words", {}).items():
        if said is not None and standing_at(body, path) != {"~": words_hash(*said)}:
            raise Wrong("the words at %s are not those of the entry" % path)
    if "voter" in body:
        what = "a ballot in vote %s by %s" % (body["poll"], body["voter"])
    else:
        what = "step %s of matter %s" % (body["step"], body["matter"])
    print("Holds: entry %d of %s, %s, at %s." % (body["number"], origin, what, body["at"]))
    print("Signed by %s over %d entries." % (receipt["key"].strip(), size))
    return origin, receipt["number"], leaf_hash(entry), size, root


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
    """Each entry's leaf, and of those that change the key or the name what they say."""
    number = 0
    for path, width in bundles(size):
        data, at, count = get(path), 0, 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 2], "big")
            entry = data[at + 2 : at + 2 + length]
            at += 2 + length
            body = json.loads(entry) if len(entry) == length else {}
            if body.get("number") != number:
                raise Wrong("entry %d is not what it should be" % number)
            turns = body.get("kind") == "manage" and body.get("step") in ("change_key", "succeed")
            yield leaf_hash(entry), body if turns else None
            number, count = number + 1, count + 1
        if count != width:
            raise Wrong("entries are missing at %d" % number)


def same_key(one, other):
    return one.split("+", 2)[2] == other.split("+", 2)[2]


def check_key(expected, vkey, turns):
    """Whether entries lead from the key expected to the one that signs, each signed by both."""
    key = expected
    for body in turns:
        said = body["data"]
        if body["step"] != "change_key" or not same_key(said["key_before"], key):
            continue
        text = "pilin-key-change-v1\n%s\n%s\n%d\n" % (
            said["key_before"],
            said["key_after"],
            body["number"],
        )
        for which, by in (("key_before", "by_before"), ("key_after", "by_after")):
            public = read_key(said[which])[2]
            check_signature(public, text.encode(), base64.b64decode(said[by]))
        print("Entry %d changes the key; both keys signed it." % body["number"])
        key = said["key_after"]
    if not same_key(key, vkey):
        raise Wrong("it is signed by %s, and no entry changes %s to that" % (vkey, expected))


def check_log(get, address, known, pinned, first, receipt=None):
    """`receipt`: what `check_receipt` gave, to be held to the record as it is now."""
    vkey = get("key").decode().strip()
    origin, size, root = open_checkpoint(get("checkpoint").decode(), vkey)
    before = known.get(address) or known.get(origin)
    expected = before["key"] if before else pinned
    if before and pinned and not same_key(before["key"], pinned):
        raise Wrong("you followed it under another key: %s" % before["key"])
    if not expected and not first:
        raise Unknown(
            "give the key you expect with --key; or take the one it gives with --first: %s" % vkey
        )
    if before and before["size"] > size:
        raise Wrong("the record has become shorter: %d entries then" % before["size"])
    found = list(entries(get, size))
    leaves = [leaf for leaf, _turn in found]
    turns = [turn for _leaf, turn in found if turn]
    if root_of(leaves) != root:
        raise Wrong("the entries are not those that were signed")
    check_key(expected or vkey, vkey, turns)
    if before and root_of(leaves[: before["size"]]).hex() != before["root"]:
        raise Wrong("the record was rewritten since you last looked")
    for other, one in known.items():
        # The same record seen elsewhere: what one is shown, all are shown.
        same = one.get("origin") == origin and one["size"] <= size
        if same and root_of(leaves[: one["size"]]).hex() != one["root"]:
            raise Wrong("it is another record than the one of that name at %s" % other)
    was = before.get("origin", origin) if before else origin
    lost = [turn["number"] for turn in turns if turn["step"] == "succeed"]
    if was != origin and not lost:
        raise Wrong("it was %s when you last looked, and is %s now" % (was, origin))
    if receipt:
        _origin, number, leaf, old, old_root = receipt
        if size < old or root_of(leaves[:old]) != old_root or leaves[number] != leaf:
            raise Wrong("the record of today is not the one that the receipt is from")
    known.pop(origin, None)  # as earlier versions of this script kept it
    known[address] = {"origin": origin, "key": vkey, "size": size, "root": root.hex()}
    print("Holds: %s, %d entries, root %s." % (origin, size, root.hex()))
    for number in lost:
        print("Entry %d says that entries were lost." % number)
    if before:
        print("Only added to since you last looked (%d entries then)." % before["size"])
    if receipt:
        print("It still holds the entry of the receipt, and all that came before it.")


def from_web(address):
    def get(name):
        with urllib.request.urlopen(address + name, timeout=60) as answer:
            return answer.read()

    return get


def from_folder(folder):
    def get(name):
        with open(os.path.join(folder, *name.split("/")), "rb") as file:
            return file.read()

    return get


def source(what):
    """What reads the record, and its address: without anything that may be left out."""
    if what.startswith(("http://", "https://")):
        address = what.rstrip("/") + "/"
        return from_web(address), address
    return from_folder(what), os.path.abspath(what)


def check(args, known):
    receipt, where = None, args.what
    if not args.what.startswith(("http://", "https://")) and not os.path.isdir(args.what):
        with open(args.what, encoding="utf-8") as file:
            said = json.load(file)
        if args.key and not same_key(args.key, said["key"]):
            raise Wrong("the receipt is signed by another key: %s" % said["key"])
        receipt, where = check_receipt(said), args.record
        followed = [one["key"] for one in known.values() if one.get("origin") == receipt[0]]
        if followed and not args.record and not any(same_key(one, said["key"]) for one in followed):
            raise Wrong("this receipt is signed by another key than the record you followed")
        args.key = said["key"]
    if where:
        get, address = source(where)
        check_log(get, address, known, args.key, args.first, receipt)


def main():
    parser = argparse.ArgumentParser(description="Check a Pilin receipt or a whole record.")
    parser.add_argument("what", help="a receipt (.json), the record's address, or a folder")
    parser.add_argument("--key", default="", help="the key (vkey) you expect")
    parser.add_argument("--first", action="store_true", help="take the key the site gives")
    parser.add_argument(
        "--record", default="", help="with a receipt: the record's address or folder"
    )
    parser.add_argument("--state", default="pilin-checkpoints.json")
    args = parser.parse_args()
    try:
        known = {}
        if os.path.exists(args.state):
            with open(args.state, encoding="utf-8") as file:
                known = json.load(file)
        check(args, known)
    except Wrong as wrong:
        print("DOES NOT HOLD: %s." % wrong)
        return 1
    except Unknown as why:
        print("Could not be checked: %s" % why)
        return 2
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        print("Could not be checked: %s" % fault)
        return 2
    if known:
        with open(args.state + ".new", "w", encoding="utf-8") as file:
            json.dump(known, file, indent=1)
        os.replace(args.state + ".new", args.state)
    return 0


if __name__ == "__main__":
    sys.exit(main())
