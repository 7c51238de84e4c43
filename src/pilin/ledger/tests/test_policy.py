"""Who must have cosigned: a policy is read as it is written, and met by whoever meets it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pilin.ledger import note, policy
from pilin.ledger.cosigning import Note, cosign
from pilin.ledger.note import COSIGNATURE, ED25519, Checkpoint, verifier_of

LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
LOG = verifier_of("pinghu.example/main", LOG_KEY)
NAMES = [f"w{n}" for n in range(6)]
KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([n + 2]) * 32) for n, name in enumerate(NAMES)
}
WITNESSES = {
    name: verifier_of(f"{name}.example/witness", key, COSIGNATURE) for name, key in KEYS.items()
}


def written(*lines):
    """A policy whose lines may name a witness by its short name alone."""
    whole = [
        f"witness {line} {WITNESSES[line].vkey}" if line in WITNESSES else line for line in lines
    ]
    return policy.read("\n".join([f"log {LOG.vkey} https://pinghu.example/ledger/main", *whole]))


def cosigned(*names):
    signed = note.sign(Checkpoint(LOG.name, 7, b"\x07" * 32), LOG_KEY, LOG)
    text = Note.read(signed).text
    return Note.read(
        signed + "".join(cosign(text, KEYS[name], WITNESSES[name], 1_700_000_000) for name in names)
    )


def test_two_of_three_here_and_any_of_two_there():
    found = written(
        "# both organisations",
        *NAMES[:3],
        "group \t near 2 w0 w1 w2  ",
        "w3",
        "w4",
        "group far any w3 w4",
        "",
        "group both all near far",
        "quorum both",
    )
    assert found.is_met(cosigned("w0", "w2", "w4"))
    assert not found.is_met(cosigned("w0", "w1", "w2"))
    assert not found.is_met(cosigned("w0", "w3", "w4"))
    assert found.missing(frozenset({"w0", "w3"})) == ["w1", "w2", "w4"]
    assert found.missing(frozenset({"w0", "w1", "w3"})) == []


def test_a_signature_of_a_witness_that_is_wrong_is_worth_nothing():
    found = written("w0", "quorum w0")
    other = note.sign(Checkpoint(LOG.name, 8, b"\x08" * 32), LOG_KEY, LOG)
    forged = other + cosign(cosigned().text, KEYS["w0"], WITNESSES["w0"], 1)
    with pytest.raises(note.NoteFault):
        found.is_met(Note.read(forged))


def test_nobody_must_where_the_quorum_is_none():
    found = written("quorum none")
    assert not found.asks_any and found.is_met(cosigned())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("w0",), "quorum"),
        (("quorum w0",), "line 2"),
        (("w0", "quorum w0", "quorum w0"), "line 4"),
        (("w0", "group none all w0", "quorum none"), "line 3"),
        (("w0", "w0", "quorum w0"), "twice"),
        (("w0", "group g 2 w0", "quorum g"), "2 of 1"),
        (("w0", "group g 0 w0", "quorum g"), "0 of 1"),
        (("w0", "group g ٢ w0", "quorum g"), "number"),
        (("w0", "group g all w0 w0", "quorum g"), "already"),
        (("w0", "w1", "group g all w0", "group h all w0 w1", "quorum h"), "already"),
        (("group g all h", "quorum g"), "not named above"),
        (("w0", "group w0 all w0", "quorum w0"), "named already"),
        (("witness w0 abc", "quorum w0"), "vkey"),
        ((f"witness w0 {LOG.vkey}", "quorum w0"), "vkey"),
        (("speak up", "quorum none"), "line 2"),
        (("group g", "quorum none"), "line 2"),
        ((f"log {LOG.vkey}", "quorum none"), "twice"),
        (["# a"] * 500 + ["quorum none"], "500"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(lines, said):
    with pytest.raises(policy.PolicyFault, match=said):
        written(*lines)


@st.composite
def policies(draw):
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    free, lines = list(names), list(names)
    for n in range(draw(st.integers(0, 3))):
        members = draw(st.lists(st.sampled_from(free), unique=True, min_size=1))
        lines.append(f"group g{n} {draw(st.integers(1, len(members)))} {' '.join(members)}")
        free = [one for one in free if one not in members] + [f"g{n}"]
    return written(*lines, f"quorum {draw(st.sampled_from(free))}")


@given(policies(), st.frozensets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_more_witnesses_never_undo_it_and_what_is_missing_would_meet_it(found, names, one_more):
    assert policy.read(found.text()) == policy.Policy(
        found.logs, found.witnesses, found.groups, found.quorum
    )
    if found.is_met_by(names):
        assert found.is_met_by(names | {one_more}) and found.missing(names) == []
    else:
        missing = found.missing(names)
        assert missing and found.is_met_by(names | set(missing))


def test_a_log_key_is_no_witness_key():
    assert LOG.kind == ED25519 and WITNESSES["w0"].kind == COSIGNATURE
