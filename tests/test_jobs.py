"""What runs beside the pages is known to the worker."""

from procrastinate.contrib.django import app


def test_the_worker_knows_every_job():
    ours = {name for name in app.tasks if not name.startswith(("builtin", "procrastinate"))}
    assert ours == {
        "loop.deadlines",
        "loop.letters",
        "loop.sweep",
        "intake.close",
        "intake.mark",
        "intake.unlink",
        "consultation.opinions",
        "site.account_letter",
        "site.carry",
        "site.look_at_files",
        "site.be_witnessed",
        "site.take_up",
        "warning.late",
        "warning.poll",
    }
    periodic = {t.task.name for t in app.periodic_registry.periodic_tasks.values()}
    assert periodic == {
        "loop.deadlines",
        "loop.letters",
        "loop.sweep",
        "intake.close",
        "intake.mark",
        "intake.unlink",
        "site.look_at_files",
        "site.be_witnessed",
        "site.take_up",
        "warning.late",
        "warning.poll",
    }
