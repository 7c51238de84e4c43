"""`pilin decide`: the counting rules on files. Needs no database."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from pilin.cli.spoken import HELP
from pilin.run import environment
from pilin.wording.saying import gettext_noop, say

#: What is counted of an owners' vote, as a person reads it.
OWNERS = {
    "whole": gettext_noop("All owners"),
    "took_part": gettext_noop("Took part"),
    "agreed": gettext_noop("Agreed"),
    "against": gettext_noop("Against"),
    "abstained": gettext_noop("Abstained"),
}
VERDICTS = {
    "yes": gettext_noop("fits"),
    "no": gettext_noop("does not fit"),
    "unknown": gettext_noop("not known yet"),
}
OF = {"area": gettext_noop("by area"), "owners": gettext_noop("by owners")}
#: What is said of an organisation → the figure of it (`pilin.kit.definitions`).
OFFICE = ("open", "late", "waiting", "kept", "broken", "answered", "through")
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
DAY = click.DateTime(["%Y-%m-%d"])


def fail(message: object) -> None:
    click.echo(str(message), err=True)
    sys.exit(2)


@click.group(context_settings=HELP)
def decide() -> None:
    """Counting rules on files, for whoever wants to recompute them. Needs no database."""


@decide.command()
@click.argument("text", type=FILE)
@click.option("--day", type=DAY, required=True, help="The day of the meeting or of the letter.")
@click.option("--offices", type=FILE, help="Names of offices, one a line; better read with them.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def minutes(text: Path, day: datetime, offices: Path | None, as_json: bool) -> None:
    """What minutes (plain TEXT) decide, and require of whom by when, as rules read them."""
    from pilin.deciding.minutes.rules import read  # noqa: PLC0415
    from pilin.deciding.tables import Malformed, text_of  # noqa: PLC0415

    try:
        names = text_of(offices).split("\n") if offices else []
        rows = read(text_of(text), day.date(), [name.strip() for name in names])
    except Malformed as fault:
        fail(fault)
    if as_json:
        said = [
            {
                **{"kind": r.kind, "sentence": r.sentence, "what": r.what},
                **{"leads": r.leads, "helpers": r.helpers, "workdays": r.workdays},
                "due": r.due.isoformat() if r.due else None,
            }
            for r in rows
        ]
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    for r in rows:
        due = r.due.isoformat() if r.due else r.due_words or "-"
        click.echo(f"{due}\t{'、'.join(r.leads) or '-'}\t{r.what}")


@decide.command()
@click.argument("sheet", type=FILE)
@click.option("--entitled", type=int, help="Members who may vote; as the sheet says, if left out.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def award(sheet: Path, entitled: int | None, as_json: bool) -> None:
    """What a committee's SHEET (CSV) comes to: whether it is carried, and the score."""
    from pilin.deciding import award as rules  # noqa: PLC0415
    from pilin.deciding.tables import text_of  # noqa: PLC0415

    try:
        found = rules.read(text_of(sheet)).result(entitled)
    except ValueError as fault:
        fail(fault)
    else:
        score = found.score
        if as_json:
            said = {
                "entitled": found.entitled,
                "voted": found.voted,
                "yes": found.yes,
                "no": found.no,
                "score": str(score) if score is not None else None,
                "quorate": found.quorate,
                "tie": found.tie,
                "carried": found.carried,
            }
            click.echo(json.dumps(said, ensure_ascii=False, indent=1))
            return
        n = found.entitled
        click.echo(say("{yes} yes, {no} no, of {n} who may vote", yes=found.yes, no=found.no, n=n))
        if score is not None:
            click.echo(say("Score: {score} of 100", score=f"{float(score):.2f} ({score})"))
        if found.tie:
            click.echo(say("As many yes as no: a tie, so it is not carried."))
        elif not found.quorate:
            click.echo(say("Too few voted for it to count."))
        click.echo(say("Carried") if found.carried else say("Not carried"))


@decide.command()
@click.argument("votes", type=FILE)
@click.option("--comments", type=FILE)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--polis", is_flag=True, help="Start and choose as Polis does.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def opinion(votes: Path, comments: Path | None, seed: int, polis: bool, as_json: bool) -> None:
    """Opinion groups from VOTES (a Polis export), and what they stand for."""
    from pilin.deciding.opinion import opinion_map  # noqa: PLC0415
    from pilin.deciding.opinion_files import opinion_json, read_votes  # noqa: PLC0415

    try:
        cast, people = read_votes(votes, comments)
        found = opinion_json(opinion_map(cast, seed, polis=polis), people)
    except ValueError as fault:
        fail(fault)
    else:
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for group in found["groups"]:
            said = ", ".join(
                ("+" if r["agrees"] else "−") + str(r["statement"]) for r in group["representative"]
            )
            click.echo(f"{group['group']}: {group['size']} ({said})")


@decide.command("owners-vote")
@click.argument("file", type=FILE)
@click.option(
    "--item",
    type=click.IntRange(1, 9),
    default=5,
    show_default=True,
    help="Of Article 278 (1) of the Civil Code: 6, 7 and 8 need three quarters.",
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def owners_vote(file: Path, item: int, as_json: bool) -> None:
    """Count an owners' vote: FILE has columns unit, area, owner, vote (yes, no, abstain, empty).

    Those who own a unit together stand in one cell, apart by semicolons. A column proxy (yes, empty)
    says which ballots somebody else cast with a written authorisation.
    """
    from pilin.deciding.owners_files import read_owners  # noqa: PLC0415

    try:
        found = read_owners(file, item)
    except ValueError as fault:
        fail(fault)
    else:
        said = found.as_json()
        if as_json:
            click.echo(json.dumps(said, ensure_ascii=False, indent=1))
            return
        for name, label in OWNERS.items():
            click.echo(f"{say(label)}: {said[name]['area']:g} / {said[name]['owners']}")
        for name, compared in said["arithmetic"].items():
            for c in compared:
                sign = ">" if c["more_than"] else "≥"
                reached = say("reached") if c["reached"] else say("not reached")
                click.echo(
                    f"{say(OWNERS[name])}, {say(OF[c['of']])}: {c['part']} / {c['whole']}"
                    f" = {c['share']}, {sign} {c['threshold']} ({c['needed']}): {reached}"
                    f" – {say(c['article'])}"
                )
        ended = say("not passed") if found.valid else say("not valid")
        click.echo(say("passed") if found.passed else ended)


@decide.command()
@click.argument("file", type=FILE)
@click.option("--rule", type=click.Choice(["equal-shares", "greedy"]), default="equal-shares")
@click.option(
    "--satisfaction",
    type=click.Choice(["cost", "cardinality", "points"]),
    default="cost",
    help="What a project on the ballot is to its voter: its cost, one, or the points given.",
)
@click.option("--completion", type=click.Choice(["none", "add1", "greedy"]), default="none")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def budget(file: Path, rule: str, satisfaction: str, completion: str, as_json: bool) -> None:
    """Winners of a participatory budget: FILE is a Pabulib election (.pb or .pb.gz)."""
    from pilin.deciding.equal_shares import equal_shares  # noqa: PLC0415
    from pilin.deciding.greedy import greedy  # noqa: PLC0415
    from pilin.deciding.pabulib import read_election  # noqa: PLC0415

    try:
        election = read_election(file)
    except ValueError as fault:
        fail(fault)
    else:
        if rule == "greedy":
            winners = greedy(election, satisfaction)
        else:
            winners = equal_shares(election, satisfaction, completion).winners
        cost = election.cost_of(winners)
        amount = int(cost) if cost.denominator == 1 else float(cost)
        said = {"winners": winners, "cost": amount}
        click.echo(json.dumps(said, ensure_ascii=False) if as_json else "\n".join(winners))


@decide.command()
@click.argument("people", type=FILE)
@click.argument("quotas", type=FILE)
@click.option("--seed", required=True, help="Any text; a long one, fixed before the draw.")
@click.option("--size", type=click.IntRange(1), help="Places; else what the quotas sum up to.")
@click.option(
    "--fairness", type=click.Choice(["maximin", "leximin"]), default="leximin", show_default=True
)
@click.option("--commit", is_flag=True, help="Only what is published before the draw.")
@click.option("--lottery", type=FILE, help="Draw from a lottery published before (JSON).")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def lots(
    people: Path,
    quotas: Path,
    seed: str,
    size: int | None,
    fairness: str,
    commit: bool,
    lottery: Path | None,
    as_json: bool,
) -> None:
    """Draw a panel by lot: PEOPLE has columns id and features, QUOTAS feature, value, min, max."""
    from pilin.deciding import sortition_files as files  # noqa: PLC0415

    try:
        wanted = files.read_quotas(quotas)
        pool = files.read_people(people, wanted)
        places = files.size_of(wanted, size)
        found = files.lots(pool, wanted, places, seed, fairness, lottery, drawn=not commit)
    except (ValueError, ArithmeticError) as fault:
        fail(fault)
    else:
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        click.echo(say("Commitment: {digest}", digest=found["commitment"]))
        click.echo(say("Fingerprint of the lottery: {digest}", digest=found["fingerprint"]))
        click.echo(say("Smallest chance of anybody: {share}", share=found["minimum"]))
        if found["never"]:
            names = ", ".join(found["never"])
            click.echo(say("On no panel that meets the quotas: {names}", names=names))
        for person in found.get("panel", ()):
            click.echo(person)
        if rows := [row for row in found.get("substitutes", ()) if row]:
            click.echo(say("Substitutes, of those alike in their order:"))
            for row in rows:
                click.echo("  " + ", ".join(row))


@decide.command()
@click.argument("rules", type=FILE)
@click.argument("profiles", type=FILE)
@click.option("--on", type=DAY, help="The day it is decided on; today where not said.")
@click.option("--cel", "as_cel", is_flag=True, help="Only the conditions, as expressions of CEL.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def policy(rules: Path, profiles: Path, on: datetime | None, as_cel: bool, as_json: bool) -> None:
    """Whom policies are for: RULES is JSON with clauses, PROFILES a table with a column a fact.

    Yes, no or unknown for each, why, and which facts to ask for.
    """
    environment.declared()  # amounts and days are read as everywhere
    from pilin.deciding.policies import cel, files  # noqa: PLC0415

    day = on.date() if on else date.today()
    try:
        if as_cel:
            for clause in files.read_rules(rules)[0]:
                click.echo(f"{clause.id}: {cel.cel(clause.needs, day)}")
            return
        found = files.decided(rules, profiles, day)
    except ValueError as fault:
        fail(fault)
    else:
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for profile in found:
            for one in profile["clauses"]:
                verdict = VERDICTS[one["verdict"]]
                words = say(verdict)
                if one["ask"]:
                    words += say(" – to ask for: {facts}", facts=", ".join(one["ask"]))
                click.echo(f"{profile['profile']}: {one['clause']}: {words}")


@decide.command()
@click.argument("record", required=False)
@click.option("--since", type=DAY, help="Nothing before this day is counted, as 2026-01-01.")
@click.option("--side", type=click.Choice(["a", "b"]), help="Only what concerns this side.")
@click.option("--today", type=DAY, help="The day the figures are as of; today where not said.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def promises(
    record: str | None,
    since: datetime | None,
    side: str | None,
    today: datetime | None,
    as_json: bool,
) -> None:
    """The figures of promises kept, recomputed from a RECORD alone.

    RECORD is an address (…/ledger/main/), a folder made by `pilin download`, or a file with an entry
    a line; where nothing is said, the record here. Only what is public of entries is read. Which
    states count as done, and which kinds are counted, no entry says: it is taken from the procedures
    that come with this program. `pilin verify` says whether the record holds.
    """
    if record is None:
        environment.setup(fit=False)
    else:
        environment.declared()
    from pilin.publishing import recomputed  # noqa: PLC0415

    where = record if record is None or "://" in record else Path(record)
    try:
        found = recomputed.figures(
            where,
            today.date() if today else None,
            since.date() if since else None,
            side or "",
        )
    except (OSError, ValueError, LookupError) as fault:
        fail(fault)
    else:
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=1))
            return
        as_of = found["as_of"]
        click.echo(say("{n} entries, as of {day}", n=as_of["entries"], day=as_of["day"]))
        click.echo(_titled(found["now"]))
        for month, n in found["trend"].items():
            click.echo(f"{month}  {_titled(n)}")
        for org, row in found["offices"].items():
            name = say("All together") if org == "0" else row["name"] or org
            click.echo(f"{name}: {_said(row)}")


def _titled(numbers: dict[str, int]) -> str:
    from pilin.kit.definitions import NARROW  # noqa: PLC0415

    return "  ".join(f"{NARROW.get(key, key)}: {n}" for key, n in numbers.items())


def _said(row: dict[str, Any]) -> str:
    """What is said of an organisation, in a line."""
    from pilin.kit.definitions import FIGURES  # noqa: PLC0415

    title = [FIGURES[key].title for key in OFFICE]
    counts = (row[key] for key in ("held", "late", "waiting", "kept", "broken"))
    pieces = [f"{name}: {n}" for name, n in zip(title, counts, strict=False)]
    for name, took in zip(title[-2:], (row["answered"], row["confirmed"]), strict=True):
        if took["each"]:
            pieces.append(f"{name}: " + ", ".join(map(str, took["each"])))
        elif took["n"]:
            said = say("half of {n} within {half}, nine in ten within {most}", **took)
            pieces.append(f"{name}: {said}")
    return "  ".join(pieces)
