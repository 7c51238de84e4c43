"""Signing in and up as the rest of the house asks, and who may make an account at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.socialaccount import forms as through
from django import forms as fields
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.people import codes, invitations
from pilin.people.models import Account
from pilin.wording.identity import identity

from . import account_letters

NOT_GOOD = _("This code is not good: it may have been used, or have expired.")


class Plain:
    """Labels as sentences; no placeholder, which is gone as soon as one types."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name in ("email", "login"):
                field.to_python = _address(field.to_python)


def _address(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An address as it is kept, whatever keyboard it was typed on: ＡＢ＠ｘ．cn is ab@x.cn."""

    def folded(value: Any) -> Any:
        plain = unicodedata.normalize("NFKC", value) if isinstance(value, str) else ""
        return read(identity(value) if "@" in plain else value)

    return folded


class LoginForm(Plain, forms.LoginForm):  # type: ignore[misc]
    labels = {
        "login": _("Your e-mail address or sign-in name"),
        "password": _("Your password"),
        "remember": _("Stay signed in on this device"),
    }


class _Joining(Plain, fields.Form):
    """Beside what allauth asks: the invitation where one is needed, the village, and the terms."""

    home = fields.TypedChoiceField(
        label=_("Where do you live?"), coerce=int, empty_value=None, required=False
    )
    agreed = fields.BooleanField(
        label=_("I have read what is public here and what is not"),
        error_messages={"required": _("Please read it and tick the box.")},
    )
    field_order = [
        "invitation",
        "phone",
        "email",
        "username",
        "password1",
        "password2",
        "home",
        "agreed",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home: Any = self.fields["home"]
        home.choices = [("", _("Somewhere else")), *_homes()]
        if settings.SIGNUP == "invitation":
            self.fields["invitation"] = fields.CharField(
                label=_("The code you were given"), max_length=20
            )
        self.order_fields(self.field_order)

    def clean_invitation(self) -> str:
        code: str = self.cleaned_data["invitation"]
        if not invitations.is_good(code):
            raise ValidationError(NOT_GOOD)
        return code

    def clean(self) -> dict[str, Any]:
        """The code is used up last: two who type it at once are not both let in."""
        data: dict[str, Any] = super().clean() or {}
        code = data.get("invitation")
        if code and not self.errors and not invitations.use(code):
            self.add_error("invitation", NOT_GOOD)
        return data

    def save(self, request: HttpRequest) -> Any:
        account = super().save(request)  # type: ignore[misc]
        if account is not None and self.cleaned_data["home"]:
            account.home = self.cleaned_data["home"]
            account.save(update_fields=["home"])
        return account

    labels = {
        "username": _("Choose a user name"),
        "email": _("Your e-mail address"),
        "password1": _("Choose a password"),
        "password2": _("The same password once more"),
    }


class SignupForm(_Joining, forms.SignupForm):  # type: ignore[misc]
    """An account with a password."""


class SignupThroughForm(_Joining, through.SignupForm):  # type: ignore[misc]
    """An account one signs in to elsewhere: the same questions, but for what that side has confirmed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("email", None)


def _homes() -> Sequence[tuple[str, Sequence[tuple[int, str]]]]:
    """Villages, by the town they belong to; towns themselves where they have none."""
    now = registers()
    places = now.places.values()
    above = {place.parent_id for place in places}
    lowest = [place for place in places if place.pk not in above]
    groups: dict[str, list[tuple[int, str]]] = {}
    for place in sorted(lowest, key=lambda p: (p.side, p.path)):
        parent = now.place(place.parent_id)
        groups.setdefault(parent.called if parent else "", []).append((place.pk, place.called))
    return list(groups.items())


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


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Who may sign up, where a visitor comes from, and how a telephone is confirmed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP in ("open", "invitation")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address as our own proxies saw it; whoever came past them is where they are."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            return str(request.META.get("REMOTE_ADDR", ""))

    def generate_unique_username(self, txts: list[str | None], regex: str | None = None) -> str:
        """A made-up one, for whoever has not chosen: made of an address it would tell of the address."""
        return codes.new()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count for an account from an address: nobody is locked out by somebody elsewhere."""
        login = next(
            (str(credentials[n]) for n in ("email", "username", "phone") if credentials.get(n)), ""
        )
        return f"{login.casefold()}@{self.get_client_ip(request)}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """As allauth, but beside the page: whoever asks waits for no mail server."""
        request = allauth_context.request
        said = {"request": request, "email": email, "current_site": get_current_site(request)}
        account_letters.letter(self.render_mail(template_prefix, email, {**said, **context}))

    def send_verification_code_sms(
        self, user: Account, phone: str, code: str, **kwargs: Any
    ) -> None:
        words = _("%(code)s is your code for Pilin. Nobody will ask you for it.") % {"code": code}
        account_letters.text(phone, words)

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: Account, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> Account | None:
        return Account.objects.filter(phone=phone).first()
