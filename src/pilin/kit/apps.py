from django.apps import AppConfig


class KitConfig(AppConfig):
    """For its templates and its style sheet, and the steps people may take on any matter."""

    name = "pilin.kit"
    label = "kit"

    def ready(self) -> None:
        from pilin.engine import moderation  # noqa: PLC0415
        from pilin.engine.programme import registry  # noqa: PLC0415
        from pilin.forms import everywhere, questions, reporting, striking  # noqa: PLC0415

        registry.build_in(*everywhere.STEPS, *questions.STEPS)
        registry.build_in(*striking.STEPS, *reporting.STEPS, apply=moderation.APPLY)
