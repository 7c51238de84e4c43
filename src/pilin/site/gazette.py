"""The gazette: every issue that was printed, and its pages."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from pilin.kit.conditional import conditional
from pilin.publishing.gazette import issued


@conditional(lambda request: ["kind:manage"])
def issues(request: HttpRequest) -> HttpResponse:
    return render(request, "site/gazette.html", {"issues": issued.issues()})


def pages(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """An issue as PDF. Where words went since it was printed, it says so: its hash is another one."""
    found = next((one for one in issued.issues() if one.number == number), None)
    if found is None or language not in issued.LANGUAGES:
        raise Http404
    data = issued.pages(found, language)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="pilin-gazette-{number}-{language}.pdf"'
    response["Cache-Control"] = "no-cache"  # words may be struck
    same = hashlib.sha256(data).hexdigest() == found.pages.get(language)
    response["X-Pilin-As-Printed"] = "yes" if same else "no"
    return response
