"""The service worker, which must lie at the root of the site, and the page for want of another."""

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def worker(request: HttpRequest) -> HttpResponse:
    """Asked for again at every visit, so that a new release takes effect at once."""
    path = finders.find("pilin/sw.js")
    if not isinstance(path, str):
        raise Http404
    with open(path, "rb") as script:
        response = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def offline(request: HttpRequest) -> HttpResponse:
    """Shown where there is no network and the page was not seen before."""
    return render(request, "site/offline.html")
