"""Slips with a code each, to be cut apart and handed out in person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from pilin.kit.paper import Paper
from pilin.wording.reading import day


def slips_of(codes: Sequence[str], place: str, expires: date, entry: int) -> Paper:
    """A sheet of slips; each says what it is for and how it is entered."""
    said = {"place": place, "day": day(expires)}
    return Paper(
        title=_("Your code for %(place)s") % said,
        link=reverse("residence:mine"),
        template="codes",
        more={
            "codes": list(codes),
            "how": _(
                "Sign in, open “My home”, and enter this code by %(day)s. It is good once. It shows that"
                " you live in %(place)s; your name is nowhere."
            )
            % said,
            "batch": _("Batch %(entry)d") % {"entry": entry},
        },
    )
