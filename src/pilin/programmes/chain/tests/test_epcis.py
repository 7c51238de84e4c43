"""Lots as events of EPCIS 2.0: what goes out is valid by others' checkers, and comes in again as the same lots."""

import json
from datetime import date

import jsonschema
import pytest
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from django.db import transaction
from epcis_event_hash_generator import hash_generator, json_to_py

from pilin.deciding.chains.gs1 import digital_link, gtin14
from pilin.programmes.chain.models import Lot, Shipment
from pilin.workbook import importing
from pilin.workbook.errors import WorkbookError
from tools import schemas

from .made import left, lot, season, sent


@pytest.fixture
def document(world, client):
    """All that happened to a season's bags, as the page gives it."""
    made = season(world)
    world.take("lead", made["rice"].pk, "find", **PAPER)
    world.take(
        "lead-right", sent(world, made["bags"], "3000"), "receive", amount="2990", words="破"
    )
    sent(world, made["bags"], "500")
    world.take("lead-right", made["bags"].pk, "sell", amount="10")
    world.take("lead", made["bags"].pk, "lose", amount="5", words="破袋")
    response = client.get(f"/lots/{made['bags'].pk}/epcis.json")
    assert response["Content-Type"] == "application/ld+json"
    return response.json()


PAPER = {"what": "test", "passed": "yes", "by": "市检测中心", "day": "2026-03-01"}


def schema():
    """GS1's schema of a document with those of its events, put together."""
    folder = schemas.find()
    if folder is None:
        pytest.skip("npm could not fetch the schemas of EPCIS")
    whole = json.loads((folder / "EPCISDocument.schema.json").read_text())
    known = {**json.loads((folder / "definitions.json").read_text())}
    for path in folder.glob("*Event.schema.json"):
        known |= json.loads(path.read_text()).get("definitions", {})
    whole["definitions"] = {**known, **whole.get("definitions", {})}
    return jsonschema.Draft7Validator(
        whole, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    )


def test_what_goes_out_is_valid_by_the_schema_of_gs1_and_garbage_is_not(document):
    found = schema()
    assert [e.message[:200] for e in found.iter_errors(document)] == []
    for wrong in ({"type": "FooEvent"}, {"eventTime": "gestern"}, {"bizStep": "no uri"}):
        events = document["epcisBody"]["eventList"]
        spoilt = {**document, "epcisBody": {"eventList": [{**events[0], **wrong}, *events[1:]]}}
        assert list(found.iter_errors(spoilt)), wrong


def test_every_event_has_a_hash_of_its_own_by_another_implementation(document):
    events = json_to_py.event_list_from_epcis_document_json(document)
    hashes = hash_generator.epcis_hashes_from_events(events, "sha256")
    assert len(set(hashes)) == len(document["epcisBody"]["eventList"])
    assert all(one.startswith("ni:///sha-256;") for one in hashes)


def test_nothing_of_it_names_more_than_organisations(document):
    text = json.dumps(document, ensure_ascii=False)
    assert "p-lead" not in text and "左镇" in text


def test_it_comes_in_as_the_same_lots(world, client, tmp_path):
    with transaction.atomic():
        made = season(world)
        m = sent(world, made["bags"], "3000")
        world.take("lead-right", m, "receive", amount="2990", words="破")
        sent(world, made["bags"], "500")
        path = tmp_path / "events.json"
        path.write_bytes(client.get(f"/lots/{made['bags'].pk}/epcis.json").content)
        before = [_said(one) for one in Lot.objects.order_by("pk")]
        transaction.set_rollback(True)
    assert not Lot.objects.exists()
    plan = importing.plan(path)
    assert [(d.cell, d.wording, str(d.why)) for d in plan.doubts] == []
    importing.carry_out(plan)
    assert [_said(one) for one in Lot.objects.order_by("pk")] == before
    bags = Lot.objects.get(good="bags")
    assert (left(world, bags), left(world, bags, "右镇")) == (6500, 2990)
    assert Shipment.objects.get(received=None).amount == 500
    again = importing.plan(path)
    assert not [c for c in (*again.new, *again.changed) if c.what in ("lot", "shipment")]


def _said(one):
    names = ("code", "good", "act", "amount", "taken", "day", "gtin", "best", "wet", "water")
    return tuple(getattr(one, name) for name in (*names, "bags", "beside", "variety"))


def test_what_another_system_wrote_is_doubted_where_it_does_not_say_what_it_is(world, tmp_path):
    event = {
        **{"type": "ObjectEvent", "action": "ADD", "eventTime": "2026-10-01T08:00:00+08:00"},
        **{"eventTimeZoneOffset": "+08:00", "bizStep": "commissioning"},
        "quantityList": [{"epcClass": "urn:x:lot:7", "quantity": 1.5, "uom": "TNE"}],
    }
    path = tmp_path / "theirs.json"
    whole = {"type": "EPCISDocument", "epcisBody": {"eventList": [event]}}
    path.write_text(json.dumps(whole))
    plan = importing.plan(path)
    assert plan.rows["批次"] == 1 and plan.doubts and not plan.new


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"type": "EPCISDocument"}',
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [1]}}',
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [{"type": "ObjectEvent"}]}}',
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [{"eventTime": "x",'
        ' "type": "ObjectEvent", "action": "ADD", "quantityList": [{"epcClass": 1}]}]}}',
        "{" * 100_000,
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [{"eventTime": "2026-10-01T08:00:00Z",'
        ' "type": "ObjectEvent", "action": "ADD", "quantityList": [{"epcClass": "x",'
        ' "quantity": 1e999999999}]}]}}',
    ],
)
def test_a_document_that_is_none_is_told_so_and_nothing_is_written(world, tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(WorkbookError) as why:
        importing.plan(path)
    assert "EPCIS" in str(why.value)


def test_the_code_on_a_bag_is_read_by_a_scanner_of_gs1_and_leads_to_its_page(world, client):
    bags = lot(
        world, "pack", lot(world, "enter", good="rice", amount="10"), amount="10", bags=2,
        gtin="6901234567892", code="A/1-b", best="2027-08-01",
    )  # fmt: skip
    path = digital_link(bags.gtin, bags.code, bags.best)
    read = GS1DigitalLinkURI.parse(f"https://example.org{path}")
    said = {e.ai.ai: e.value for e in read.element_strings}
    assert said == {"01": "06901234567892", "10": "A/1-b", "15": "270801"}
    assert read.element_strings[0].gtin.prefix.usage == "GS1 China"
    assert client.get(path)["Location"] == f"/lots/{bags.pk}/"
    assert client.get("/01/06901234567892/10/nothing").status_code == 404


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("6901234567892", "06901234567892"),
        ("690-1234 567892", "06901234567892"),
        ("6901234567893", ""),
        ("96385074", "00000096385074"),
        ("", ""),
        ("６９０１２３４５６７８９２", ""),
        ("123", ""),
    ],
)
def test_a_gtin_is_checked_by_its_last_digit(text, digits):
    assert gtin14(text) == digits
    assert digital_link("06901234567892", "x", date(2027, 8, 1)).endswith("?15=270801")
