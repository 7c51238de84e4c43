"""Entries of joint projects → the register of projects and their milestones."""

from pilin.engine.attributes import given
from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.forms.payloads import Words
from pilin.wording.values import in_yuan

from . import entries
from .models import Milestone, Project

PROJECT = Handlers("project")
PROJECT.sets("reassign", Project, "lead")
PROJECT.corrects(Project, "risks", "category", progress="words")


@PROJECT.on("register", "commission")
def register(entry: Entry[entries.Register], matter: Matter) -> None:
    said, planned = entry.data, None
    if said.budget is not None:
        value, wording = format(said.budget, "f"), in_yuan(said.budget)
        planned = {"value": value, "unit": "元", "wording": wording}
    project = Project.objects.create(
        matter=matter,
        lead_id=said.lead.id,
        partners=[p.id for p in said.partners],
        category=said.category,
        planned=planned,
        finish=said.finish,
    )
    Milestone.objects.bulk_create(
        Milestone(project=project, number=n, title=m.title, due=m.date)
        for n, m in enumerate(said.milestones, 1)
    )


@PROJECT.on("record", "record_delivered", "record_summary", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    fields = {
        **given(Project, row),
        "lead_id": row.lead_id,
        "partners": row.partner_ids,
        "finish": entry.data.due_day or entry.data.finish_day,
        "finish_words": row.finish,
        "is_summary": row.is_summary,
        "source_row": row.source_row,
    }
    entry.put(Project, matter, fields)


@PROJECT.on("start")
def start(entry: Entry[entries.Start], matter: Matter) -> None:
    day = entry.data.start.isoformat()
    moment = {"start": day, "end": day, "precision": "day", "wording": day}
    Project.objects.filter(pk=matter.pk).update(reported=entry.day, start=moment)


@PROJECT.on("report")
def report(entry: Entry[entries.Report], matter: Matter) -> None:
    said, found = entry.data, Project.objects.filter(pk=matter.pk)
    found.update(percent=said.percent, progress=said.words, risks=said.risks, reported=entry.day)
    if said.invested is not None:
        found.update(invested=said.invested)
    reached = Milestone.objects.filter(project_id=matter.pk, number__in=said.milestones)
    reached.update(done=entry.day)


@PROJECT.on("deliver")
def deliver(entry: Entry[Words], matter: Matter) -> None:
    Project.objects.filter(pk=matter.pk).update(percent=100, progress=entry.data.words)
