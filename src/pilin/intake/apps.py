from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "pilin.intake"
    label = "intake"
    verbose_name = _("Ballots")

    def ready(self) -> None:
        from . import replay  # noqa: F401, PLC0415 (says how ballots are made again)
