"""The words of warnings: four colours, what is warned of, and what stands in `rules.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilin.wording.identity import identity
from pilin.wording.saying import gettext_noop

RULES: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("rules.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Colour:
    """A degree of danger. `rank` grows with it; `sign` is its shape, for whoever sees no colours."""

    name: str
    title: str
    rank: int
    sign: str
    also: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """What is warned of. `also` are words in which issuers name it, the one written first."""

    name: str
    title: str
    also: tuple[str, ...]


COLOURS: Mapping[str, Colour] = {
    colour.name: colour
    for colour in (
        Colour("blue", gettext_noop("Blue"), 1, "circle", ("蓝色", "蓝", "blue")),
        Colour("yellow", gettext_noop("Yellow"), 2, "square", ("黄色", "黄", "yellow")),
        Colour("orange", gettext_noop("Orange"), 3, "triangle", ("橙色", "橙", "orange")),
        Colour("red", gettext_noop("Red"), 4, "octagon", ("红色", "红", "red")),
    )
}
#: The fourteen of the rules on weather signals (order 16 of the meteorological administration, 2007), and
#: what towns hear of beside them. Of two words that fit the longer one counts.
EVENTS: Mapping[str, Event] = {
    event.name: event
    for event in (
        Event("typhoon", gettext_noop("Typhoon"), ("台风", "typhoon", "tropical cyclone")),
        Event("rain", gettext_noop("Rainstorm"), ("暴雨", "rainstorm", "heavy rain")),
        Event("snow", gettext_noop("Snowstorm"), ("暴雪", "snowstorm", "heavy snow")),
        Event("cold", gettext_noop("Cold wave"), ("寒潮", "cold wave")),
        Event("wind", gettext_noop("Gale"), ("大风", "gale", "strong wind")),
        Event("sand", gettext_noop("Sandstorm"), ("沙尘暴", "sandstorm")),
        Event("heat", gettext_noop("Heat"), ("高温", "heat wave", "high temperature")),
        Event("drought", gettext_noop("Drought"), ("干旱", "drought")),
        Event("lightning", gettext_noop("Lightning"), ("雷电", "lightning")),
        Event("hail", gettext_noop("Hail"), ("冰雹", "hail")),
        Event("frost", gettext_noop("Frost"), ("霜冻", "frost")),
        Event("fog", gettext_noop("Dense fog"), ("大雾", "fog")),
        Event("haze", gettext_noop("Haze"), ("霾", "haze")),
        Event("ice", gettext_noop("Icy roads"), ("道路结冰", "road icing", "icy road")),
        Event("squall", gettext_noop("Thunderstorm and gale"), ("雷暴大风", "雷雨大风")),
        Event("flood", gettext_noop("Flood"), ("洪水", "山洪", "内涝", "flood")),
        Event("surge", gettext_noop("Storm surge"), ("风暴潮", "storm surge")),
        Event("fire", gettext_noop("Risk of fire"), ("火险", "fire danger")),
        Event("water", gettext_noop("Drinking water"), ("饮用水", "水源", "drinking water")),
        Event("air", gettext_noop("Air pollution"), ("重污染天气", "空气重污染", "air quality")),
        Event("epidemic", gettext_noop("Epidemic"), ("疫情", "epidemic")),
        Event("other", gettext_noop("Other danger"), ("其他", "other")),
    )
}
#: What stands before the title of an exercise, in the language of its message.
EXERCISES = {"zh": "演练：", "en": "Exercise: "}
#: How somebody passed a warning on.
WAYS: Mapping[str, str] = {
    "loud": gettext_noop("By loudspeaker"),
    "door": gettext_noop("From door to door"),
    "group": gettext_noop("In chat groups"),
    "call": gettext_noop("By telephone or short message"),
    "board": gettext_noop("On the notice board"),
    "gong": gettext_noop("By gong or flag"),
}


def worst(colours: Iterable[str]) -> str:
    """The highest of some colours; "" of none."""
    return max((c for c in colours if c), key=lambda c: COLOURS[c].rank, default="")


def colour_in(words: str) -> str:
    """The colour some words name; "" where they name none or several."""
    plain = identity(words)
    found = {
        colour.name
        for colour in COLOURS.values()
        for word in colour.also
        if (word in plain if len(word) > 1 else word == plain)
    }
    return found.pop() if len(found) == 1 else ""


def event_in(words: str) -> str:
    """What is warned of in some words; "" where that is none of ours. The longest word counts."""
    plain = identity(words)
    said = (
        (word, event.name)
        for event in EVENTS.values()
        if event.name != "other"
        for word in map(identity, event.also)
        if word in plain
    )
    return max(said, key=lambda pair: len(pair[0]), default=("", ""))[1]
