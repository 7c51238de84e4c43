from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeighboursConfig(AppConfig):
    name = "pilin.neighbours"
    label = "neighbours"
    verbose_name = _("Neighbours")

    def ready(self) -> None:
        from pilin.ledger import receipt, witnessed, witnessing  # noqa: PLC0415

        from . import asking, keys  # noqa: PLC0415

        # Whoever is a neighbour witnesses, and is witnessed.
        witnessing.ALSO.append(keys.logs)
        witnessed.ALSO.append(keys.witnesses)
        receipt.ELSEWHERE.append(asking.beside)
