"""Larger type and more contrast; sessions of one's own; terms of use."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilin.kit.context import CONTRASTS, LOOK, TYPES, look_of

SIZES = {"": _("Usual type"), "large": _("Large type"), "larger": _("Very large type")}
STRENGTHS = {"": _("Usual colours"), "strong": _("Black on white")}


def look(request: HttpRequest) -> HttpResponse:
    """Larger type and more contrast, remembered on this device. A link is enough: nothing is at stake."""
    chosen = request.COOKIES.get(LOOK, ".").split(".")
    size = request.GET.get("type", chosen[0])
    strong = request.GET.get("contrast", chosen[-1])
    size, strong = size if size in TYPES else "", strong if strong in CONTRASTS else ""
    if "type" in request.GET or "contrast" in request.GET:
        response: HttpResponse = redirect(reverse("web:look"))
        response.set_cookie(LOOK, f"{size}.{strong}", 31_536_000, samesite="Lax")
        return response
    context = {"size": size, "strong": strong, "sizes": SIZES, "strengths": STRENGTHS}
    return render(request, "site/look.html", {**context, "look": look_of(request)})


def terms(request: HttpRequest) -> HttpResponse:
    """What somebody agrees to who makes an account."""
    return render(request, "site/terms.html")
