"""Where places lie, what lies in them, and the border between the two sides. No database."""

import json

import pytest
from django.utils.translation import override

from pilin.people.known import Known
from pilin.people.models import Organisation, Place, Side

LINE = [[1.0, 0.0], [1.1, 0.5], [1.0, 1.0]]
LEFT = [*LINE, [0.0, 1.0], [0.0, 0.0], LINE[0]]
RIGHT = [*reversed(LINE), [2.0, 0.0], [2.0, 1.0], LINE[-1]]
TOWN = [[0.2, 0.2], [0.6, 0.2], [0.6, 0.6], [0.2, 0.6], [0.2, 0.2]]


def polygon(ring):
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def place(key, side, *path, shape=""):
    parent = path[-1] if path else None
    return Place(
        id=key, name=f"地{key}", side=side, parent_id=parent, path=[*path, key], shape=shape
    )


def known(*places, orgs=()):
    return Known(
        places={p.pk: p for p in places},
        organisations=dict(enumerate(orgs, 100)),
    )


COUNTIES = (place(1, "a", shape=polygon(LEFT)), place(2, "b", shape=polygon(RIGHT)))


def test_a_place_without_a_shape_is_where_the_nearest_above_it_is():
    village = place(4, "a", 1, 3)
    ground = known(*COUNTIES, place(3, "a", 1, shape=polygon(TOWN)), village).ground
    assert ground.anchor(village) == 3
    assert known(*COUNTIES, place(3, "a", 1), village).ground.anchor(village) == 1
    assert known(village).ground.anchor(village) is None
    assert ground.anchor(None) is None


def test_the_border_is_the_line_both_outlines_share():
    lines, shared = known(*COUNTIES).ground.border
    assert shared and [[list(p) for p in line] for line in lines] == [LINE]


def test_of_points_alone_the_border_is_a_line_between_them_and_says_so():
    points = place(1, "a", shape="30, 120"), place(2, "b", shape="30, 121")
    lines, shared = known(*points).ground.border
    assert len(lines) == 1 and not shared
    assert {round(lon, 2) for lon, _lat in lines[0]} == {120.5}


@pytest.mark.parametrize("places", [(), (place(1, "a"), place(2, "b"))])
def test_where_nothing_lies_anywhere_there_is_neither_frame_nor_border(places):
    ground = known(*places).ground
    assert (ground.box, ground.frame, ground.border) == (None, None, ((), False))
    assert ground.place_at((1.0, 1.0)) is None


def test_a_single_point_has_some_ground_around_it():
    ground = known(place(1, "a", shape="30, 120")).ground
    assert ground.frame.shows((120.04, 30.04)) and not ground.frame.shows((121, 30))


def test_a_school_far_away_does_not_make_the_map_wider():
    far = Organisation(name="远", category="school", point="28, 102")
    ground = known(*COUNTIES, orgs=[far]).ground
    assert ground.box == (0.0, 0.0, 2.0, 1.0)
    assert ground.at(far) == (102.0, 28.0)


def test_an_organisation_is_at_its_own_point_or_else_at_its_place():
    ground = known(*COUNTIES, place(3, "a", 1, shape="0.5, 0.5"), place(4, "a", 1, 3)).ground
    assert ground.at(Organisation(place_id=4)) == (0.5, 0.5)
    assert ground.at(Organisation(place_id=4, point="0.7, 0.6")) == (0.6, 0.7)
    assert ground.at(Organisation(place_id=None)) is None


def test_a_point_belongs_to_the_office_of_the_smallest_place_around_it():
    town = place(3, "a", 1, shape=polygon(TOWN))
    ground = known(*COUNTIES, town, place(4, "a", 1, 3)).ground
    county, hall = Organisation(id=101, place_id=1), Organisation(id=102, place_id=3)
    assert ground.place_at((0.4, 0.4)) is town
    assert ground.responsible((0.4, 0.4), [county, hall]) is hall
    assert ground.responsible((0.4, 0.4), [county]) is county  # the nearest above that has one
    assert ground.responsible((0.9, 0.9), [county, hall]) is county
    assert ground.responsible((1.9, 0.9), [county, hall]) is None
    assert ground.responsible((9.0, 9.0), [county, hall]) is None


@pytest.mark.parametrize("model", [Side, Place, Organisation])
def test_an_english_name_is_said_on_english_pages_and_nowhere_else(model):
    row = model(name="平湖", name_en="Pinghu")
    said = {}
    for language in ("en", "zh-hans"):
        with override(language):
            said[language] = row.called
    assert said == {"en": "Pinghu", "zh-hans": "平湖"}
    with override("en"):
        assert (model(name="平湖").called, str(row)) == ("平湖", "平湖")  # entries say str(row)
