"""A counted budget in words: what each project was paid with, and where one voter's share went."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilin.wording.reading import yuan

from . import drawing, shares
from .counting import own
from .models import EQUAL_SHARES, Budget


def winners(budget: Budget) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (budget.result or {}).get("winners", [])
    return found


def command(budget: Budget) -> str:
    """What counts the file again with the same winners."""
    said = budget.result or {}
    options = " ".join(
        f"--{name} {said[name]}" for name in ("rule", "satisfaction", "completion") if name in said
    )
    return f"pilin decide budget budget-{budget.pk}.pb {options} --json"


def result(budget: Budget) -> dict[str, Any]:
    """Rows (project, why) for what was chosen and for what was not, the sums to tell, and the picture
    of them."""
    said = budget.result or {}
    if "none" in said:
        return {"won": [], "lost": []}
    shared = said["rule"] == EQUAL_SHARES
    by_shares = [w for w in said["winners"] if shared and w["each"] is not None]
    pot = Fraction(said["amount"]) - sum(Fraction(w["cost"]) for w in by_shares)
    money = shares.money(said)
    return {
        "won": list(_won(said, pot)),
        "lost": [(row, _lost(row, shared)) for row in said["others"]],
        "share": yuan(said["share"]) if shared else "",
        "pot": yuan(pot),
        "from_pot": shared and len(by_shares) < len(said["winners"]),
        "spent": yuan(Fraction(said["amount"]) - Fraction(said["left"])),
        "left": yuan(said["left"]),
        "some_left": Fraction(said["left"]) > 0,
        "equal": shared,
        "picture": drawing.draw(money),
        "figures": drawing.table(money),
    }


def _won(said: Mapping[str, Any], pot: Fraction) -> Iterator[tuple[Any, str]]:
    shared = said["rule"] == EQUAL_SHARES
    for row in said["winners"]:
        if shared and row["each"] is not None:
            yield row, _paid_by_supporters(row)
        else:
            there, pot = pot, pot - Fraction(row["cost"])
            words = (
                _("Paid from what was left of all parts: %(there)s were there.")
                if shared
                else _("There were still %(there)s.")
            )
            yield row, words % {"there": yuan(there)}


def _paid_by_supporters(row: Mapping[str, Any]) -> str:
    words = [
        ngettext(
            "%(each)s of public money came from the part of %(n)d supporter.",
            "%(each)s of public money came from the part of each of %(n)d supporters.",
            row["full"],
        )
        % {"n": row["full"], "each": yuan(row["each"])}
    ]
    if row["part"]:
        words.append(
            ngettext(
                "The part of %(n)d had less left; all of it went in: %(rest)s.",
                "The parts of %(n)d had less left; all of it went in, %(rest)s together.",
                row["part"],
            )
            % {"n": row["part"], "rest": yuan(row["rest"])}
        )
    if spent := row["votes"] - row["full"] - row["part"]:
        words.append(
            ngettext(
                "Of %(n)d nothing was left in their part.",
                "Of %(n)d nothing was left in their parts.",
                spent,
            )
            % {"n": spent}
        )
    return " ".join(words)


def _lost(row: Mapping[str, Any], shared: bool) -> str:
    if not row["votes"]:
        return str(_("Nobody named it."))
    if not shared:
        return str(_("When its turn came, less was left than it costs."))
    return _(
        "The parts of its supporters had %(had)s left together, less than it costs; and when its turn"
        " came, what was left of all parts was not enough either."
    ) % {"had": yuan(row["had"])}


def mine(budget: Budget, ballot: Collection[int]) -> dict[str, Any]:
    """Where one voter's share went; under most votes first, what became of the projects named."""
    said = budget.result or {}
    rank = {w["idea"] for w in said["winners"]}
    rows = [*said["winners"], *said.get("others", ())]
    named = [(row, row["idea"] in rank) for row in rows if row["idea"] in ballot]
    if said.get("share") is None:
        return {"named": named}
    paid, left = own(said, ballot)
    return {
        "named": named,
        "share": yuan(said["share"]),
        "paid": [(row, yuan(gave)) for row, gave in paid],
        "left": yuan(left) if left else "",
    }
