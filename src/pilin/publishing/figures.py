"""The figures every programme gives back, gathered."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from pilin.engine.procedure import Words
from pilin.kit.nav import nav_items
from pilin.kit.printed import Printed
from pilin.kit.programme import figures


def by_programme() -> list[tuple[Words, str, list[Printed]]]:
    """Figures by the page they belong to: (title, address, figures), in the order declared."""
    titles = {item.url_name: item.title for item in nav_items()}
    groups: dict[str, list[Printed]] = {}
    for figure in figures():
        groups.setdefault(figure.url_name, []).append(figure)
    return [
        (titles.get(name, ""), reverse(name) if name else "", found)
        for name, found in groups.items()
    ]


def as_json() -> dict[str, Any]:
    """Every figure by its key."""
    return {f.key: {k: v for k, v in f.as_json().items() if k != "key"} for f in figures()}
