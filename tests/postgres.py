"""Real PostgreSQL for every test: started here, before Django reads its settings.

The one that counts the tests starts it; the parallel workers inherit its address.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "PILIN_TEST_DATA" not in os.environ:
    folder = Path(tempfile.mkdtemp(prefix="pilin-test-"))
    folder.chmod(0o755)
    os.environ["PILIN_TEST_DATA"] = os.environ["PILIN_DATA"] = str(folder)
    os.environ.pop("PILIN_DEMO", None)
    os.environ["PILIN_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if not os.environ.get("DATABASE_URL"):
        import psycopg

        from pilin.run.postgres import ensure_running

        with psycopg.connect(ensure_running(), autocommit=True) as db:
            # Tests of what survives a crash start a server of their own; here speed is enough.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                db.execute(f"ALTER SYSTEM SET {setting} = off")
            db.execute("SELECT pg_reload_conf()")
