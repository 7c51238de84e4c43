"""What is held of somebody: read, taken along, erased; and who has read what was said in confidence."""

import json

from django.test import Client

from pilin.engine.draft_models import SealedRead
from pilin.people.models import Account
from tests.over_http import signed


def own(world, login="resident"):
    client = signed(world.people[login])
    client.cookies["django_language"] = "en"
    return client


def on_behalf(world):
    said = {"title": "路灯", "text": "坏了", "forum": world["左村驿站"], "channel": "phone"}
    return world.take("host", "consultation", "raise_for", person="王", contact="139", **said)


def test_it_has_what_they_wrote_and_what_they_take_part_in(world):
    m = world.raised(text="晚上很黑，请修。")
    page = own(world).get("/held/").content.decode()
    assert "晚上很黑，请修。" in page and f"entry {m.pk}" in page
    found = json.loads(own(world).get("/held/pilin.json").content)
    assert found["matters"] == [{"number": m.pk, "title": m.title, "part": "raiser"}]
    assert found["account"]["number"] == "p-resident"


def test_nobody_sees_what_is_held_of_somebody_else(world):
    world.raised(text="晚上很黑，请修。")
    assert "晚上很黑" not in own(world, "neighbour").get("/held/").content.decode()
    assert Client().get("/held/").status_code == 302


def test_whoever_wrote_in_confidence_sees_who_has_read_it(world):
    m = on_behalf(world)
    assert "Nobody else has read it" in own(world, "host").get("/held/").content.decode()
    own(world, "host").get(f"/matters/{m.pk}/sealed/")
    assert not SealedRead.objects.exists()  # one's own is nobody's reading
    world.people["host-2"] = Account.objects.create(username="host-2", person="p-host-2")
    from pilin.engine.act import act
    from pilin.people.actor import HOUSE

    book = act(HOUSE, "register", "open", {"title": "任职"}).number
    row = {"role": "host", "organisation": world["左村驿站"], "person": "p-host-2"}
    act(HOUSE, book, "record", {"type": "office", "row": {**row, "since": "2020-01-01"}})
    for _n in range(2):
        assert own(world, "host-2").get(f"/matters/{m.pk}/sealed/").status_code == 200
    (read,) = SealedRead.objects.all()
    assert (read.reader, read.owner) == ("p-host-2", "p-host")
    page = own(world, "host").get("/held/").content.decode()
    assert "左村驿站" in page and "Read by" in page


def test_somebody_has_themselves_erased_with_their_password(world):
    account = world.people["resident"]
    account.set_password("Zhuanlou-7-Qiao")
    account.save()
    world.raised(text="晚上很黑，请修。")
    client = own(world)
    wrong = client.post("/held/erase/", {"sure": "on", "password": "no"})
    assert "not your password" in wrong.content.decode()
    assert "sure" in client.post("/held/erase/", {"password": "x"}).context["form"].errors
    assert client.post("/held/erase/", {"sure": "on", "password": "Zhuanlou-7-Qiao"}).url == "/"
    account.refresh_from_db()
    assert account.erased_at and not account.is_active
    assert client.get("/held/").status_code == 302
