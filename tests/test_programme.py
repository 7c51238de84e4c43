"""A programme is one folder and one line of settings: a whole one is added, used and replayed."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from psycopg.conninfo import make_conninfo

AWARD = Path(__file__).parent / "award"
#: What a programme may cost: lines of Python that say something, tests and migrations aside.
MOST = 250


def test_a_whole_programme_is_short():
    lines = [x for p in AWARD.glob("*.py") for x in p.read_text().splitlines() if x.strip()]
    assert len(lines) <= MOST


def test_a_programme_is_one_folder_and_one_line_of_settings(own_database, tmp_path):
    folder = tmp_path / "award"
    shutil.copytree(AWARD, folder)
    po = folder / "locale/zh_Hans/LC_MESSAGES/django.po"
    out = io.BytesIO()
    write_mo(out, read_po(po.open("rb"), "zh_Hans"))
    po.with_suffix(".mo").write_bytes(out.getvalue())
    env = {
        **os.environ,
        "PILIN_PROGRAMMES": "award",
        "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[1]}",
        "DJANGO_SETTINGS_MODULE": "pilin.settings",
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=own_database),
    }
    command = [sys.executable, "-m", "tests.award_walk", str(tmp_path)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("whole"), done.stderr[-3000:]
