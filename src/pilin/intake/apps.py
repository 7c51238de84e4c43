from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "pilin.intake"
    label = "intake"
    verbose_name = _("Ballots")

    def ready(self) -> None:
        from pilin.engine.rebuild import after_replay  # noqa: PLC0415

        from .replay import ballots  # noqa: PLC0415

        after_replay(ballots)
