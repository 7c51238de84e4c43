"""A part of the site with a provider of its own, which allauth finds in `provider.py`."""

from django.apps import AppConfig


class SignOnConfig(AppConfig):
    name = "pilin.site.signon"
    label = "signon"
