"""Every page in both languages: what it shows, what it costs, and when it answers 304."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilin.demo.picture import river
from pilin.engine.models import Evidence, Matter, Notice
from pilin.kit import timeline
from pilin.kit.drawn import forget
from pilin.ledger import log
from tests.posting import submit

BACKEND = "django.contrib.auth.backends.ModelBackend"
EVERYONE = (
    "/",
    "/matters/",
    "/projects/",
    "/forums/",
    "/places/",
    "/map/",
    "/search/?q=路灯",
    "/verify/",
    "/gazette/",
    "/about/",
    "/ledger/main/",
)
SHARED_WORK = (
    "/work/",
    "/figures/",
    "/agreements/",
    "/pairings/",
    "/suggestions/",
    "/wishes/",
    "/drives/",
    "/benefits/",
    "/benefits/for-me/",
    "/funds/",
    "/events/",
    "/services/",
    "/budgets/",
    "/policies/",
    "/renovation/",
    "/lots/",
    "/lots/recalls/",
    "/honours/",
    "/panels/",
    "/warnings/",
    "/meetings/",
    "/meetings/required/",
)


@pytest.fixture
def signed(client, world):
    """Sign in as somebody: `signed("host")`."""

    def sign(login):
        client.force_login(world.people[login], BACKEND)
        return client

    return sign


def text(client, path, language="zh-hans", **headers):
    answer = client.get(path, headers={"accept-language": language, **headers})
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def pages(world):
    m = Matter.objects.filter(kind="consultation").first()
    return (
        *EVERYONE,
        m.url,
        f"/places/{world['左镇']}/",
        f"/forums/{world['左村驿站']}/",
        f"/organisations/{world['左镇议事堂']}/",
        f"/ledger/main/{m.pk}/",
    )


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "首页"), ("en", "Home")])
def test_every_page_opens_in_both_languages(client, world, language, word):
    world.raised()
    for path in pages(world):
        found = text(client, path, language)
        assert word in found
        assert f'lang="{ {"zh-hans": "zh-Hans"}.get(language, language) }"' in found


def test_the_same_number_of_queries_whatever_there_is(client, world):
    def counts():
        found = {}
        for path in (*pages(world)[:-1], *SHARED_WORK):
            forget()
            with CaptureQueriesContext(connection) as queries:
                text(client, path)
            found[path] = len(queries)
        return found

    world.converted()
    world.raised()
    text(client, "/figures/")  # from now on this process knows the registers
    first = counts()
    for n in range(12):
        world.raised("delegate", title=f"第{n}盏路灯坏了")
    world.converted()
    assert counts() == first
    # The figures: a question or two of each programme, and those of promises, elsewhere in one trip.
    assert max(first.values()) <= 43


def test_a_receipt_costs_as_many_queries_as_its_proof_has_steps(client, world):
    m = world.raised()
    with CaptureQueriesContext(connection) as queries:
        text(client, f"/ledger/main/{m.pk}/")
    assert len(queries) <= 7 + log.size("main").bit_length()  # one asks who the neighbours are


def test_a_signed_in_viewers_pages_cost_the_same_too(signed, world):
    client = signed("host")
    m = world.raised()

    def count(path):
        forget()
        with CaptureQueriesContext(connection) as queries:
            text(client, path)
        return len(queries)

    text(client, "/")  # from now on this process knows the registers
    first = [count("/desk/"), count(m.url)]
    for n in range(8):
        world.raised("delegate", title=f"第{n}盏路灯坏了")
    assert [count("/desk/"), count(m.url)] == first


@pytest.mark.parametrize("path", ["/", "/matters/", "/projects/", "/forums/", "/places/", "/map/"])
def test_a_repeat_visit_is_answered_from_the_ledgers_position(client, world, path):
    world.raised()
    tag = client.get(path)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    assert [q["sql"].split(" FROM ")[1].split()[0] for q in queries] == ["loop_position"]


@pytest.mark.parametrize("asked", ["W/{0}", '"other", {0}', 'W/"x",W/{0}', "*"])
@pytest.mark.parametrize("path", ["/matters/", "/ledger/main/checkpoint", "/ledger/main/key"])
def test_a_tag_that_a_proxy_weakened_or_put_in_a_list_is_known_again(client, world, path, asked):
    tag = client.get(path)["ETag"]
    answer = client.get(path, headers={"if-none-match": asked.format(tag)})
    assert (answer.status_code, answer["ETag"], answer.content) == (304, tag, b"")
    assert client.get(path, headers={"if-none-match": tag[:-1]}).status_code == 200


def test_what_is_not_there_is_not_known_by_any_tag(client, world):
    assert client.get("/matters/999999/", headers={"if-none-match": "*"}).status_code == 404


def test_a_step_makes_pages_new(client, world):
    m = world.raised()
    tags = {p: client.get(p)["ETag"] for p in ("/", "/matters/", m.url)}
    world.take("host", m, "accept", reason="好")
    for path, tag in tags.items():
        assert client.get(path, headers={"if-none-match": tag}).status_code == 200


def test_a_step_on_a_project_makes_the_page_of_its_source_new(client, world):
    m, p = world.converted()
    tag = client.get(m.url)["ETag"]
    world.take("lead", p, "approve", words="好")
    assert client.get(m.url, headers={"if-none-match": tag}).status_code == 200


def test_no_viewer_gets_the_page_of_another(signed, client, world):
    m = world.raised()
    tag = client.get(m.url)["ETag"]
    host = signed("host")
    answer = host.get(m.url, headers={"if-none-match": tag})
    assert answer.status_code == 200 and "受理" in answer.content.decode()
    english = host.get(m.url, headers={"accept-language": "en"})["ETag"]
    assert english != answer["ETag"]


def test_a_list_goes_on_where_it_ended_while_matters_move(client, world):
    for n in range(55):
        world.raised("delegate", title=f"第{n}盏路灯坏了")
    first = text(client, "/matters/")
    link = first.split('href="?after=')[1].split('"')[0]
    world.raised("delegate", title="新来的事")
    second = text(client, f"/matters/?after={link}")
    seen = [n for n in range(55) if f"第{n}盏" in first] + [
        n for n in range(55) if f"第{n}盏" in second
    ]
    assert sorted(seen) == list(range(55))


@pytest.mark.parametrize(
    "query",
    [
        "?after=x",
        "?after=99999999999999999999",
        "?after=-1",
        "?kind=x",
        "?show=x&side=z",
        "?show=late&after=1.2.3",
    ],
)
def test_a_broken_address_shows_the_list_from_its_beginning(client, world, query):
    world.raised()
    assert "村口的路灯坏了" in text(client, "/matters/" + query) or "show=late" in query


def test_search_finds_words_inside_sentences(client, world):
    world.raised(title="水稻秸秆焚烧没有人管")
    assert "水稻秸秆焚烧" in text(client, "/search/?q=秸秆")
    assert "水稻秸秆焚烧" not in text(client, "/search/?q=垃圾")
    assert "左镇" in text(client, "/search/?q=左镇")
    assert client.get("/search/?q=%27%20%26%20%7C%21%28%00").status_code == 200


def test_a_resident_raises_a_matter_and_the_host_takes_it_up(signed, world):
    client = signed("resident")
    answer = submit(
        client,
        "/new/consultation/raise/",
        {"title": "桥面破了", "text": "自行车过不去", "forum": world["左村驿站"]},
        follow=True,
    )
    page = answer.content.decode()
    assert "桥面破了" in page and "左村驿站" in page
    m = Matter.objects.get(title="桥面破了")
    client = signed("host")
    assert "桥面破了" in text(client, "/desk/")
    assert "受理" in text(client, m.url)
    answer = submit(client, f"{m.url}accept/", {"reason": "好", "seen": m.last}, follow=True)
    assert "已受理" in answer.content.decode()


def test_a_form_with_a_fault_keeps_what_was_typed(signed, world):
    answer = signed("resident").post(
        "/new/consultation/raise/", {"title": "桥\x07面", "text": "过不去"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "过不去" in page and "控制字符" in page
    assert not Matter.objects.filter(kind="consultation").exists()


def test_a_title_of_a_megabyte_is_refused(signed, world):
    answer = signed("resident").post(
        "/new/consultation/raise/",
        {"title": "长" * 350_000, "text": "x", "forum": world["左村驿站"]},
    )
    assert answer.status_code == 422


def test_a_stale_page_says_what_has_changed_since(signed, world):
    m = world.raised()
    world.take("neighbour", m, "support")
    answer = signed("host").post(f"{m.url}accept/", {"reason": "好", "seen": m.last})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "情况有变化" in page and "表示也关系到自己" in page and "好" in page


def test_a_step_nobody_offered_is_refused_with_its_reason(signed, world):
    m = world.raised()
    answer = signed("neighbour").post(f"{m.url}accept/", {"reason": "好"})
    assert answer.status_code == 403 and "现承办人" in answer.content.decode()
    assert signed("host").get(f"{m.url}nonsense/").status_code == 404
    assert signed("host").get("/matters/999999/accept/").status_code == 404


def test_a_visitor_is_asked_to_sign_in_first(client, world):
    m = world.raised()
    answer = client.get(f"{m.url}accept/")
    assert answer.status_code == 302 and "/sign-in/" in answer["Location"]


def deliver(client, p, name, content):
    file = SimpleUploadedFile(name, content)
    return submit(client, f"{p.url}deliver/", {"words": "好了", "files": file})


def test_evidence_is_kept_shown_and_served(signed, world, settings, tmp_path):
    settings.DATA = tmp_path
    _, p = world.converted()
    world.take("lead", p, "approve", words="x")
    world.take("lead", p, "start", start="2026-04-01")
    client = signed("lead")
    assert deliver(client, p, "现场.png", river(clear=True)).status_code == 302
    row = Evidence.objects.latest("entry")
    answer = client.get(f"/files/{row.sha256}/{row.name}")
    assert answer["Content-Type"] == "image/png"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == river(clear=True)
    again = client.get(
        f"/files/{row.sha256}/{row.name}", headers={"If-None-Match": f'W/"{row.sha256}"'}
    )
    assert again.status_code == 304 and not again.content
    assert client.get(f"/files/{'0' * 64}/x.png").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.exe", b"MZ" + bytes(100), "不是图片"),
        ("x.png", b"<script>", "不是图片"),
        ("x.png", b"", "空"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是图片"),
    ],
)
def test_an_upload_of_the_wrong_kind_is_refused(
    signed, world, settings, tmp_path, name, content, words
):
    settings.DATA = tmp_path
    _, p = world.converted()
    world.take("lead", p, "approve", words="x")
    world.take("lead", p, "start", start="2026-04-01")
    answer = deliver(signed("lead"), p, name, content)
    assert answer.status_code == 422 and words in answer.content.decode()
    p.refresh_from_db()
    assert p.state == "under_way"


def test_a_file_that_is_too_large_is_refused(signed, world, settings, tmp_path):
    settings.DATA, settings.FILE_LIMIT = tmp_path, 100
    _, p = world.converted()
    world.take("lead", p, "approve", words="x")
    world.take("lead", p, "start", start="2026-04-01")
    assert deliver(signed("lead"), p, "x.png", river(clear=True)).status_code == 422


def test_the_bell_counts_and_is_marked_read(signed, world):
    client = signed("host")
    world.raised()
    page = text(client, "/bell/")
    assert "轮到您办理" in page and "村口的路灯坏了" in page
    client.post("/bell/")
    assert Notice.objects.filter(person="p-host", read=None).count() == 0
    world.people["host"].refresh_from_db()
    assert world.people["host"].unread == 0


def test_a_meeting_can_be_put_into_a_calendar(client, world):
    m = world.raised()
    world.take("host", m, "accept", reason="x")
    world.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
    calendar = client.get(f"/forums/meetings/{m.pk}.ics").content.decode()
    assert "DTSTART;TZID=Asia/Shanghai:20990105T190000" in calendar
    assert f"SEQUENCE:{Matter.objects.get(pk=m.pk).last}" in calendar
    world.take("host", m, "reconvene", time="2099-01-06T19:00", where="驿站", invitees="村民")
    moved = client.get(f"/forums/meetings/{m.pk}.ics").content.decode()
    assert f"SEQUENCE:{Matter.objects.get(pk=m.pk).last}" in moved and moved != calendar


def test_one_click_signs_in_only_in_the_demo(client, world, settings):
    from pilin.people.models import Account

    Account.objects.filter(username="host").update(demo_title="host")
    assert client.get("/sign-in/")["Location"].startswith("/account/login/")
    assert client.post("/sign-in/", {"person": "p-host"}).status_code == 302
    assert "_auth_user_id" not in client.session
    settings.DEMO = True
    assert "左村驿站" in text(client, "/sign-in/")
    assert client.post("/sign-in/", {"person": "p-clerk"}).status_code == 404
    answer = client.post("/sign-in/", {"person": "p-host", "next": "https://evil.example/"})
    assert answer["Location"] == "/desk/" and "_auth_user_id" in client.session


def test_the_policy_of_every_page_forbids_what_is_not_ours(client, world):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "style=" not in text(client, "/") and "<script" not in text(client, "/")


def test_the_language_is_switched_and_kept(signed, world):
    client = signed("host")
    answer = client.post("/language/", {"language": "en", "next": "/desk/"}, follow=True)
    assert "My desk" in answer.content.decode()
    world.people["host"].refresh_from_db()
    assert world.people["host"].language == "en"


def test_a_receipt_is_found_by_its_number(client, world):
    m = world.raised()
    assert client.get(f"/verify/?number={m.pk}")["Location"] == f"/ledger/main/{m.pk}/"
    for wrong in ("999999", "x", "-1", "²"):
        assert "没有这个编号" in text(client, f"/verify/?number={wrong}")
    assert client.get("/ledger/main/99999999999999999999/").status_code == 404
    assert client.get("/ledger/main/tile/0/999").status_code == 404


def test_what_is_sealed_is_on_no_page(client, world):
    m = world.take(
        "host",
        "consultation",
        "raise_for",
        title="买药太远",
        text="每周一次",
        forum=world["左村驿站"],
        person="秘密姓名",
        contact="13900000000",
        channel="phone",
    )
    for path in (m.url, f"/ledger/main/{m.pk}/", f"/ledger/main/{m.pk}/receipt.json", "/matters/"):
        found = client.get(path).content.decode()
        assert "秘密姓名" not in found and "13900000000" not in found
    assert "代没有手机的人" in text(client, m.url)


def test_a_long_history_is_read_page_by_page(client, world, monkeypatch):
    monkeypatch.setattr(timeline, "LINES", 2)
    matter, _project = world.converted()
    numbers = [r.number for r in log.of_matter("main", matter.pk)]
    seen, path = [], matter.url
    while path:
        found = text(client, path)
        shown = [int(n) for n in re.findall(r'id="entry-(\d+)"', found)]
        assert shown == sorted(shown)
        seen = shown + seen
        earlier = re.search(r'href="(\?before=\d+)', found)
        path = matter.url + earlier[1] if earlier else None
    assert seen == numbers and len(numbers) > 4
    assert f'id="entry-{numbers[-1]}"' in text(client, f"{matter.url}?before=x²")
