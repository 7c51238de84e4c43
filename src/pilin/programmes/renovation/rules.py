"""Which law a version of the procedure counts by, and what its items are about.

Another country registers another version: a `Law` (`deciding/owners.py`) and the words of its items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pilin.deciding.owners import CIVIL_CODE, Law
from pilin.engine.procedure import Words


@dataclass(frozen=True)
class Rules:
    """A law, what it is called, and its items in words. `basis` says what abstaining is, and why."""

    law: Law
    name: Words
    items: Mapping[int, Words]
    articles: Mapping[str, Words]  # the articles a threshold names, in words
    basis: Words
    counting: Words

    def item(self, number: int) -> str:
        return str(_("item (%(n)d): %(words)s") % {"n": number, "words": self.items[number]})


#: Article 278 (1) of the Civil Code of China.
CHINA = Rules(
    CIVIL_CODE,
    _("Article 278 of the Civil Code of China"),
    {
        1: _("rules of procedure of the owners’ assembly"),
        2: _("rules of the house"),
        3: _("electing or changing the owners’ committee"),
        4: _("choosing or changing who manages the property"),
        5: _("using the maintenance fund"),
        6: _("raising money for the maintenance fund"),
        7: _("altering or rebuilding the building and its installations"),
        8: _("changing the use of common parts, or running a business on them"),
        9: _("other weighty matters of the commons"),
    },
    {
        "Civil Code, Art. 278 (2), first sentence": _("Civil Code, Art. 278 (2), first sentence"),
        "Civil Code, Art. 278 (2), second sentence": _("Civil Code, Art. 278 (2), second sentence"),
        "Civil Code, Art. 278 (2), third sentence": _("Civil Code, Art. 278 (2), third sentence"),
    },
    _(
        "Whoever hands in a ballot takes part, an abstention included: Article 278 (2) asks who takes part and who of these agrees."
    ),
    _(
        "Several units of one owner are one owner, and so is a unit owned together (Supreme People’s Court, Fa Shi [2009] No. 7 as revised in 2020, Art. 8 and 9). “At least” includes the number itself (Civil Code, Art. 1259)."
    ),
)
#: By version of the procedure.
RULES = {1: CHINA}
