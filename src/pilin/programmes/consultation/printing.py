"""What is printed of a consultation: minutes of its meeting, blank slips of its vote on statements."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from pilin.engine.models import Matter
from pilin.intake import batches
from pilin.kit.conditional import conditional
from pilin.kit.paper import Paper, facts, heading, items, printed, slips, text
from pilin.kit.programme import shown_with
from pilin.kit.timeline import lines, timeline
from pilin.wording.reading import day, moment

from .models import Meeting, Outcome, Question
from .statements import lists
from .statements.pages import STANCES

#: Steps whose words belong into the minutes.
TOLD = ("hold", "decide")


@conditional(lambda request, key: shown_with(key))
def minutes(request: HttpRequest, key: int) -> HttpResponse:
    """The meeting as it was recorded: when, where, who was asked, what was said and decided."""
    meeting = get_object_or_404(
        Meeting.objects.select_related("matter", "org"), matter=key, held=True
    )
    matter = meeting.matter
    rows = [
        (_("Held by"), meeting.org.name),
        (_("When"), moment(meeting.time)),
        (_("Where"), meeting.where),
        (_("Who was asked to come"), meeting.invitees),
    ]
    if meeting.attendance is not None:
        came = _("%(n)d people") % {"n": meeting.attendance}
        rows.append((_("How many came"), came))
    blocks = [facts(rows)]
    if meeting.agenda:
        blocks += [heading(_("What it was about")), text(meeting.agenda)]
    for record in timeline(matter).records:
        if record.body["step"] in TOLD:
            (line,) = lines(matter, [record])
            blocks += [heading(f"{line.step_title} · {day(line.at)}"), facts(line.words)]
    outcomes = Outcome.objects.filter(matter=matter).order_by("number")
    if outcomes:
        blocks += [heading(_("Outcomes")), items(o.text for o in outcomes)]
    blocks += [heading(_("Signatures")), {"type": "lines", "n": 3}]
    return printed(Paper(matter.title, _("Minutes"), matter.url, blocks), f"minutes-{key}")


@login_required
def blank_slips(request: HttpRequest, key: int) -> HttpResponse:
    """Slips for those who come in person: what can be answered now, numbered."""
    matter = get_object_or_404(Matter, pk=key, kind="consultation")
    poll = lists.latest(key)
    if poll is None:
        raise Http404
    numbered = batches.to_print(request, matter, poll)
    question = Question.objects.get(poll=poll.pk)
    rows = [f"{row.number}. {row.text}" for row in lists.shown(key)]
    how = _("Please tick one box in each row, or none. Write no name on it.")
    answers = [words for _value, words in STANCES]
    paper = slips(f"{matter.title}：{question.text}", how, rows, numbered, answers)
    return printed(paper, f"slips-{key}")
