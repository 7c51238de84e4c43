"""The list of policies and rules."""

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attributes_of
from pilin.kit.conditional import conditional
from pilin.kit.facts import Table, rows_of
from pilin.kit.nav import NavItem
from pilin.kit.programme import Held

from .models import Document

MOST = 20  # documents that search names
TITLE = _("Policies and rules")
LEAD = _("Documents of the authorities, and what each of them requires.")
NAV = NavItem(TITLE, "policy:list", "", LEAD)


@conditional(lambda request: ["register:document"])
def documents(request: HttpRequest) -> HttpResponse:
    heads = [a.label for a in attributes_of(Document)]
    found = Document.objects.order_by("id")
    rows = [[words for _label, words in rows_of(d)] for d in found]
    table = Table(TITLE, heads, rows, ids=[f"document-{d.pk}" for d in found])
    context = {"title": TITLE, "lead": LEAD, "table": table}
    return render(request, "policy/documents.html", context)


def holding(asked: str) -> list[Held]:
    """Documents in whose title or requirements every word of what was asked stands."""
    said = Func(
        F("requirements"), Value("\n"), function="array_to_string", output_field=TextField()
    )
    rows = Document.objects.annotate(
        said=Concat("title", Value("\n"), said, output_field=TextField())
    )
    for word in asked.split():
        rows = rows.filter(said__icontains=word)
    at = reverse("policy:list")
    return [
        Held(d.title, f"{at}#document-{d.pk}", tuple(d.requirements))
        for d in rows.order_by("-id")[:MOST]
    ]


URLS = (path("policies/", documents, name="list"),)
