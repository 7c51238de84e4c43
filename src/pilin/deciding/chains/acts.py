"""Goods on the way from seed to bag, what is done to them, and the bounds within which that is believed.

Amounts are Decimals in the unit of their good. Only mass is weighed against mass: how many trays of
seedlings came of so much seed is counted, and not compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pilin.wording.saying import gettext_noop, say
from pilin.wording.values import plain

KG, TRAY, MU = "kg", "tray", "mu"
UNITS = {KG: gettext_noop("kg"), TRAY: gettext_noop("trays"), MU: gettext_noop("mu")}


@dataclass(frozen=True)
class Good:
    """`also` are the words registers have for it, the one Pilin writes first."""

    name: str
    title: str
    unit: str
    also: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """Of what a lot is made and what it is then; `makes` "" where it stays what it was.

    `weighed`: mass of mass, so no more comes out than went in. `step` is the business step in which
    EPCIS knows it (CBV 2.0, 7.1), where the vocabulary has one.
    """

    name: str
    title: str
    of: tuple[str, ...]
    makes: str
    step: str
    also: tuple[str, ...]
    weighed: bool = False


@dataclass(frozen=True)
class Bound:
    """A share or a percentage that is believed between `low` and `high`; where that comes from, in both languages."""

    low: Decimal
    high: Decimal
    chinese: str
    english: str


GOODS: Mapping[str, Good] = {
    good.name: good
    for good in (
        Good("seed", gettext_noop("Seed"), KG, ("种子", "稻种")),
        Good("seedling", gettext_noop("Seedlings"), TRAY, ("秧苗", "秧盘")),
        Good("crop", gettext_noop("Standing crop"), MU, ("大田", "水稻", "田块")),
        Good("paddy", gettext_noop("Wet paddy"), KG, ("湿谷", "湿稻谷")),
        Good("grain", gettext_noop("Dried paddy"), KG, ("干谷", "稻谷", "干稻谷")),
        Good("rice", gettext_noop("Milled rice"), KG, ("大米", "白米")),
        Good("bags", gettext_noop("Rice in bags"), KG, ("袋装米", "袋装大米")),
    )
}
ANY = tuple(GOODS)
BY_MASS = tuple(name for name, good in GOODS.items() if good.unit == KG)
#: What lies in a store for a while; what goes bad there or is eaten is lost.
KEPT = ("paddy", "grain", "rice", "bags")
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("enter", gettext_noop("Bring in"), (), "", "commissioning", ("入库", "购入", "期初")),
        Act("sow", gettext_noop("Raise seedlings"), ("seed",), "seedling", "", ("育秧", "播种")),
        Act("plant", gettext_noop("Plant"), ("seedling", "seed"), "crop", "", ("插秧", "直播")),
        Act("harvest", gettext_noop("Harvest"), ("crop",), "paddy", "", ("收割", "收获")),
        Act("dry", gettext_noop("Dry"), ("paddy",), "grain", "", ("烘干",), weighed=True),
        Act("mill", gettext_noop("Mill"), ("grain",), "rice", "", ("碾米", "加工"), weighed=True),
        Act("pack", gettext_noop("Pack"), ("rice",), "bags", "packing", ("包装",), weighed=True),
        Act("store", gettext_noop("Store"), KEPT, "", "storing", ("储存", "入仓"), weighed=True),
        Act("split", gettext_noop("Split"), BY_MASS, "", "", ("分批",), weighed=True),
        Act("mix", gettext_noop("Put together"), BY_MASS, "", "", ("并批", "合批"), weighed=True),
    )
}
_RULES = json.loads(Path(__file__).with_name("rules.json").read_text(encoding="utf-8"))


def _bound(name: str) -> Bound:
    said = _RULES[name]
    sources = said["source"], said["source_en"]
    return Bound(Decimal(said["low"]), Decimal(said["high"]), *sources)


#: Of dried paddy: what share of it may come out of the mill as rice.
MILLED = _bound("milled")
#: Per cent of water in paddy that keeps.
DRY = _bound("dry")
#: Per cent of water that a meter may show at all.
WATER = _bound("water")


@dataclass(frozen=True)
class Made:
    """What was done once: `taken` as (good, amount), `amount` of `good` that came of it, and `beside`
    what came beside it by mass (bran, husk). `wet` and `water` are per cent before and after drying."""

    act: str
    good: str
    amount: Decimal
    taken: Sequence[tuple[str, Decimal]] = ()
    beside: Decimal = Decimal(0)
    wet: Decimal | None = None
    water: Decimal | None = None

    @property
    def went_in(self) -> Decimal:
        return sum((amount for _good, amount in self.taken), Decimal(0))


SHARE = gettext_noop("{share} % came out as rice; between {low} and {high} % is usual.")
STILL_WET = gettext_noop("It still holds {water} % water; paddy keeps at {high} % or less.")
MORE_DRY = gettext_noop("By its water, no more than {most} kg can be left of it.")


def made_of(act: Act, taken: Sequence[tuple[str, Decimal]], said: str) -> str:
    """What good comes of it: as the act has it, else what went in, else what was said."""
    return act.makes or (taken[0][0] if taken else said)


def faults(made: Made) -> list[str]:
    """What cannot be true, in sentences."""
    act, found = ACTS[made.act], []
    if act.of and not made.taken:
        found.append(say("What it was made of has to be named."))
    for good in dict.fromkeys(good for good, _amount in made.taken):
        if good not in act.of:
            title, what = say(act.title), say(GOODS[good].title)
            found.append(say("“{act}” does not take: {good}.", act=title, good=what))
    if act.name == "mix" and len(made.taken) == 1:
        found.append(say("It is put together of several lots."))
    if len({good for good, _amount in made.taken}) > 1:
        found.append(say("All of it must be of one kind."))
    if act.weighed and made.taken and made.amount + made.beside > made.went_in:
        out, into = plain(made.amount + made.beside), plain(made.went_in)
        words = say("More would come out ({out} kg) than went in ({into} kg).", out=out, into=into)
        found.append(words)
    if made.wet is not None and made.water is not None and made.water > made.wet:
        found.append(say("It cannot hold more water after drying than before."))
    return found


def doubts(made: Made) -> list[str]:
    """What may be true and is not believed without a word of why."""
    found: list[str] = []
    if made.act == "mill" and made.went_in:
        share = made.amount / made.went_in
        if not MILLED.low <= share <= MILLED.high:
            low, high = (f"{100 * bound:.0f}" for bound in (MILLED.low, MILLED.high))
            found.append(say(SHARE, share=f"{100 * share:.1f}", low=low, high=high))
    if made.act == "dry" and made.water is not None:
        if made.water > DRY.high:
            found.append(say(STILL_WET, water=plain(made.water), high=plain(DRY.high)))
        most = left_dry(made.went_in, made.wet, made.water)
        if most is not None and made.amount > most:
            found.append(say(MORE_DRY, most=f"{most:.0f}"))
    return found


def left_dry(mass: Decimal, wet: Decimal | None, water: Decimal) -> Decimal | None:
    """What is left of a mass dried from `wet` to `water` per cent: all but water stays. None where not known."""
    if wet is None or water >= 100:
        return None
    return mass * (100 - wet) / (100 - water)
