"""Adding to a log in a real database: whole or not at all, without gaps, never changed."""

import json
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from pilin.ledger import keys, log, receipt, sealed_parts, tiles, tree, verify
from pilin.ledger.note import open_checkpoint

BODY = {"matter": None, "kind": "test", "step": "raise", "actor": "p-1", "at": "2026-01-01T00:00Z"}


def add(n, sealed=None):
    with transaction.atomic():
        return [log.append("t", {**BODY, "data": {"n": i}}, sealed) for i in range(n)]


def point():
    return open_checkpoint(log.checkpoint("t"), keys.verifier("t"))


def test_entries_are_numbered_from_nought_without_gaps(db):
    assert [r.number for r in add(5)] == [0, 1, 2, 3, 4] == [r.number for r in log.read("t")]


def test_an_entry_without_a_matter_opens_the_one_of_its_number(db):
    assert [r.body["matter"] for r in add(3)] == [0, 1, 2]
    assert [r.number for r in log.of_matter("t", 1)] == [1]


def test_the_checkpoint_covers_exactly_what_is_there(db):
    records = add(300)
    assert (point().size, point().root) == (300, tree.root_of(r.leaf for r in records))


def test_appending_outside_a_transaction_is_refused(own_database):
    with pytest.raises(transaction.TransactionManagementError):
        log.append("t", BODY)


def test_an_entry_too_long_for_a_tile_is_refused_and_leaves_nothing(db):
    with pytest.raises(log.EntryTooLong), transaction.atomic():
        log.append("t", {**BODY, "data": "x" * 70_000})
    assert log.size("t") == 0


def test_filling_at_once_is_the_same_as_one_by_one(db):
    add(3)
    with transaction.atomic():
        log.append_many("t", ({**BODY, "data": {"n": i}} for i in range(600)))
    assert verify.check_database("t").problems == []
    assert [r.number for r in log.read("t", 250, 260)] == list(range(250, 260))


def test_a_transaction_that_fails_leaves_no_entry_and_no_number_is_lost(own_database):
    add(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log.append("t", BODY)
        1 / 0  # noqa: B018
    assert add(1)[0].number == 2
    assert verify.check_database("t").ok


def test_a_connection_that_breaks_after_commit_loses_nothing(own_database):
    """Failed but saved: whoever was not told may ask again and finds the entry."""
    with transaction.atomic():
        log.append("t", BODY)
        transaction.on_commit(connection.close)
    assert (log.size("t"), verify.check_database("t").ok) == (1, True)


def test_many_at_once_stand_in_line(own_database):
    faults = []

    def work():
        try:
            for _ in range(20):
                with transaction.atomic():
                    log.append("t", BODY)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    report = verify.check_database("t")
    assert (report.size, report.problems) == (120, [])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET body = body",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "UPDATE ledger_node SET hash = hash",
        "DELETE FROM ledger_node",
        "DELETE FROM ledger_log",
        "UPDATE ledger_sealed SET data = data",
        "TRUNCATE ledger_sealed",
    ],
)
def test_the_database_refuses_to_change_what_was_entered(db, statement):
    add(1, sealed={"name": "x"})
    with (
        pytest.raises(DatabaseError, match=r"only ever added to|foreign key"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


def test_erasing_a_sealed_part_leaves_a_record_that_holds(db):
    add(2, sealed={"phone": "+86 139"})
    assert sealed_parts.sealed("t", 1) == {"phone": "+86 139"}
    assert "+86 139" not in json.dumps([r.body for r in log.read("t")])
    assert sealed_parts.erase("t", [1]) == 1
    assert sealed_parts.sealed("t", 1) is None
    assert verify.check_database("t").ok


# Somebody with the database's own rights tampers ---------------------------------------------------


def tamper(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # switches the triggers off
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def problems():
    return [where for where, _ in verify.check_database("t").problems]


def test_one_changed_byte_is_named_by_its_entry(db):
    add(300)
    tamper("UPDATE ledger_entry SET body = replace(body, 'p-1', 'p-2') WHERE number = 123")
    assert problems() == ["entry 123"]


def test_an_entry_rewritten_with_its_hash_is_found(db):
    add(300)
    body = log.canonical({**log.get("t", 5).body, "actor": "p-9"})
    tamper(
        "UPDATE ledger_entry SET body = %s, leaf = %s WHERE number = 5",
        body.decode(),
        tree.leaf_hash(body),
    )
    assert problems() == ["entries up to 255", "log", "checkpoint"]


def test_a_deleted_entry_is_named(db):
    add(20)
    tamper("DELETE FROM ledger_entry WHERE number = 7")
    assert problems()[0] == "entry 7"


def test_a_cut_off_end_is_found(db):
    add(20)
    tamper("DELETE FROM ledger_entry WHERE number >= 18")
    assert "log" in problems()


def test_a_changed_sealed_part_is_named(db):
    add(3, sealed={"name": "x"})
    tamper('UPDATE ledger_sealed SET data = \'{"name":"y"}\' WHERE number = 2')
    assert problems() == ["entry 2"]


def test_a_checkpoint_with_another_size_is_found(db):
    add(3)
    old = log.checkpoint("t")
    add(1)
    tamper("UPDATE ledger_log SET checkpoint = %s", old)
    assert problems() == ["checkpoint"]


# Receipts and proofs ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 255, 256, 699])
def test_a_receipt_proves_its_entry_and_nothing_else(db, number):
    add(700)
    data = receipt.make("t", number).as_json()
    assert receipt.check(data) == number
    with pytest.raises(ValueError):
        receipt.check({**data, "number": number ^ 1})


def test_proofs_read_from_the_database_are_those_of_the_leaves(db):
    leaves = [r.leaf for r in add(700)]
    nodes = tiles.Nodes("t")
    proof = tree.consistency_proof(513, 700, nodes)
    tree.check_consistency(513, 700, tree.root_of(leaves[:513]), tree.root_of(leaves), proof)


def test_a_receipt_never_carries_the_sealed_part(db):
    add(1, sealed={"name": "秘密"})
    assert "秘密" not in json.dumps(receipt.make("t", 0).as_json(), ensure_ascii=False)
