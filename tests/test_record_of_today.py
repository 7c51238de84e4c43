"""What is kept of a release is enough to bring all of it back: tried with today's record."""

import pytest
from django.db import connection

from pilin.engine.rebuild import rebuild
from pilin.ledger import sealed_parts, verify
from tests import record_beside
from tests.records import record

BESIDE = (
    "ledger_words",
    "ledger_key",
    "ledger_sealed",
    "ledger_node",
    "ledger_entry",
    "ledger_log",
)


@pytest.mark.slow
def test_a_record_of_today_comes_back_with_its_words_and_its_sealed_parts(
    own_database, tmp_path, settings
):
    from tests.world import build

    world = build()
    m = world.raised_for("阿依古丽")
    world.take("host", m, "words-strike", which=[f"{m.pk}:data.text"], reason="写错了")
    folder = tmp_path / "now" / "small"
    record.write(folder, "now")
    record_beside.write(folder)
    before = {t: record.digest(t, c) for t, c in record.tables().items()}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # switches the triggers off
        cursor.execute(f"TRUNCATE {', '.join(BESIDE)}")
        cursor.execute("SET session_replication_role = origin")
    record.restore(folder)
    record_beside.restore(folder)
    rebuild()
    assert {t: record.digest(t, c) for t, c in record.tables().items()} == before
    assert sealed_parts.sealed("main", m.pk)["person"] == "阿依古丽"
    assert verify.check_database("main").problems == []
