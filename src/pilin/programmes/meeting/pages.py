"""Meetings with how much of what they require is confirmed; what is required; the agenda of the next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.engine.act import act
from pilin.engine.evidence import KINDS
from pilin.engine.kinds import kind_of
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.refused import Refused
from pilin.forms.fields import Day
from pilin.forms.registers import OwnOrganisation
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.nav import NavItem
from pilin.kit.paper import Paper, heading, items, printed
from pilin.kit.paper import facts as paper_facts
from pilin.people.actor import Actor, account_of, actor_of
from pilin.people.models import Organisation
from pilin.wording.reading import count, day, short_day

from .documents import LONGEST, NoText, text_of
from .forms import WRITERS
from .models import Resolution, Sitting, Task, standing
from .rows import rows

TITLE = gettext_lazy("Meetings and what they require")
LEAD = gettext_lazy(
    "Minutes and notices, read for what they require of whom by when; each requirement is followed until it is"
    " confirmed."
)


def _confirmed(matter: Matter) -> str:
    """Of what it requires, how much is confirmed; what closed in silence is told apart."""
    confirmed, silent, all_ = standing(matter.pk)
    if not all_:
        return _("requires nothing yet")
    said = _("%(n)s of %(all)s confirmed") % {"n": count(confirmed), "all": count(all_)}
    more = _("%(n)s closed without an objection") % {"n": count(silent)} if silent else ""
    return f"{said}; {more}" if more else said


LISTING = Listing(
    "session",
    "meetings/",
    TITLE,
    LEAD,
    columns=(*columns_of(Sitting), Column(gettext_lazy("Requirements in it"), _confirmed)),
    related=("session",),
    openings=("call",),
    scopes=("kind:task", "kind:project", "kind:consultation"),
    more=lambda: Facts(
        "",
        links=[
            Link(_("Read in minutes or a notice"), reverse("meeting:read")),
            Link(_("All requirements"), reverse("meeting:tasks")),
        ],
    ).context(),
)
TASKS = Listing(
    "task",
    "meetings/required/",
    gettext_lazy("What meetings require"),
    gettext_lazy("Each with who leads, by when, and whether whoever required it confirmed it."),
    columns=columns_of(Task),
    related=("task__lead",),
)
NAV = (NavItem(TASKS.title, "meeting:tasks", "task", TASKS.lead),)


def own(matter: Matter, actor: Actor) -> tuple[str, ...]:
    """Whether whoever reads hands out what it requires."""
    org = matter.org
    there = org is not None and actor.office(org.steward, organisation=org.pk)
    return ("hands-out",) if there and matter.state in ("read", "assigned") else ()


def facts(matter: Matter, *hands_out: str) -> Facts:
    found = Sitting.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    links = []
    if hands_out:
        links.append(
            Link(
                _("Look over what was read and hand it out"),
                reverse("meeting:rows", args=[found.pk]),
            )
        )
    if matter.org_id:
        links.append(
            Link(
                _("Agenda of the next meeting (PDF)"),
                reverse("meeting:agenda", args=[matter.org_id]),
            )
        )
    results = list(Matter.objects.filter(source=matter.pk).order_by("due", "pk"))
    open_before = list(_open_of(matter)) if matter.state == "called" else []
    return Facts(
        _("The meeting"),
        [
            *rows_of(found),
            (_("Requirements in it"), _confirmed(matter) if found.text else ""),
            (_("New on the agenda"), list(found.topics)),
        ],
        tables=[
            Table(
                _("Still open of earlier meetings: the agenda begins with these"),
                (_("Requirement"), _("Who has it"), _("Due")),
                [(Link(m.title, m.url), _has(m), short_day(m.due)) for m in open_before],
            ),
            Table(
                _("Requirements in it"),
                (_("Requirement"), _("Who has it"), _("Due"), _("How it stands")),
                [
                    (Link(m.title, m.url), _has(m), short_day(m.due), str(m.state_title))
                    for m in results
                ],
            ),
            Table(
                _("What it decided"),
                (_("Decision"), _("In its words")),
                [
                    (r.what, r.sentence)
                    for r in Resolution.objects.filter(session=found).order_by("id")
                ],
            ),
        ],
        links=links,
    )


def _has(matter: Matter) -> str:
    """Whoever has it; once it is closed, whoever was in charge of it."""
    org = registers().organisation(matter.holder_org_id or matter.org_id)
    return org.called if org else ""


def _open_of(matter: Matter) -> QuerySet[Matter]:
    return open_of(matter.org_id or 0)


def open_of(org: int) -> QuerySet[Matter]:
    """What meetings of this organisation require and is still open, by day."""
    rows = Matter.objects.filter(source__kind="session", source__org=org, is_open=True)
    return rows.order_by("due", "pk")


def task_facts(matter: Matter) -> Facts:
    found = Task.objects.select_related("lead").filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    source = matter.source
    helpers = [registers().organisation(key) for key in found.helpers]
    return Facts(
        _("What is required"),
        [
            (_("The document says"), found.sentence),
            (
                _("Required by the meeting"),
                Link(source.title, source.url) if source else found.meeting_words,
            ),
            (_("Day of the meeting"), day(found.day) if found.day else ""),
            *rows_of(found),
            (_("Who helps"), [o.called for o in helpers if o] or found.helpers_words),
            (_("Times it was given more time"), count(found.extended) if found.extended else ""),
        ],
    )


def agenda(request: HttpRequest, key: int) -> HttpResponse:
    """The agenda of an organisation's next meeting: first what is still open, then what is new."""
    org = get_object_or_404(Organisation, pk=key)
    called = (
        Sitting.objects.filter(matter__org=org, matter__state="called")
        .order_by("day", "pk")
        .first()
    )
    blocks = [heading(_("Still open of earlier meetings"))]
    rows = [(_agenda_when(m), f"{m.title} · {_has(m)}") for m in open_of(key)]
    blocks.append(paper_facts(rows, "steps") if rows else items([_("Nothing: all is confirmed.")]))
    if called is not None and called.topics:
        blocks += [heading(_("New")), items(called.topics)]
    sheet = Paper(
        called.matter.title if called else _("Agenda of the next meeting"),
        kicker=f"{org.called} · {day(called.day)} · {called.where}" if called else org.called,
        link=reverse("web:matter", args=[called.pk]) if called else reverse("meeting:tasks"),
        blocks=blocks,
    )
    return printed(sheet, f"agenda-{key}")


def _agenda_when(matter: Matter) -> str:
    late = matter.due is not None and matter.due < timezone.localdate()
    words = short_day(matter.due)
    return _("%(day)s, late") % {"day": words} if late else words


class ReadForm(forms.Form):
    """A document, as a file or as text."""

    org = OwnOrganisation(label=gettext_lazy("Whose meeting or notice is it?"))
    title = forms.CharField(label=gettext_lazy("What is it called?"), max_length=80)
    day = Day(label=gettext_lazy("Of which day is it?"))
    file = forms.FileField(label=gettext_lazy("The document (.docx, PDF or text)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or the text itself"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["org"]
        assert isinstance(field, OwnOrganisation)
        field.offer(actor, WRITERS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload = data.get("file")
        try:
            if upload is not None:
                data["text"] = text_of(upload, upload.name)
        except NoText as why:
            self.add_error("file", str(why))
            return data
        if not (data.get("text") or "").strip():
            raise ValidationError(_("Please give a document, or type its text."))
        return data


@login_required
def read(request: HttpRequest) -> HttpResponse:
    """A document comes in; what it requires is looked over on the next page."""
    actor = actor_of(account_of(request))
    if not actor.office(*WRITERS):
        raise PermissionDenied(_("Minutes are read in by those who hold an office."))
    form = ReadForm(actor, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {name: data[name] for name in ("title", "org", "text")} | {
            "day": data["day"].isoformat()
        }
        try:
            record = act(actor, "session", "enter", said, files=_kept(data.get("file")))
        except Refused as refusal:
            form.add_error(None, " ".join(refusal.words))
        else:
            return redirect("meeting:rows", record.body["matter"])
    return render(request, "meeting/read.html", {"form": form})


def _kept(upload: Any) -> list[Any]:
    """The file goes with the entry, where it is of a kind that is kept; plain text stands in the entry."""
    return [upload] if upload is not None and kind_of(upload).mime in KINDS else []


URLS = (
    path("meetings/read/", read, name="read"),
    path("meetings/<int:key>/rows/", rows, name="rows"),
    path("meetings/of/<int:key>/agenda.pdf", agenda, name="agenda"),
    path(TASKS.address, TASKS.url().callback, name="tasks"),
)
