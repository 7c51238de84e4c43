"""What is written is looked at once more before it is permanent; drafts wait, and go again."""

import os
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pilin.demo.picture import river
from pilin.engine import drafts
from pilin.engine.erase import erase_person
from pilin.engine.models import Draft, DraftFile, Evidence, Matter
from pilin.ledger import log
from pilin.programmes.budget.tests.town import announce
from pilin.site import typed
from tests.posting import submit

BACKEND = "django.contrib.auth.backends.ModelBackend"
RAISE = "/new/consultation/raise/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return lambda: sorted(p.name for p in (tmp_path / "drafts").glob("*"))


@pytest.fixture
def signed(world):
    def sign(login):
        client = Client(headers={"accept-language": "en"})
        client.force_login(world.people[login], BACKEND)
        return client

    return sign


def photo(clear=True):
    return SimpleUploadedFile("现场.png", river(clear=clear))


def answers(world, **more):
    return {"title": "桥面破了", "text": "自行车过不去", "forum": world["左村驿站"], **more}


def shown(client, path, data):
    """The second look at a form that is in order: its address and its page."""
    answer = client.post(path, data)
    assert answer.status_code == 302 and "?check=" in answer["Location"], answer.content.decode()
    return answer["Location"], client.get(answer["Location"]).content.decode()


def record(client, where, token=""):
    path, _, own = where.partition("?check=")
    return client.post(path, {"do": "record", "token": token or own})


def matters():
    return list(Matter.objects.filter(kind="consultation"))


def test_what_is_written_is_shown_as_it_will_stand_and_then_recorded(signed, world):
    client = signed("resident")
    before = log.size("main")
    where, page = shown(client, RAISE, answers(world))
    assert "桥面破了" in page and "自行车过不去" in page and "左村驿站</span> · Host" in page
    assert "Everyone can read this" in page and log.size("main") == before
    assert record(client, where).status_code == 302
    (m,) = matters()
    assert (m.title, log.size("main")) == ("桥面破了", before + 1)
    assert not Draft.objects.exclude(answers="").exists()


def test_a_double_tap_makes_one_entry(signed, world):
    client = signed("resident")
    where, _ = shown(client, RAISE, answers(world))
    first, second = record(client, where), record(client, where)
    (m,) = matters()
    assert first["Location"] == second["Location"] == m.url


def test_bare_steps_and_choices_alone_are_one_tap(signed, world):
    m, _ = world.delivered()
    assert signed("resident").post(f"{m.url}confirm/", {"rating": "5"})["Location"] == m.url
    other = world.raised(title="别的事")
    assert signed("neighbour").post(f"{other.url}support/")["Location"] == other.url
    m, _ = world.delivered()
    assert (
        "?check="
        in signed("resident").post(f"{m.url}confirm/", {"rating": "5", "words": "很好"})["Location"]
    )


def test_what_is_kept_sealed_is_told_apart(signed, world):
    data = answers(world, person="秘密姓名", channel="phone")
    _where, page = shown(signed("host"), "/new/consultation/raise_for/", data)
    public, _, sealed = page.partition("Kept sealed: not in the public record")
    assert "秘密姓名" in sealed and "秘密姓名" not in public.split("<main")[1]
    assert "秘密姓名" not in Draft.objects.get().answers


def test_a_photo_waits_is_seen_by_its_owner_alone_and_becomes_evidence(signed, world, folder):
    client = signed("resident")
    where, page = shown(client, RAISE, answers(world, files=photo()))
    address = re.search(r'src="(/drafts/[0-9a-f]+/)"', page)[1]
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == river(clear=True)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert signed("neighbour").get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert not Evidence.objects.exists() and len(folder()) == 1
    record(client, where)
    assert Evidence.objects.get().matter == matters()[0] and not DraftFile.objects.exists()


def test_files_stay_where_the_form_has_a_fault_and_can_be_left_out(signed, world):
    client = signed("resident")
    page = client.post(RAISE, answers(world, text="", files=photo())).content.decode()
    (row,) = DraftFile.objects.all()
    assert row.key in page and "leave out" in page
    where, page = shown(client, RAISE, answers(world))
    assert row.name in page
    where, page = shown(client, RAISE, answers(world, without=row.key))
    assert row.name not in page and not DraftFile.objects.exists()
    record(client, where)
    assert not Evidence.objects.exists()


def test_another_account_cannot_record_or_read_a_draft(signed, world):
    where, _ = shown(signed("resident"), RAISE, answers(world))
    other = signed("neighbour")
    assert "桥面破了" not in other.get(where, follow=True).content.decode()
    assert record(other, where)["Location"] == f"{RAISE}?change=1"
    assert matters() == []


def test_a_token_is_good_for_what_was_shown_last_and_for_no_other_step(signed, world):
    client = signed("resident")
    old, _ = shown(client, RAISE, answers(world))
    new, _ = shown(client, RAISE, answers(world, title="另一件事"))
    assert record(client, old)["Location"] == f"{RAISE}?change=1" and matters() == []
    token = new.partition("?check=")[2]
    record(client, "/new/service/ask/", token)
    assert matters() == [] and not Matter.objects.filter(kind="service").exists()
    record(client, new)
    assert [m.title for m in matters()] == ["另一件事"]


def test_nothing_but_the_token_is_taken_from_the_last_request(signed, world):
    client = signed("resident")
    where, _ = shown(client, RAISE, answers(world))
    path, _, token = where.partition("?check=")
    changed = {"title": "改过的", "forum": world["右村驿站"], "files": photo(), "seen": "1"}
    client.post(path, {"do": "record", "token": token, **changed})
    (m,) = matters()
    assert (m.title, m.org_id) == ("桥面破了", world["左村驿站"]) and not Evidence.objects.exists()


def test_the_right_is_looked_at_before_anything_is_kept_and_again_at_the_end(signed, world, folder):
    m = world.raised()
    answer = signed("neighbour").post(f"{m.url}accept/", {"reason": "好", "files": photo()})
    assert answer.status_code == 403 and not Draft.objects.exists() and folder() == []
    host = signed("host")
    where, _ = shown(host, f"{m.url}accept/", {"reason": "好", "seen": m.last})
    world.take("host", m, "accept", reason="先办了")
    assert record(host, where).status_code == 409


def test_a_step_of_others_meanwhile_is_told_and_nothing_typed_is_lost(signed, world):
    m = world.raised()
    host = signed("host")
    where, _ = shown(host, f"{m.url}accept/", {"reason": "属于公共事务", "seen": m.last})
    world.take("neighbour", m, "support")
    answer = record(host, where)
    assert answer.status_code == 409 and "属于公共事务" in answer.content.decode()


def test_whoever_may_not_read_what_is_sealed_learns_nothing_from_a_second_look(signed, world):
    wish = world.take(
        "coordinator",
        "wish",
        "submit",
        title="一盏台灯",
        code="学生01",
        child="阿依古丽",
        school=world["左小学"],
        through=world["左镇议事堂"],
    )
    world.publishes(wish)
    world.gives(wish, "resident")
    wish = world.take("resident", wish, "claim")
    client, pages = signed("resident"), []
    for name in ("阿依古丽", "古丽"):
        data = {"words": f"已送到{name}手里", "files": photo()}
        where, page = shown(client, f"{wish.url}deliver/", data)
        assert data["words"] in page and "■■" not in page
        pages.append(re.sub(r"[0-9a-f]{32}|value=\S+|check=\S+", "", page).replace(name, ""))
    assert pages[0] == pages[1]
    record(client, where)


def test_an_unfinished_form_is_offered_again_and_can_be_thrown_away(signed, world, folder):
    client = signed("resident")
    client.post(RAISE, {"title": "桥面破了", "text": "", "files": photo()})
    page = client.get(RAISE).content.decode()
    assert "桥面破了" in page and "as you left it" in page and "error-summary" not in page
    titled = client.get(f"{RAISE}?title=路灯").content.decode()
    assert 'value="路灯"' in titled and "桥面破了" not in titled and "Go on with that" in titled
    assert "桥面破了" not in signed("neighbour").get(RAISE).content.decode()
    client.post(RAISE, {"do": "drop"})
    assert "桥面破了" not in client.get(RAISE).content.decode() and not DraftFile.objects.exists()


def test_a_form_can_be_kept_for_later_without_being_in_order(signed, world):
    client = signed("resident")
    assert client.post(RAISE, {"title": "桥面", "do": "keep"}).status_code == 302
    assert "桥面" in client.get(RAISE).content.decode() and matters() == []


def test_what_is_typed_into_a_form_one_leaves_is_kept(signed, world):
    m = world.raised()
    assert signed("neighbour").post(f"{m.url}accept/", {"do": "leave"}).status_code == 403
    client = signed("resident")
    assert client.post(RAISE, {"title": "桥面", "do": "leave"}).status_code == 204
    assert "桥面" in client.get(RAISE).content.decode() and matters() == [m]


def test_what_is_abandoned_is_swept_and_erased(
    signed, world, folder, django_capture_on_commit_callbacks
):
    client = signed("resident")
    big = SimpleUploadedFile("长.png", river(clear=True) + bytes(20 * 2**20 - 60_000))
    shown(client, RAISE, answers(world, files=big))
    assert len(folder()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.sweep(timezone.now()) == 0
        assert drafts.sweep(timezone.now() + timedelta(days=2))
    assert folder() == [] and Draft.objects.count() == 1
    drafts.sweep(timezone.now() + timedelta(days=31))
    assert not Draft.objects.exists()
    shown(client, RAISE, answers(world, files=photo()))
    with django_capture_on_commit_callbacks(execute=True):
        erase_person("p-resident")
    assert folder() == [] and not Draft.objects.exists()


def test_what_a_crash_left_on_disk_is_swept(world, folder):
    drafts.folder().mkdir(parents=True)
    lost = drafts.path_of("a" * 32)
    lost.write_bytes(b"x")
    assert drafts.sweep(timezone.now()) == 0
    os.utime(lost, (0, 0))
    assert drafts.sweep(timezone.now()) == 1 and folder() == []


def test_files_are_limited_for_each_account_and_for_all(signed, world, monkeypatch, folder):
    client = signed("resident")
    monkeypatch.setattr(drafts, "FILES", 1)
    page = client.post(RAISE, answers(world, files=[photo(), photo(clear=False)]))
    assert page.status_code == 422 and "too many files" in page.content.decode()
    monkeypatch.setattr(drafts, "FILES", 12)
    monkeypatch.setattr(drafts, "OWN_BYTES", len(river(clear=True)) + 10)
    shown(client, RAISE, answers(world, files=photo()))
    shown(
        client,
        "/new/service/ask/",
        {
            "title": "t",
            "text": "t",
            "desk": world["左服务中心"],
            "files": photo(),
        },
    )
    assert DraftFile.objects.get().draft.kind == "service"  # the newer one
    monkeypatch.setattr(drafts, "ALL_BYTES", 10)
    page = signed("neighbour").post(RAISE, answers(world, files=photo()))
    assert page.status_code == 422 and "no room" in page.content.decode()


def test_an_account_keeps_a_few_drafts_and_no_more(world, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 2)
    for n in range(4):
        drafts.save("p-resident", "consultation", n, "accept", {"reason": ["好"]})
    assert sorted(d.matter for d in Draft.objects.all()) == [2, 3]
    assert drafts.save("p-resident", "x", 0, "x", {"a": ["长" * drafts.LONGEST]}) is None


def test_the_same_matter_is_offered_before_it_is_raised_again(signed, world):
    there = world.raised(title="村口的路灯坏了")
    client = signed("neighbour")
    where, page = shown(client, RAISE, answers(world, title="村口路灯坏了一周"))
    assert "Is it one of these?" in page and there.title in page
    token = where.partition("?check=")[2]
    answer = client.post(f"{there.url}support/", {"seen": there.last, "instead": token})
    assert answer["Location"] == there.url and not Draft.objects.exists()
    assert there.parties.count() == 2 and len(matters()) == 1


def test_a_like_idea_and_a_like_request_are_offered_with_what_to_do_then(signed, world):
    budget = announce(world)
    idea = {"title": "渡口装路灯", "text": "晚上很黑", "where": "渡口", "estimate": "3000"}
    world.take("resident", budget, "idea", **idea)
    path = f"/matters/{budget.pk}/idea/"
    _where, page = shown(signed("host"), path, {**idea, "title": "给渡口装路灯"})
    assert f"/budgets/{budget.pk}/ideas/#idea-1" in page and "leave yours out" in page
    asked = {"title": "渡口的路灯坏了", "text": "看不见", "desk": world["左服务中心"]}
    there = world.take("resident", "service", "ask", **asked)
    for login, said in (("neighbour", "Open it and follow it"), ("resident", "You are part of")):
        _where, page = shown(signed(login), "/new/service/ask/", asked)
        assert there.title in page and said in page


def test_where_to_go_afterwards_is_kept_and_stays_with_us(signed, world):
    client = signed("resident")
    assert submit(client, RAISE, answers(world, then="/votes/"))["Location"] == "/votes/"
    away = submit(client, RAISE, answers(world, then="//evil.example/"))["Location"]
    assert away.startswith("/matters/")


def test_ones_own_station_is_chosen_already(signed, world):
    account = world.people["resident"]
    account.home = world["右村"]
    account.save()
    chosen = f'value="{world["右村驿站"]}" selected'
    assert chosen in signed("resident").get(RAISE).content.decode()
    other = signed("resident").get(f"{RAISE}?forum={world['左村驿站']}").content.decode()
    assert chosen not in other and f'value="{world["左村驿站"]}" selected' in other


def test_where_nobody_is_in_office_nothing_can_be_handed_over(signed, world):
    from pilin.engine.act import act
    from pilin.engine.refused import Refused
    from pilin.people.actor import HOUSE

    book = act(HOUSE, "register", "open", {"title": "登记"}).number
    row = {"name": "空驿站", "category": "station", "sides": "a", "places": [world["左村"]]}
    empty = act(HOUSE, book, "record", {"type": "organisation", "row": row}).number
    assert "空驿站" not in signed("resident").get(RAISE).content.decode()
    with pytest.raises(Refused) as refusal:
        world.raised(forum=empty)
    assert "forum" in refusal.value.errors


def test_milestones_are_rows_and_come_in_bulk_as_lines(signed, world):
    client = signed("lead")
    path = "/new/project/register/"
    assert client.get(path).content.decode().count('type="date"') >= 4
    data = {"title": "修桥", "lead": world["左镇"], "category": "民生", "finish": "2099-02-01"}
    rows = {
        "milestones-1-day": "2099-01-05",
        "milestones-1-words": "挖沟",
        "milestones-3-words": "x",
    }
    page = client.post(path, {**data, **rows})
    assert page.status_code == 422 and 'value="挖沟"' in page.content.decode()
    rows |= {"milestones-3-day": "2098-01-05"}
    submit(client, path, {**data, **rows})
    m = Matter.objects.get(kind="project")
    assert [str(s.due) for s in m.project.milestones.order_by("number")] == [
        "2098-01-05",
        "2099-01-05",
    ]


def test_whoever_has_sent_enough_today_is_told_so_before_a_byte_is_kept(
    signed, world, folder, settings
):
    settings.FILES_A_DAY = photo().size + 10
    client = signed("resident")
    shown(client, RAISE, answers(world, files=photo()))
    before = folder()
    page = client.post(RAISE, answers(world, files=photo(clear=False))).content.decode()
    assert "Please send the rest tomorrow" in page and folder() == before
    shown(signed("neighbour"), RAISE, answers(world, files=photo()))  # each has a day of their own


def test_what_was_typed_before_a_session_ended_is_there_after_signing_in(signed, world, folder):
    gone = Client(headers={"accept-language": "en"})
    sent = gone.post(RAISE, answers(world, title="船闸门口积水", files=photo()))
    assert sent.status_code == 302 and sent["Location"].startswith("/sign-in/?next=")
    way = unquote(sent["Location"].partition("next=")[2])
    assert "typed=" in way and folder() == []  # nothing of somebody unknown is on disk
    client = signed("resident")
    page = client.get(way, follow=True).content.decode()
    assert "船闸门口积水" in page and "自行车过不去" in page
    other = signed("neighbour").get(way, follow=True).content.decode()
    assert "船闸门口积水" not in other  # the key is good once
    assert not matters()


def test_a_form_that_nobody_filled_in_keeps_nothing_and_nobody_keeps_many(world, monkeypatch):
    assert "typed" not in Client().post(RAISE, {"title": ""})["Location"]
    monkeypatch.setattr(typed, "OF_ADDRESS", 1)
    assert "typed" in Client().post(RAISE, {"title": "一"})["Location"]
    assert "typed" not in Client().post(RAISE, {"title": "二"})["Location"]
