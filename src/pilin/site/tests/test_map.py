"""The map and its list say the same; a point is tapped without JavaScript and goes into the record."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags

from pilin.demo.picture import river
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.rebuild import rebuild
from pilin.forms.points import View, frame_of_view
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.models import Organisation, Place
from pilin.programmes.budget.tests.town import announce
from tests.world import MONDAY

BACKEND = "django.contrib.auth.backends.ModelBackend"
RAISE = "/new/consultation/raise/"
BORDER = [[121.0, 30.5], [121.1, 30.7], [121.0, 31.0]]
SHAPES = {
    "左县": [*BORDER, [120.5, 31.0], [120.5, 30.5], BORDER[0]],
    "右县": [*reversed(BORDER), [121.5, 30.5], [121.5, 31.0], BORDER[-1]],
    "左镇": [[120.6, 30.6], [120.8, 30.6], [120.8, 30.8], [120.6, 30.8], [120.6, 30.6]],
}
IN_TOWN, IN_COUNTY = (120.7, 30.7), (120.9, 30.9)


def polygon(ring):
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def recorded(kind, row):
    book = act(HOUSE, "register", "open", {"title": "位置"}).number
    act(HOUSE, book, "record", {"type": kind, "row": row})
    act(HOUSE, book, "close")


def lies(name, shape, **more):
    """A place with its shape, recorded anew under its number."""
    p = Place.objects.get(name=name)
    row = {"id": p.pk, "name": name, "level": p.level, "parent": p.parent_id, "side": p.side}
    recorded("place", {**row, "shape": shape, **more})


@pytest.fixture
def ground(world):
    for name, ring in SHAPES.items():
        lies(name, polygon(ring), name_en={"左县": "West", "右县": "East"}.get(name, ""))
    return world


@pytest.fixture
def signed(world):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people["resident"], BACKEND)
    return client


def read(path="/map/", language="en"):
    return Client(headers={"accept-language": language}).get(path).content.decode()


def drawn(page):
    """What the circles and marks of the map are called, in words."""
    svg = re.search(r'<svg class="map".*?</svg>', page, re.S)[0]
    return re.findall(r'<a href="([^"]*)" aria-label="([^"]*)"', svg)


def listed(page):
    """The list beside it, as text of one line."""
    part = page[page.index('class="map-list"') : page.index("</main>")]
    return " ".join(strip_tags(part).split())


# The page -----------------------------------------------------------------------------------------


def test_without_any_shape_the_page_says_what_to_do(world):
    page = read()
    assert "<svg class=" not in page and "区划" in page and "位置" in page
    assert Client().get("/map/picture.svg").status_code == 404


def test_what_the_map_counts_the_list_counts(ground):
    ground.raised()
    ground.raised(forum=ground["左镇议事堂"])
    ground.raised(forum=ground["右村驿站"], title="另一侧的灯")
    page = read()
    circles = [(url, label) for url, label in drawn(page) if "matter" in label]
    town, east = Place.objects.get(name="左镇").pk, Place.objects.get(name="右县").pk
    # A village that lies nowhere is counted where the nearest place above it lies.
    assert sorted(circles) == sorted(
        [(f"/places/{town}/", "左镇: 2 matters"), (f"/places/{east}/", "East: 1 matter")]
    )
    beside = listed(page)
    assert "左镇 2 matters" in beside and "East 1 matter" in beside
    for _url, label in drawn(page):
        assert all(name in beside for name in re.split("[:；]", label)[0].split("；"))


def test_stations_and_schools_are_marked_where_their_place_is_or_at_their_own_point(ground):
    school = Organisation.objects.get(name="左小学")
    row = {"id": school.pk, "name": "左小学", "category": "school", "places": list(school.places)}
    recorded("organisation", {**row, "sides": "a", "point": "30.55000, 120.60000"})
    page = read()
    marks = {label: url for url, label in drawn(page)}
    assert marks["左小学"] == f"/organisations/{school.pk}/"
    assert marks["左村驿站"] == marks["左镇议事堂"] == f"#at-{Place.objects.get(name='左镇').pk}"
    assert 'id="at-' + marks["左村驿站"].removeprefix("#at-") in page
    for name in ("左小学", "左村驿站", "左镇议事堂", "右小学"):
        assert name in listed(page)


def test_filters_count_what_they_say(ground):
    ground.raised()
    ground.raised(at=MONDAY, title="早就该办了")
    closed = ground.raised(title="不用了")
    ground.take("resident", closed, "withdraw", reason="好了")
    for query, said in (
        ("", "2 matters, 1 overdue"),
        ("?show=x", "2 matters, 1 overdue"),
        ("?show=all", "3 matters, 1 overdue"),
        ("?show=late", "1 matter, 1 overdue"),
        ("?kind=consultation", "2 matters, 1 overdue"),
        ("?kind=wish", ""),
    ):
        page = read(f"/map/{query}")
        found = [label for _url, label in drawn(page) if "matter" in label]
        assert found == ([f"左镇: {said}"] if said else []), query
        assert said in listed(page)


def test_places_that_would_be_drawn_over_each_other_are_one_and_the_list_says_which(ground):
    lies("左村", "30.70100, 120.70100", name_en="West Village")
    ground.raised()
    ground.raised(forum=ground["左镇议事堂"])
    page = read()
    circles = [label for _url, label in drawn(page) if "matter" in label]
    assert circles == ["左镇 and nearby: 2 matters"]
    assert "左镇 and nearby 2 matters Together with: West Village" in listed(page)


def test_what_has_no_place_on_the_map_is_counted_beside_it(world):
    lies("左县", polygon(SHAPES["左县"]))
    world.raised()
    world.raised(forum=world["右村驿站"], title="另一侧的灯")
    page = read()
    assert "1 more matter is at no place on this map" in page


def test_the_border_is_drawn_as_the_line_both_share_and_else_said_to_be_none(world, ground):
    page = read()
    (line,) = set(re.findall(r'<polyline points="([^"]*)"', page))
    frame = registers().ground.frame
    assert line == " ".join("{},{}".format(*frame.xy(tuple(p))) for p in BORDER)
    assert "half way" not in page
    for name, point in (("左县", "30.7, 120.7"), ("右县", "30.7, 121.3"), ("左镇", "30.6, 120.7")):
        lies(name, point)
    assert "half way" in read()


def test_a_map_is_as_quick_with_many_matters_and_says_when_nothing_changed(
    ground, django_assert_max_num_queries
):
    ground.raised()
    client = Client(headers={"accept-language": "en"})
    first = client.get("/map/")
    with django_assert_max_num_queries(3):  # positions, counts, matters at points of their own
        client.get("/map/?show=all")
    again = client.get("/map/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    ground.raised(title="再来一件")
    assert client.get("/map/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_english_pages_say_english_names_and_chinese_ones_do_not(ground):
    lies("左镇", polygon(SHAPES["左镇"]), name_en="West Town")
    recorded("side", {"code": "a", "name": "左县", "name_en": "West"})
    matter = ground.raised(forum=ground["左镇议事堂"])
    town = matter.place_id
    for path in ("/places/", f"/places/{town}/", matter.url, "/map/", "/search/?q=West"):
        assert "West Town" in read(path), path
        assert "West Town" not in read(path, "zh-hans"), path
    assert ">West<" in read("/") and ">West<" in read("/matters/")
    assert ">左县<" in read("/", "zh-hans")


def test_what_was_chosen_is_called_in_english_in_the_history_unless_renamed_since(ground):
    hall = Organisation.objects.get(name="左镇议事堂")
    row = {"id": hall.pk, "category": "hall", "places": list(hall.places), "sides": "a"}
    matter = ground.raised(forum=hall.pk)
    recorded("organisation", {**row, "name": "左镇议事堂", "name_en": "West Hall"})

    def history(language="en"):
        page = read(matter.url, language)
        return page[page.index('id="timeline-title"') :]

    assert "West Hall" in history() and "West Hall" not in history("zh-hans")
    recorded("organisation", {**row, "name": "新堂", "name_en": "New Hall"})
    assert re.search(r"<dd>\s*<span lang=\"zh-Hans\">左镇议事堂", history())
    assert not re.search(r"<dd>\s*New Hall", history())


# A point in a form ----------------------------------------------------------------------------------


def answers(world, **more):
    return {"title": "桥面破了", "text": "自行车过不去", "forum": world["右村驿站"], **more}


def tap(point, view=""):
    """What a browser sends where the picture was tapped there."""
    x, y = frame_of_view(registers().ground, View.read(view)).xy(point)
    return {"point-at.x": round(x), "point-at.y": round(y), "point-view": view}


def field(page, name):
    return re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)


def chosen(page):
    return re.search(r'<option value="(\d+)" selected', page)


def test_a_tap_marks_the_point_keeps_what_was_typed_and_chooses_the_office_there(ground, signed):
    before = log.size("main")
    photo = SimpleUploadedFile("现场.png", river(clear=True))
    answer = signed.post(RAISE, answers(ground, files=photo, **tap(IN_TOWN)))
    assert answer["Location"] == f"{RAISE}?change=1#id_point"
    page = signed.get(f"{RAISE}?change=1").content.decode()
    lat, lon = map(float, field(page, "point")[1].split(", "))
    assert abs(lon - IN_TOWN[0]) < 0.01 and abs(lat - IN_TOWN[1]) < 0.01
    assert "桥面破了" in page and "自行车过不去" in page and "现场.png" in page
    assert chosen(page)[1] == str(ground["左镇议事堂"])
    assert "It lies in 左镇." in page and log.size("main") == before


def test_a_tap_where_no_office_is_leaves_the_one_that_was_chosen(ground, signed):
    signed.post(RAISE, answers(ground, **tap(IN_COUNTY)))
    page = signed.get(f"{RAISE}?change=1").content.decode()
    assert chosen(page)[1] == str(ground["右村驿站"]) and "It lies in West." in page


def test_enter_in_another_field_is_no_tap(ground, signed):
    """A browser then presses the first button there is, which is the picture, at 0 and 0."""
    answer = signed.post(RAISE, answers(ground, **{"point-at.x": "0", "point-at.y": "0"}))
    assert "?check=" in answer["Location"]


def test_closer_and_wider_show_another_piece_of_ground_and_taps_count_there(ground, signed):
    point = "30.70000, 120.70000"
    signed.post(RAISE, answers(ground, point=point, **{"point-do": "closer", "point-view": ""}))
    view = field(signed.get(f"{RAISE}?change=1").content.decode(), "point-view")[1]
    assert view == f"{point}/1"
    near = (120.71, 30.71)
    signed.post(RAISE, answers(ground, point=point, **tap(near, view)))
    page = signed.get(f"{RAISE}?change=1").content.decode()
    lat, lon = map(float, field(page, "point")[1].split(", "))
    assert abs(lon - near[0]) < 0.002 and abs(lat - near[1]) < 0.002
    signed.post(RAISE, answers(ground, point=point, **{"point-do": "wider", "point-view": view}))
    assert field(signed.get(f"{RAISE}?change=1").content.decode(), "point-view")[1] == ""
    signed.post(RAISE, answers(ground, point=point, **{"point-do": "none", "point-view": view}))
    assert field(signed.get(f"{RAISE}?change=1").content.decode(), "point") is None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_no_point_is_said_at_the_field(ground, world, language):
    client = Client(headers={"accept-language": language})
    client.force_login(world.people["resident"], BACKEND)
    answer = client.post(RAISE, answers(ground, point="村口"))
    said = {"en": "latitude, longitude", "zh-hans": "纬度, 经度"}[language]
    assert answer.status_code == 422 and said in answer.content.decode()


def test_a_point_is_shown_before_it_is_public_recorded_and_drawn(ground, signed):
    answer = signed.post(RAISE, answers(ground, point="30.7，120.7"))
    page = signed.get(answer["Location"]).content.decode()
    assert "30.70000, 120.70000 (左镇)" in strip_tags(page) and '<svg class="map"' in page
    token = answer["Location"].partition("?check=")[2]
    signed.post(RAISE, {"do": "record", "token": token})
    matter = Matter.objects.get(kind="consultation")
    entry = log.get("main", matter.pk).body
    assert entry["data"]["point"] == entry["set"]["point"] == matter.point == "30.70000, 120.70000"
    assert '<svg class="map"' in read(matter.url)
    page = read()
    assert (matter.url, "桥面破了") in drawn(page) and page.count("桥面破了") >= 3


def test_without_a_point_the_entry_says_nothing_of_one(ground):
    matter = ground.raised()
    entry = log.get("main", matter.pk).body
    assert "point" not in entry["data"] and "point" not in entry["set"]
    assert '<svg class="map"' not in read(matter.url)


def test_points_and_shapes_come_back_in_a_rebuild(ground):
    matter = ground.raised(point="30.7, 120.7")
    before = list(Place.objects.order_by("pk").values())
    rebuild()
    assert Matter.objects.get(pk=matter.pk).point == "30.70000, 120.70000"
    assert list(Place.objects.order_by("pk").values()) == before


def test_a_service_desk_is_asked_with_a_point_too(ground):
    matter = ground.take(
        "resident",
        "service",
        "ask",
        title="要办证",
        text="x",
        desk=ground["左服务中心"],
        point="30.7,120.7",
    )
    assert matter.point == "30.70000, 120.70000"


def test_a_project_and_a_renovation_are_where_they_are_said_to_be(ground):
    at = {"point": "30.7,120.7"}
    project = {
        "title": "渡口路灯工程",
        "lead": ground["左镇"],
        "category": "民生",
        "finish": "2099-01-01",
    }
    ground.take("lead", "project", "register", **project, **at)
    row = {
        "title": "改造一区",
        "org": ground["左镇议事堂"],
        "neighbourhood": "一区",
        "households": 40,
    }
    ground.take("clerk", "renovation", "propose", text="漏水", **row, **at)
    page = read()
    for kind, words in (("project", "渡口路灯工程"), ("renovation", "改造一区")):
        matter = Matter.objects.get(kind=kind)
        assert matter.point == "30.70000, 120.70000" and '<svg class="map"' in read(matter.url)
        assert any(words in said for _url, said in drawn(page))


def test_a_project_is_where_the_matter_is_that_it_comes_of(ground):
    ground.delivered()
    assert Matter.objects.get(kind="project").point == ""
    raised = ground.decided(title="桥面破了", point="30.7, 120.7")
    project = {"title": "修桥", "lead": ground["左镇"], "category": "民生", "finish": "2099-02-01"}
    ground.take("host", raised, "convert", outcome=1, **project)
    assert Matter.objects.get(source=raised).point == raised.point


def test_an_idea_is_tapped_shown_once_more_and_drawn_beside_the_others(ground, signed):
    budget = announce(ground)
    path, idea = f"{budget.url}idea/", {"title": "装路灯", "text": "黑", "where": "渡口"}
    signed.post(path, {**idea, "estimate": "3000", **tap(IN_TOWN)})
    point = field(signed.get(f"{path}?change=1").content.decode(), "point")[1]
    answer = signed.post(path, {**idea, "estimate": "3000", "point": point})
    assert '<svg class="map"' in signed.get(answer["Location"]).content.decode()
    token = answer["Location"].partition("?check=")[2]
    signed.post(path, {"do": "record", "token": token})
    for page in (f"/budgets/{budget.pk}/ideas/", budget.url):
        assert drawn(read(page)) == [(f"/budgets/{budget.pk}/ideas/#idea-1", "1. 装路灯")]


def test_a_script_is_told_the_place_and_its_offices_nearest_first(ground):
    said = Client(headers={"accept-language": "en"}).get("/map/at/", {"at": "30.7, 120.7"}).json()
    assert said["said"] == "It lies in 左镇."
    assert ground["左镇议事堂"] in said["organisations"]
    assert said["organisations"][-1] == Place.objects.get(name="左县").pk
    for nowhere in ("", "x", "0,0"):
        assert Client().get("/map/at/", {"at": nowhere}).json() == {"said": "", "organisations": []}


@pytest.mark.parametrize(
    "asked", ["", "?view=x/9", "?view=30.7,120.7/-1", "?view=30.7,120.7/2&at=%00", "?at=91,1"]
)
def test_a_picture_is_drawn_whatever_is_asked(ground, asked):
    answer = Client().get(f"/map/picture.svg{asked}")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg xmlns=")
