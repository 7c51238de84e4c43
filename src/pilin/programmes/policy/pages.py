"""The list of policies and rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from pilin.kit.conditional import conditional
from pilin.kit.facts import Table, wording
from pilin.kit.programme import NavItem

from .models import Document

TITLE = _("Policies and rules")
LEAD = _("Documents of the authorities, and what each of them requires.")
NAV = NavItem(TITLE, "policy:list", "", LEAD)


@conditional(lambda request: ["register:document"])
def documents(request: HttpRequest) -> HttpResponse:
    rows = [
        (d.title, d.type, wording(d.meeting), "；".join(d.requirements) or None)
        for d in Document.objects.order_by("id")
    ]
    heads = (_("Document"), _("Kind"), _("Meeting"), _("What it requires"))
    context = {"title": TITLE, "lead": LEAD, "table": Table(TITLE, heads, rows)}
    return render(request, "policy/documents.html", context)


URLS = (path("policies/", documents, name="list"),)
