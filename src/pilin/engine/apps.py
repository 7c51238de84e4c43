from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    name = "pilin.engine"
    label = "loop"
    verbose_name = _("The loop")

    def ready(self) -> None:
        from pilin.ledger.receipt import KEPT_BACK  # noqa: PLC0415
        from pilin.wording.saying import speak  # noqa: PLC0415

        from . import checks, texts  # noqa: F401, PLC0415 (checks register themselves)
        from .builtin import BUILT_IN  # noqa: PLC0415
        from .programme import registry  # noqa: PLC0415

        speak(lambda: get_language() or "en")
        registry.build_in(*BUILT_IN.values())
        KEPT_BACK.append(texts.are_ballots)
        # A programme is one folder with one object, and one line of settings.
        for name in settings.PROGRAMMES:
            registry.add(import_module(f"{name}.programme").PROGRAMME)
