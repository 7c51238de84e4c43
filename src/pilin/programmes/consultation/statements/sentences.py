"""What a group stands for, as one sentence a neighbour would say."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

#: Statements named of each kind: one sentence holds no more.
MOST = 2


def most_of(letter: str, agreed: Sequence[str], against: Sequence[str]) -> str:
    """ "Most of group A agree that “…”, and not that “…”." "" where nothing is said of most of them.

    `agreed` and `against` are statements, those that tell the group best first.
    """
    yes, no = _quoted(agreed[:MOST]), _quoted(against[: MOST if not agreed else 1])
    words = {"group": letter, "yes": yes, "no": no}
    if yes and no:
        return _("Most of group %(group)s agree: %(yes)s. They do not agree: %(no)s.") % words
    if yes:
        return _("Most of group %(group)s agree: %(yes)s.") % words
    return _("Most of group %(group)s do not agree: %(no)s.") % words if no else ""


def _quoted(texts: Sequence[str]) -> str:
    """One or two statements in quotation marks, without the stops they end with."""
    plain = [text.strip().rstrip("。.；;") for text in texts]
    if len(plain) > 1:
        return _("“%(a)s” and “%(b)s”") % {"a": plain[0], "b": plain[1]}
    return _("“%(a)s”") % {"a": plain[0]} if plain else ""
