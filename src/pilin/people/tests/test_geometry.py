"""Points and polygons: what is read is written again, and what contains what."""

import json
import math

import pytest
from django.utils.translation import override
from hypothesis import assume, given
from hypothesis import strategies as st

from pilin.people.frame import Frame, between
from pilin.people.geometry import (
    LONGEST,
    Misshapen,
    Shape,
    point_text,
    read_point,
    read_shape,
    shared_edge,
    smallest,
)

lons = st.integers(-17_900_000, 17_900_000).map(lambda n: n / 1e5)
lats = st.integers(-8_000_000, 8_000_000).map(lambda n: n / 1e5)
points = st.tuples(lons, lats)
sizes = st.integers(10, 100_000).map(lambda n: n / 1e5)
parts = st.floats(0.001, 0.999)


def box(west, south, east, north):
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


@st.composite
def stars(draw):
    """A ring that every ray from its middle crosses once; with the middle."""
    x, y = draw(st.tuples(st.floats(-90, 90), st.floats(-60, 60)))
    radii = draw(st.lists(st.floats(0.01, 0.5), min_size=3, max_size=24))
    turn = draw(st.floats(0, 1))
    angles = [2 * math.pi * (n + turn) / len(radii) for n in range(len(radii))]
    ring = [(x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]
    return (*ring, ring[0]), (x, y)


# Reading ------------------------------------------------------------------------------------------


@given(points)
def test_a_point_that_is_written_is_read_again(point):
    assert read_point(point_text(point)) == point
    assert read_shape(Shape(spot=point).text).spot == point


@pytest.mark.parametrize(
    "text", ["30.7,121.02", "30.7，121.02", "30.7 121.02", "121.02, 30.7", " 30.70000, 121.02000 "]
)
def test_a_point_is_read_as_people_and_as_map_pages_write_it(text):
    assert read_point(text) == (121.02, 30.7)


@given(stars())
def test_an_outline_that_is_written_is_read_again_to_five_decimals(star):
    ring, _middle = star
    once = read_shape(Shape(((ring,),)).text)
    assert read_shape(once.text) == once
    found = once.polygons[0][0]
    assert all(math.dist(a, b) < 1e-5 for a, b in zip(found, ring, strict=True))


def test_a_feature_as_drawing_pages_give_it_is_taken_for_its_shape():
    shape = {"type": "Polygon", "coordinates": [box(0, 0, 1, 1)]}
    feature = {"type": "Feature", "properties": {"name": "x"}, "geometry": shape}
    whole = {"type": "FeatureCollection", "features": [feature]}
    found = {read_shape(json.dumps(said)) for said in (shape, feature, whole)}
    assert found == {Shape(((box(0.0, 0.0, 1.0, 1.0),),))}


def test_a_height_above_the_sea_is_left_out():
    assert read_shape('{"type":"Point","coordinates":[121.02,30.7,4]}').spot == (121.02, 30.7)


WRONG = {
    "平湖": "latitude, longitude",
    "30.7": "latitude, longitude",
    "130, 121": "nowhere on earth",
    '{"type":"Polygon","coordin': "cut off",
    "{" + '"a":{' * 5000: "cut off",
    '{"type":"LineString","coordinates":[[0,0],[1,1]]}': "Polygon",
    '{"type":"Polygon"}': "no coordinates",
    '{"type":"Polygon","coordinates":[]}': "no coordinates",
    '{"type":"Polygon","coordinates":[[]]}': "no coordinates",
    '{"type":"MultiPolygon","coordinates":[]}': "no coordinates",
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}': "not closed",
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}': "three corners",
    '{"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]}': "three corners",
    '{"type":"Polygon","coordinates":[[[30.7,121],[30.8,121],[30.8,122],[30.7,121]]]}': "longitude",
    '{"type":"Point","coordinates":[1,true]}': "position",
    '{"type":"Point","coordinates":[1,NaN]}': "position",
    '{"type":"Point","coordinates":[1,' + "9" * 400 + "]}": "position",
    '{"type":"Point","coordinates":"121,30"}': "position",
    '{"type":"FeatureCollection","features":[{},{}]}': "one shape",
    '{"type":"Feature","geometry":null}': "Polygon",
    "[1,2]": "latitude, longitude",
    '{"type":"Point","coordinates":[1,2]}' + " " * LONGEST + "x": "characters",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:60])
def test_what_is_no_shape_is_refused_with_a_sentence_in_the_readers_language(text):
    with pytest.raises(Misshapen) as found, override("en"):
        read_shape(text)
    with override("en"):
        assert WRONG[text] in str(found.value)
    with override("zh-hans"):
        assert any(ord(char) > 0x4E00 for char in str(found.value))


@given(
    st.text(max_size=60) | st.from_regex(r'\{"type":"\w{0,12}","coordinates":[\[\]0-9,. -]{0,40}\}')
)
def test_whatever_is_written_is_a_shape_or_refused(text):
    try:
        shape = read_shape(text)
    except Misshapen:
        return
    assert read_shape(shape.text) == shape


# Containing ---------------------------------------------------------------------------------------


@given(points, sizes, sizes, parts, parts)
def test_a_box_contains_what_lies_within_and_nothing_beyond(corner, wide, high, u, v):
    (x, y), shape = corner, Shape(((box(*corner, corner[0] + wide, corner[1] + high),),))
    assert shape.contains((x + u * wide, y + v * high))
    for out in ((x - wide * u, y + v * high), (x + wide * (1 + u), y + v * high)):
        assert not shape.contains(out)
    assert not shape.contains((x + u * wide, y - high * v))


@given(stars(), st.integers(0, 23), parts, st.floats(1.01, 9))
def test_a_star_contains_the_way_from_its_middle_to_its_edge_and_no_more(star, at, near, far):
    ring, (x, y) = star
    shape = Shape(((ring,),))
    edge = ring[at % (len(ring) - 1)]
    assume(abs(edge[1] - y) > 1e-6)
    assert shape.contains((x, y))
    assert shape.contains((x + (edge[0] - x) * near, y + (edge[1] - y) * near))
    assert not shape.contains((x + (edge[0] - x) * far, y + (edge[1] - y) * far))


@given(stars())
def test_the_middle_that_stands_for_a_shape_lies_in_it(star):
    shape = Shape(((star[0],),))
    assert shape.contains(shape.centre)


def test_a_horseshoe_is_stood_for_by_a_point_on_it():
    ring = ((0, 0), (9, 0), (9, 9), (8, 9), (8, 1), (1, 1), (1, 9), (0, 9), (0, 0))
    shape = Shape(((ring,),))
    assert shape.contains(shape.centre)


@given(stars(), parts)
def test_a_hole_is_not_contained_and_what_is_left_around_it_is(star, u):
    ring, (x, y) = star
    hole = tuple((x + (px - x) / 2, y + (py - y) / 2) for px, py in ring)
    shape = Shape(((ring, hole),))
    assert not shape.contains((x, y))
    assert shape.contains(shape.centre)
    px, py = ring[0]
    assume(abs(py - y) > 1e-6)
    between_them = 0.5 + 0.499 * u
    assert shape.contains((x + (px - x) * between_them, y + (py - y) * between_them))
    assert 0 < shape.area < Shape(((ring,),)).area


@given(points, st.lists(sizes, min_size=2, max_size=6, unique=True), parts, parts)
def test_a_point_on_a_common_edge_belongs_to_just_one(corner, widths, u, v):
    """Strips beside each other: on the seams, too, each point has one place."""
    x, y = corner
    low = [(x + sum(widths[:n]), y) for n in range(len(widths) + 1)]
    high = [(lon + u * 0.3, y + 1) for lon, _lat in low]
    strips = [
        Shape((((low[n], low[n + 1], high[n + 1], high[n], low[n]),),)) for n in range(len(widths))
    ]
    for n in range(1, len(widths)):
        on_the_seam = (low[n][0] + v * (high[n][0] - low[n][0]), y + v)
        assert sum(s.contains(on_the_seam) for s in strips) == 1


@given(points, parts, parts)
def test_the_smallest_that_contains_a_point_names_it(corner, u, v):
    (x, y) = corner
    shapes = {
        "county": Shape(((box(x, y, x + 1, y + 1),),)),
        "town": Shape(((box(x, y, x + 0.5, y + 0.5),),)),
        "post": Shape(spot=(x + u, y + v)),
    }
    point = (x + u, y + v)
    assert smallest(shapes, point) == ("town" if u < 0.5 and v < 0.5 else "county")
    assert smallest(shapes, (x - 1, y)) is None


# The border ---------------------------------------------------------------------------------------

LINE = ((1.0, 0.0), (1.1, 0.4), (0.9, 0.7), (1.0, 1.0))
LEFT = Shape((((*LINE, (0.0, 1.0), (0.0, 0.0), LINE[0]),),))
RIGHT = Shape((((*reversed(LINE), (2.0, 0.0), (2.0, 1.0), LINE[-1]),),))


def test_the_border_is_the_line_that_both_outlines_have():
    assert shared_edge(LEFT, RIGHT) == (LINE,)
    (back,) = shared_edge(RIGHT, LEFT)
    assert back == tuple(reversed(LINE))


@given(st.integers(0, 5))
def test_where_an_outline_begins_does_not_matter(start):
    ring = LEFT.polygons[0][0][:-1]
    turned = (*ring[start:], *ring[:start], ring[start])
    assert shared_edge(Shape(((turned,),)), RIGHT) == (LINE,)


def test_outlines_from_different_hands_share_what_lies_side_by_side():
    shaken = tuple((lon + 0.0004, lat - 0.0004) for lon, lat in RIGHT.polygons[0][0])
    assert shared_edge(LEFT, Shape(((shaken,),))) == (LINE,)


def test_two_that_do_not_touch_share_nothing():
    far = Shape(((box(5, 5, 6, 6),),))
    assert shared_edge(LEFT, far) == ()
    assert shared_edge(LEFT, Shape(spot=(1, 1))) == ()


@given(points, points)
def test_a_border_of_points_alone_is_as_far_from_one_as_from_the_other(one, other):
    assume(math.dist(one, other) > 0.5)
    frame = Frame.of((-180, -85, 180, 85), 400, 400, 200, 0)
    line = between([one], [other], frame)
    assume(line)
    a, b = frame.xy(one), frame.xy(other)
    for end in map(frame.xy, line):
        assert math.dist(end, a) == pytest.approx(math.dist(end, b), rel=1e-2, abs=0.5)
    assert between([one], [one], frame) == ()


# The picture --------------------------------------------------------------------------------------


@given(points, sizes, sizes, parts, parts)
def test_what_is_tapped_is_where_it_was_drawn(corner, wide, high, u, v):
    x, y = corner
    frame = Frame.of((x, y, x + wide, y + high), 400, 460, 220, 26)
    point = (x + u * wide, y + v * high)
    right, down = frame.xy(point)
    assert 25 <= right <= frame.width - 25 and 25 <= down <= frame.height - 25
    lon, lat = frame.point(right, down)
    unit = (frame.box[2] - frame.box[0]) / frame.width
    assert abs(lon - point[0]) <= unit / 10 + 1e-5 and abs(lat - point[1]) <= unit / 10 + 1e-5


@given(st.floats(-60, 60), st.floats(0.05, 0.6))
def test_a_kilometre_is_as_long_across_as_it_is_up(lat, size):
    frame = Frame.of((10, lat - size / 2, 10 + size, lat + size / 2), 400, 400, 200, 10)
    west, south, east, north = frame.box
    across = frame.width / ((east - west) * math.cos(math.radians(lat)))
    assert across == pytest.approx(frame.height / (north - south), rel=0.01)
