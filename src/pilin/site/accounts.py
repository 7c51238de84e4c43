"""Signing in and up as the rest of the house asks: a label above each field, none inside it."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilin.kit.context import CONTRASTS, LOOK, TYPES, look_of


class Plain:
    """Labels as sentences; no placeholder, which is gone as soon as one types."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class LoginForm(Plain, forms.LoginForm):  # type: ignore[misc]
    labels = {
        "login": _("Your user name or e-mail address"),
        "password": _("Your password"),
        "remember": _("Stay signed in on this device"),
    }


class SignupForm(Plain, forms.SignupForm):  # type: ignore[misc]
    labels = {
        "username": _("Choose a user name"),
        "email": _("Your e-mail address"),
        "password1": _("Choose a password"),
        "password2": _("The same password once more"),
    }


class ResetPasswordForm(Plain, forms.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("Your e-mail address")}


class ChangePasswordForm(Plain, forms.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": _("Your password until now"),
        "password1": _("Choose a password"),
        "password2": _("The same password once more"),
    }


class SetPasswordForm(Plain, forms.SetPasswordForm):  # type: ignore[misc]
    labels = {
        "password1": _("Choose a password"),
        "password2": _("The same password once more"),
    }


class AddEmailForm(Plain, forms.AddEmailForm):  # type: ignore[misc]
    labels = {"email": _("Your e-mail address")}


#: Sentences of the library's pages whose Chinese there has English in it: ours is found first.
_SAID_THERE = (_("Email Addresses"), _("Add Email Address"), _("Add Email"))

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
