from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    name = "pilin.engine"
    label = "loop"
    verbose_name = _("The loop")

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415 (registers itself)

        # A programme is one folder and one line of settings: its procedure, its apply, its pages.
        autodiscover_modules("procedure", "apply", "pages", "workbook", "figures")
