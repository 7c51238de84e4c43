"""How anyone can check the record, and what this site is."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pilin.engine.act import LOG
from pilin.kit.terms import TERMS
from pilin.ledger import log
from pilin.ledger.views import SCRIPT


def verify(request: HttpRequest) -> HttpResponse:
    """Enter a receipt's number to see it and check it; the page says what that proves."""
    size = log.size(LOG)
    asked = request.GET.get("number", "").strip()[:18]
    error = ""
    if asked:
        if asked.isascii() and asked.isdigit() and int(asked) < size:
            return redirect("ledger:receipt", LOG, int(asked))
        error = _("There is no entry with this number. The newest is %(n)d.") % {"n": size - 1}
    context = {"size": size, "newest": size - 1, "asked": asked, "error": error, "log": LOG}
    context["script"] = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
    return render(request, "site/verify.html", context)


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html")


def words(request: HttpRequest) -> HttpResponse:
    """Words of the office, in a plain sentence each."""
    return render(request, "site/words.html", {"terms": TERMS})
