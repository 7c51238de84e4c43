"""A home is checked once, by a code, in a register or face to face, and counts until its day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.erase import erase_person
from pilin.engine.rebuild import rebuild
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people import used
from pilin.people.models import Residence
from pilin.programmes.residence import checking, secret, shown
from pilin.programmes.residence.models import Code, Resident

from .test_documents import number_of

BORN = date(1960, 1, 31)
SOON = (timezone.localdate() + timedelta(days=30)).isoformat()


def batch(world, number=3, login="host"):
    said = {"place": world["左村"], "number": number, "expires": SOON}
    return checking.make(world.actor(login), said)


def may_raise(world, login):
    try:
        world.raised(login)
    except Refused as refused:
        assert refused.code == "forbidden"
        return False
    return True


def test_a_code_checks_a_home_once(world):
    assert not may_raise(world, "stranger")
    made = batch(world)
    entry = checking.by_code("p-stranger", made.codes[0].lower().replace("-", " "))
    assert log.get("main", entry).body["data"]["batch"] == made.entry
    assert may_raise(world, "stranger")
    with pytest.raises(checking.NotChecked):
        checking.by_code("p-stranger-2", made.codes[0])
    assert not may_raise(world, "stranger-2")


def test_neither_database_nor_record_holds_a_code(world):
    made = batch(world)
    texts = [r.text for r in log.read("main")] if hasattr(log.Record, "text") else []
    bodies = [str(r.body) for r in log.read("main")]
    kept = list(Code.objects.values_list("digest", flat=True))
    for code in made.codes:
        assert not any(code in t or code.replace("-", "") in t for t in [*texts, *bodies, *kept])


def test_a_code_is_not_good_after_its_day(world):
    made = batch(world)
    Code.objects.update(expires=timezone.localdate() - timedelta(days=1))
    with pytest.raises(checking.NotChecked) as told:
        checking.by_code("p-stranger", made.codes[0])
    assert told.value.why == "unfit"


def test_whoever_tries_too_often_is_told_so_even_with_a_good_code(world):
    made = batch(world)
    for _n in range(checking.TRIES):
        with pytest.raises(checking.NotChecked) as told:
            checking.by_code("p-stranger", "AAAAA-AAAAA")
        assert told.value.why == "unfit"
    with pytest.raises(checking.NotChecked) as told:
        checking.by_code("p-stranger", made.codes[0])
    assert told.value.why == "many"
    assert used.today(checking.PERSON, "p-stranger") == checking.TRIES + 1
    assert checking.by_code("p-stranger-2", made.codes[0])


@pytest.mark.parametrize("login", ["resident", "stranger", "lead", "treasurer"])
def test_only_hosts_and_clerks_make_codes(world, login):
    with pytest.raises(Refused) as refused:
        batch(world, login=login)
    assert refused.value.code == "forbidden"


def test_a_host_makes_codes_for_their_own_place_alone(world):
    with pytest.raises(Refused) as refused:
        checking.make(world.actor("host"), {"place": world["右村"], "number": 1, "expires": SOON})
    assert "place" in refused.value.errors
    assert not Code.objects.exists()


def test_a_host_vouches_for_who_shows_their_digits(world):
    digits = shown.digits_of("p-stranger", timezone.now()).digits
    said = {"shown": f"{digits[:4]} {digits[4:]}", "place": world["左村"]}
    record = act(world.actor("host"), "residence", "vouch", said)
    assert record.body["office"]["role"] == "host"
    assert digits not in str(record.body)
    assert Residence.objects.get(person="p-stranger").way == "vouched"
    assert may_raise(world, "stranger")


def test_nobody_vouches_for_themselves_or_for_digits_of_nobody(world):
    own = shown.digits_of("p-host", timezone.now()).digits
    wrong = f"{(int(own) + 1) % 10**8:08d}"
    for digits in (own, wrong):
        with pytest.raises(Refused) as refused:
            said = {"shown": digits, "place": world["左村"]}
            act(world.actor("host"), "residence", "vouch", said)
        assert "shown" in refused.value.errors


def test_digits_are_good_for_a_quarter_of_an_hour(world):
    now = timezone.now()
    digits = shown.digits_of("p-stranger", now).digits
    assert shown.person_of(digits, now + timedelta(minutes=14)) == "p-stranger"
    assert shown.person_of(digits, now + timedelta(minutes=16)) is None


def in_register(world, number, place="左村"):
    kept = secret.of_resident(number, BORN, world[place])
    until = timezone.localdate() + timedelta(days=365)
    Resident.objects.create(
        digest=kept, who=secret.of_number(number), place=world[place], until=until
    )


def test_a_row_of_a_register_is_matched_by_one_account(world):
    number = number_of(BORN)
    in_register(world, number)
    entry = checking.by_register("p-stranger", number, BORN, world["左村"])
    assert number not in str(log.get("main", entry).body)
    with pytest.raises(checking.NotChecked):
        checking.by_register("p-stranger-2", number, BORN, world["左村"])
    assert list(Residence.objects.filter(way="register").values_list("person", flat=True)) == [
        "p-stranger"
    ]


def test_a_person_in_two_registers_has_one_account_all_the_same(world):
    number = number_of(BORN)
    in_register(world, number)
    in_register(world, number, "右村")
    checking.by_register("p-stranger", number, BORN, world["左村"])
    with pytest.raises(checking.NotChecked):
        checking.by_register("p-stranger-2", number, BORN, world["右村"])
    assert checking.by_register("p-stranger", number, BORN, world["右村"])


@pytest.mark.parametrize(
    ("number", "born", "place"),
    [
        (number_of(BORN, serial=2), BORN, "左村"),
        (number_of(BORN), date(1960, 2, 1), "左村"),
        (number_of(BORN), BORN, "右村"),
        ("123", BORN, "左村"),
    ],
)
def test_nothing_else_is_matched(world, number, born, place):
    in_register(world, number_of(BORN))
    with pytest.raises(checking.NotChecked) as told:
        checking.by_register("p-stranger", number, born, world[place])
    assert told.value.why == "unfit"


def test_a_checked_home_is_ended_by_who_could_have_vouched(world):
    made = batch(world)
    entry = checking.by_code("p-stranger", made.codes[0])
    said = {"entry": entry, "reason": "已搬走"}
    with pytest.raises(Refused):
        act(world.actor("host-right"), "residence", "end", said)
    act(world.actor("host"), "residence", "end", said)
    assert not may_raise(world, "stranger")


def test_a_home_counts_until_its_day(world):
    actor = world.actor("resident")
    assert actor.lives(date(2099, 12, 31))
    assert not actor.lives(date(2100, 1, 1))


def rows():
    return sorted(
        Residence.objects.values_list("person", "place", "since", "until", "way", "entry")
    )


def test_a_rebuild_finds_the_same_homes(world):
    checking.by_code("p-stranger", batch(world).codes[0])
    before = rows()
    rebuild()
    assert rows() == before
    assert before


def test_of_two_who_enter_a_code_at_once_one_is_checked(own_database):
    from tests.world import build

    world = build()
    made = batch(world)

    def enter(person):
        try:
            return checking.by_code(person, made.codes[0])
        except checking.NotChecked:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(enter, [f"p-{n}" for n in range(4)]))
    assert len([entry for entry in told if entry]) == 1
    assert Residence.objects.filter(way="code").count() == 1


def test_one_address_has_only_so_many_tries_whatever_the_account(world, monkeypatch):
    monkeypatch.setattr(checking, "OF_ADDRESS", 3)
    made = batch(world)
    for n in range(3):
        with pytest.raises(checking.NotChecked) as told:
            checking.by_code(f"p-{n}", "AAAAA-AAAAA", "192.0.2.1")
        assert told.value.why == "unfit"
    with pytest.raises(checking.NotChecked) as told:
        checking.by_code("p-stranger", made.codes[0], "192.0.2.1")
    assert told.value.why == "many"
    assert checking.by_code("p-stranger", made.codes[0], "192.0.2.2")
    assert not used.Used.objects.filter(whose__contains="192.0.2").exists()


def test_where_many_guess_each_account_looks_once_and_who_knows_their_number_is_found(
    world, monkeypatch
):
    monkeypatch.setattr(checking, "OF_PLACE", 2)
    number = number_of(BORN)
    in_register(world, number)
    for n in range(2):
        with pytest.raises(checking.NotChecked):
            checking.by_register(f"p-{n}", number_of(BORN, serial=9), BORN, world["左村"])
    for why in ("unfit", "many"):  # of a guesser with an account of their own
        with pytest.raises(checking.NotChecked) as told:
            checking.by_register("p-9", number_of(BORN, serial=8), BORN, world["左村"])
        assert told.value.why == why
    assert checking.by_register("p-stranger", number, BORN, world["左村"])


def test_an_account_that_is_erased_leaves_its_row_to_another_and_its_home_ends(world):
    number = number_of(BORN)
    in_register(world, number)
    checking.by_register("p-stranger", number, BORN, world["左村"])
    with pytest.raises(checking.NotChecked):
        checking.by_register("p-stranger-2", number, BORN, world["左村"])
    erase_person("p-stranger")
    home = Residence.objects.get(person="p-stranger")
    assert home.until < timezone.localdate() and not used.Used.objects.filter(whose="p-stranger")
    assert checking.by_register("p-stranger-2", number, BORN, world["左村"])


def test_codes_that_are_withdrawn_are_good_no_more_and_only_those_of_ones_own_place_can_be(world):
    made = batch(world)
    with pytest.raises(Refused):
        said = {"batch": made.entry, "reason": "单子丢了"}
        act(world.actor("host-right"), "residence", "withdraw_codes", said)
    checking.by_code("p-stranger", made.codes[0])
    record = act(world.actor("host"), "residence", "withdraw_codes", said)
    assert record.body["data"]["unused"] == len(made.codes) - 1
    with pytest.raises(checking.NotChecked):
        checking.by_code("p-stranger-2", made.codes[1])
    assert Residence.objects.get(person="p-stranger").until > timezone.localdate()
