"""`pilin gazette`: what happened between two days, as a paper to print."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from pilin.cli.spoken import HELP
from pilin.run import environment
from pilin.wording.saying import say

DAY = click.DateTime(["%Y-%m-%d"])


def _fail(reason: object) -> None:
    click.echo(str(reason), err=True)
    sys.exit(2)


@click.command(context_settings=HELP)
@click.option(
    "--from", "since", type=DAY, help="The first day; the first of this month, if left out."
)
@click.option("--to", "until", type=DAY, help="The last day; today, if left out.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Its language.")
@click.option(
    "--paper",
    type=click.Choice(["a4", "a3"]),
    default="a4",
    show_default=True,
    help="A3: two pages on a side, to be folded.",
)
@click.option(
    "--publish", is_flag=True, help="Number it, and enter in the record that it was printed."
)
def gazette(
    since: datetime | None,
    until: datetime | None,
    output: Path | None,
    lang: str | None,
    paper: str,
    publish: bool,
) -> None:
    """Set the gazette of the days from --from to --to into a PDF."""
    environment.setup()
    from django.utils import timezone  # noqa: PLC0415

    from pilin.kit.paper import Unprintable  # noqa: PLC0415
    from pilin.publishing.gazette import issue, issued, setting  # noqa: PLC0415
    from pilin.wording.saying import in_chinese_now  # noqa: PLC0415

    today = timezone.localdate()
    last = until.date() if until else today
    first = since.date() if since else last.replace(day=1)
    if first > last:
        _fail(say("The last day lies before the first."))
    if last > today:
        _fail(say("The last day has not come yet."))
    if not publish and output is None:
        _fail(say("Name the file to write with -o, or publish it with --publish."))
    language = "zh-hans" if (lang or ("zh" if in_chinese_now() else "en")) == "zh" else "en"
    words, upto = issue.Words(None, setting.signed()), None
    if publish:
        try:
            printed = issued.publish(first, last)
        except Unprintable as why:
            _fail(why)
        except issued.Overlaps as fault:
            day = fault.until.isoformat()
            _fail(
                say(
                    "Issue {n} goes to {day} already: begin the day after.", n=fault.number, day=day
                )
            )
        else:
            words, upto = issue.Words(printed.number, printed.checkpoint), printed.upto
            n, entry = printed.number, printed.entry
            click.echo(say("Issue {n} is in the record, entry {entry}.", n=n, entry=entry))
    if output is not None:
        happened = setting.collected(first, last, upto)
        try:
            data = setting.pdf(happened, words, language, paper)
        except Unprintable as why:
            _fail(why)
        try:
            output.write_bytes(data)
        except OSError as fault:
            _fail(fault)
        click.echo(say("Written to {file}.", file=output))
