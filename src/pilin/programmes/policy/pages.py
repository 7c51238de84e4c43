"""The list of policies and rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attributes_of
from pilin.kit.conditional import conditional
from pilin.kit.facts import Table, rows_of
from pilin.kit.nav import NavItem

from .models import Document

TITLE = _("Policies and rules")
LEAD = _("Documents of the authorities, and what each of them requires.")
NAV = NavItem(TITLE, "policy:list", "", LEAD)


@conditional(lambda request: ["register:document"])
def documents(request: HttpRequest) -> HttpResponse:
    heads = [a.label for a in attributes_of(Document)]
    rows = [[words for _label, words in rows_of(d)] for d in Document.objects.order_by("id")]
    context = {"title": TITLE, "lead": LEAD, "table": Table(TITLE, heads, rows)}
    return render(request, "policy/documents.html", context)


URLS = (path("policies/", documents, name="list"),)
