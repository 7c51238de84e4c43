"""An operator's pictures of the ground lie under the maps, each where it belongs; without, nothing does."""

import itertools
import re

import pytest
from django.test import Client
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write as writing

from pilin.demo.picture import river
from pilin.engine.positions import registers
from pilin.kit import tiles
from pilin.site import doctor
from pilin.site.tests.test_map import SHAPES, lies, polygon, read

PICTURE = river(clear=True)
#: 120.7 E, 30.7 N at the levels 8 and 9, as every map service numbers its squares.
AT = {8: (213, 105), 9: (427, 210)}
POINT = (120.7, 30.7)


@pytest.fixture
def ground(world, settings, tmp_path):
    settings.DATA = tmp_path
    for name, ring in SHAPES.items():
        lies(name, polygon(ring))
    return tmp_path


def put(folder, kind=TileType.PNG, levels=(8, 9), credit="<a href='x'>© Those who measured</a>"):
    """An archive of the squares around a point."""
    with writing(str(folder / tiles.NAME)) as out:
        found = {
            zxy_to_tileid(z, x + i, y + j)
            for z in levels
            for x, y in [AT[z]]
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
        }
        for key in sorted(found):
            out.write_tile(key, PICTURE)
        header = {"tile_type": kind, "tile_compression": Compression.NONE}
        box = {f"{n}_{a}_e7": 0 for n in ("min", "max", "center") for a in ("lon", "lat")}
        out.finalize({**header, **box, "center_zoom": 8}, {"attribution": credit})


def drawn(page):
    found = re.findall(
        r'<image href="([^"]+)" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)"\s+height="([\d.]+)"',
        page,
    )
    return [(url, *map(float, box)) for url, *box in found]


def test_without_a_file_there_are_outlines_alone(ground):
    assert drawn(read()) == [] and tiles.archive() is None
    assert doctor.ground().state == doctor.OK


def test_each_square_lies_where_its_ground_is(ground):
    put(ground)
    page, frame = read(), registers().ground.frame
    found = drawn(page)
    assert found and "© Those who measured" in page and "href='x'" not in page
    right, down = frame.xy(POINT)
    (own,) = [f for f in found if f[1] <= right < f[1] + f[3] and f[2] <= down < f[2] + f[4]]
    zoom, x, y = map(int, own[0].split("/")[-4:-1])
    assert (x, y) == AT[zoom]
    # Its neighbours begin where it ends.
    lefts, wide = sorted({f[1] for f in found}), own[3]
    assert len(lefts) > 1
    assert all(abs(b - a - wide) < 0.3 for a, b in itertools.pairwise(lefts))


def test_an_address_gives_the_picture_as_it_is_in_the_file(ground):
    put(ground)
    url = drawn(read())[0][0]
    answer = Client().get(url)
    assert (answer.content, answer["Content-Type"]) == (PICTURE, "image/png")
    assert "immutable" in answer["Cache-Control"] and "sandbox" in answer["Content-Security-Policy"]
    version = tiles.archive().version
    for path in (
        f"{version}/9/0/0/",
        f"{version}/99/1/1/",
        f"{version}/9/9999/1/",
        "other/9/427/210/",
    ):
        assert Client().get(f"/map/tiles/{path}").status_code == 404, path


def test_the_picture_to_tap_on_holds_its_squares(ground):
    """A picture in a page may name no other."""
    before = Client().get("/map/picture.svg")
    put(ground)
    after = Client().get("/map/picture.svg", headers={"if-none-match": before["ETag"]})
    assert "© Those who measured" in after.content.decode()
    found = drawn(after.content.decode())
    assert found and all(url.startswith("data:image/png;base64,") for url, *_box in found)
    again = Client().get("/map/picture.svg", headers={"if-none-match": after["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("fault", ["vector", "broken", "cut off"])
def test_a_file_that_is_of_no_use_is_left_out_and_the_doctor_says_why(ground, fault):
    if fault == "vector":
        put(ground, TileType.MVT)
    else:
        data = b"PMTiles" if fault == "cut off" else b"x" * 400
        (ground / tiles.NAME).write_bytes(data)
    assert drawn(read()) == []
    finding = doctor.ground()
    assert finding.state == doctor.WARN and tiles.NAME in finding.what


def test_a_file_that_is_taken_away_lies_beneath_no_longer(ground):
    put(ground)
    assert tiles.archive()
    (ground / tiles.NAME).unlink()
    assert tiles.archive() is None
