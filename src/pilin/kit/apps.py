from django.apps import AppConfig


class KitConfig(AppConfig):
    """For its templates and its style sheet."""

    name = "pilin.kit"
    label = "kit"
