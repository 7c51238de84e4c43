from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "pilin.intake"
    label = "intake"
    verbose_name = _("Ballots")

    def ready(self) -> None:
        from pilin.engine.programme import registry  # noqa: PLC0415
        from pilin.engine.rebuild import after_replay  # noqa: PLC0415
        from pilin.ledger.receipt import KEPT_BACK  # noqa: PLC0415

        from . import batches  # noqa: PLC0415
        from .opened import is_kept_back  # noqa: PLC0415
        from .replay import ballots  # noqa: PLC0415
        from .unlinking import STEPS  # noqa: PLC0415

        registry.build_in(*STEPS)
        registry.build_in(*batches.STEPS, apply=batches.APPLY)
        after_replay(ballots)
        KEPT_BACK.append(is_kept_back)
