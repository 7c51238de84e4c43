"""Slips with a code each, to be cut apart and handed out in person."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from pilin.kit.paper import Paper, code_slips
from pilin.people.codes import Made
from pilin.wording.reading import day


def slips_of(made: Made, place: str, expires: date) -> Paper:
    """A sheet of slips; each says what it is for and how it is entered."""
    said = {"place": place, "day": day(expires)}
    how = _(
        "Sign in, open “My home”, and enter this code by %(day)s. It is good once. It shows that"
        " you live in %(place)s; your name is nowhere."
    )
    title = _("Your code for %(place)s") % said
    return code_slips(title, reverse("residence:mine"), how % said, made)
