"""A town of three villages, from an empty installation to a first vote of fifty residents.

Installing and the first operator take the command line, as docs/operating.md says; all else is done in
the browser. What a person does once is done in a real browser; the others of the fifty send the same
forms without one.
"""

import base64
import hmac
import io
import re
import struct
import subprocess
import sys
import time
from datetime import date, timedelta
from email import message_from_bytes, policy

import pypdf
import pytest
import requests
from playwright.sync_api import expect

from tests.installation import data_folder, environment
from tools.ports import free_port

from .conftest import running
from .test_walk import send

PASSWORD = "Zhuanlou-7-Qiao"
RESIDENTS, BY_HAND = 50, 2
VILLAGES = ("东村", "西村", "南村")


@pytest.fixture(scope="module")
def folder():
    with data_folder("town", begun=True) as found:
        yield found


@pytest.fixture(scope="module")
def demo(folder):
    """An empty installation behind a proxy, as an office runs it; named as the demo is, for `visit`."""
    yield from running(
        folder,
        free_port(),
        "serve",
        PILIN_SIGNUP="open",
        PILIN_PROXIES="1",
        PILIN_SECOND_FACTOR="operator",
        DJANGO_SETTINGS_MODULE="tests.quick",
    )


def pilin(folder, *words, said=""):
    command = [sys.executable, "-m", "pilin", *words]
    done = subprocess.run(
        command, check=False, env=environment(folder), input=said, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def code_for(folder, address):
    """The code in the newest letter to an address."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for letter in letters(folder):
            if letter["To"] == address:
                return re.search(
                    r"(?m)^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]+)*)\s*$", letter.get_content()
                )[1]
        time.sleep(0.05)
    raise AssertionError(f"no letter to {address}")


def letters(folder):
    """What left, newest first. Letters of one second may stand in one file, a line of dashes between."""
    for path in sorted((folder / "mail").glob("*"), key=lambda p: -p.stat().st_mtime_ns):
        for one in reversed(path.read_bytes().split(b"-" * 79 + b"\n")):
            yield message_from_bytes(one, policy=policy.default)


def totp(secret):
    """RFC 6238, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def address_of(name):
    return f"{name}@example.org"


class Sender:
    """Somebody whose forms come without a browser, from an address of their own."""

    def __init__(self, base, name, address):
        self.base, self.name = base, name
        self.session = requests.Session()
        self.session.headers.update({"X-Forwarded-For": address, "Accept": "text/html"})

    def get(self, path):
        answer = self.session.get(self.base + path, timeout=20)
        assert answer.status_code < 500, (path, answer.status_code)
        return answer

    def post(self, path, **said):
        key = self.session.cookies.get("csrftoken") or self._key(path)
        answer = self.session.post(
            self.base + path, data={**said, "csrfmiddlewaretoken": key}, timeout=20
        )
        assert answer.status_code < 500, (path, answer.status_code)
        return answer

    def _key(self, path):
        self.get(path)
        return self.session.cookies.get("csrftoken")

    def signs_up(self, folder, home):
        said = {"email": address_of(self.name), "home": home}
        passwords = {"password1": PASSWORD, "password2": PASSWORD}
        answer = self.post("/account/signup/", **said, **passwords, agreed="on")
        assert "confirm-email" in answer.url, re.findall(r'class="error"[^>]*>([^<]+)', answer.text)
        code = code_for(folder, said["email"])
        self.post("/account/confirm-email/", code=code)
        assert "/welcome/" in self.get("/welcome/").url, "not signed in"

    def votes(self, path, *choices):
        """The ballot as the page has it; False where the page has none."""
        page = self.get(path).text
        found = dict(re.findall(r'name="(token|item|back)" value="([^"]*)"', page))
        if "token" not in found:
            return False
        action = re.search(r'action="(/ballots/\d+/)"', page)[1]
        answer = self.session.post(
            self.base + action, data={**found, "choice": list(choices)}, timeout=20
        )
        assert answer.status_code == 200 and "counted=" in answer.url, answer.url
        return True


def signs_in(page, name):
    page.goto("/account/login/")
    page.locator("main [name=login]").fill(address_of(name))
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def second_key(page):
    """Set one up, as the house asks whoever runs it before the first step."""
    page.goto("/new/manage/place/")
    page.wait_for_url("**/account/2fa/")
    page.get_by_role("link", name="激活").click()
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("main [name=code]").fill(totp(secret))
    page.locator("main form button").first.click()
    page.wait_for_url("**/recovery-codes/")


def does(page, path, button, **said):
    """Fill a step's form in as it stands, look at it once more, record it."""
    page.goto(path)
    for name, value in said.items():
        field = page.locator(f"main [name={name}]").first
        if field.evaluate("e => e.tagName") != "SELECT":
            field.fill(value)
        else:
            named = field.locator("option", has_text=value).first
            field.select_option(named.get_attribute("value"))
    send(page, button)


def checked(page, demo, village, number):
    """Codes made by the host who is signed in, read from the sheet that is printed."""
    page.goto("/verify-me/codes/")
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
    place = page.locator("main [name=place] option", has_text=village).get_attribute("value")
    said = {
        "csrfmiddlewaretoken": page.locator("main [name=csrfmiddlewaretoken]").input_value(),
        "place": place,
        "number": number,
        "expires": (date.today() + timedelta(days=30)).isoformat(),
    }
    answer = requests.post(
        f"{demo}/verify-me/codes/", data=said, headers={"Cookie": cookies}, timeout=30
    )
    assert answer.headers["Content-Type"] == "application/pdf", answer.text[:500]
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    found = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", "\n".join(p.extract_text() for p in pages))
    assert len(set(found)) == number
    return found


def test_a_town_is_set_up_and_fifty_residents_vote(visit, demo, folder):
    said = f"{PASSWORD}\n{PASSWORD}\n"
    pilin(folder, "people", "add", "yunwei", "--email", address_of("yunwei"), said=said)
    pilin(folder, "office", "appoint", "yunwei", "operator", "平湖市")
    page = visit(javascript=False)
    signs_in(page, "yunwei")
    second_key(page)
    new = "/new/manage/{}/?then=/manage/".format
    place = {"name": "新镇", "level": "乡镇", "parent": "平湖市"}
    does(page, new("place"), "登记区划", **place)
    hall = {"name": "新镇议事堂", "category": "民生议事堂", "place": "新镇"}
    does(page, new("organisation"), "登记组织", **hall)
    for village in VILLAGES:
        place = {"name": village, "level": "村", "parent": "新镇"}
        does(page, new("place"), "登记区划", **place)
        station = {"name": f"{village}驿站", "category": "协商驿站", "place": village}
        does(page, new("organisation"), "登记组织", **station, parent="新镇议事堂")

    home = Sender(demo, "seen", "192.0.2.1").get("/account/signup/").text
    homes = {v: re.search(rf'<option value="(\d+)"[^>]*>{v}<', home)[1] for v in VILLAGES}
    officers = {"clerk-here": ("议事堂专员", "新镇议事堂")}
    officers |= {f"host-{n}": ("驿站负责人", f"{v}驿站") for n, v in enumerate(VILLAGES)}
    for n, (name, (role, org)) in enumerate(officers.items()):
        Sender(demo, name, f"192.0.2.{10 + n}").signs_up(folder, homes[VILLAGES[0]])
        office = {"organisation": org, "role": role, "person": address_of(name)}
        does(page, new("appoint"), "任命岗位", **office)

    host = visit(width=390, javascript=False)
    signs_in(host, "host-0")
    codes = checked(host, demo, "东村", RESIDENTS)
    other = visit(width=390, javascript=False)
    signs_in(other, "host-1")
    (elsewhere,) = checked(other, demo, "西村", 1)

    phones = []
    for n in range(BY_HAND):
        phone = visit(width=390, javascript=False)
        name = f"phone-{n}"
        phone.goto("/account/signup/")
        for field in ("email", "password1", "password2"):
            value = address_of(name) if field == "email" else PASSWORD
            phone.locator(f"main [name={field}]").fill(value)
        phone.locator("main [name=home]").select_option(homes["东村"])
        phone.locator("main [name=agreed]").check()
        phone.locator("main form button").first.click()
        phone.locator("main [name=code]").fill(code_for(folder, address_of(name)))
        phone.locator("main form button").first.click()
        phone.wait_for_url("**/welcome/")
        phone.goto("/verify-me/")
        phone.locator("main [name=code]").fill(codes[n])
        phone.locator("main form", has=phone.locator("[name=code]")).get_by_role("button").click()
        expect(phone.locator("main")).to_contain_text("东村")
        phones.append(phone)
    people = []
    for n in range(BY_HAND, RESIDENTS):
        person = Sender(demo, f"resident-{n}", f"198.51.100.{n}")
        person.signs_up(folder, homes["东村"])
        answer = person.post("/verify-me/", do="code", code=codes[n])
        assert "您的住处已核实" in answer.text or "已核实" in answer.text
        people.append(person)
    neighbour = Sender(demo, "neighbour", "198.51.100.200")
    neighbour.signs_up(folder, homes["西村"])
    neighbour.post("/verify-me/", do="code", code=elsewhere)

    clerk = visit(javascript=False)
    signs_in(clerk, "clerk-here")
    soon = (date.today() + timedelta(days=20)).isoformat()
    does(
        clerk,
        "/new/budget/announce/",
        "发布参与式预算",
        title="东村的十万元",
        org="新镇议事堂",
        text="村里的公共设施",
        sum="10万",
        most="2",
        least="10",
        ideas_until=soon,
    )
    budget = re.search(r"/matters/(\d+)/", clerk.url)[1]
    for person, title in zip(people, ("路灯", "健身角", "凉亭"), strict=False):
        idea = {"title": title, "text": "好事", "where": "村口", "estimate": "3万"}
        path = f"/matters/{budget}/idea/"
        token = person.post(path, **idea).url.partition("check=")[2]
        person.post(path, do="record", token=token)
        vetted = {"idea": title, "cost": "3万"}
        does(clerk, f"/matters/{budget}/admit/", "把点子列入投票", **vetted)
    does(clerk, f"/matters/{budget}/end_ideas/", "不再收点子", reason="都提完了")
    clerk.goto(f"/matters/{budget}/open_vote/")
    for box in clerk.locator("main [name=places]").all():
        box.set_checked(box.get_attribute("value") == homes["东村"])
    clerk.locator("main [name=until]").fill(soon)
    send(clerk, "开始投票")
    clerk.goto("/manage/rolls/")
    expect(clerk.locator("main")).to_contain_text("名册上有 50 人")

    ballot = f"/budgets/{budget}/vote/"
    for phone in phones:
        phone.goto(ballot)
        for box in phone.locator("main [name=choice]").all()[:2]:
            box.check()
        phone.locator("main form button").last.click()
        expect(phone.locator(".counted")).to_contain_text("您的选票已计入")
    assert all(person.votes(ballot, "1", "2") for person in people)
    assert not neighbour.votes(ballot, "1")

    # Nineteen accounts from one address, without a home that anybody checked, change nothing.
    poll = re.search(r"/ballots/(\d+)/", people[0].get(ballot).text)[1]
    for n in range(19):
        stranger = Sender(demo, f"stranger-{n}", "203.0.113.7")
        stranger.signs_up(folder, homes["东村"])
        assert not stranger.votes(ballot, "1")
        forged = {"token": "made-up", "item": "0", "back": ballot, "choice": "1"}
        assert "counted=" not in stranger.post(f"/ballots/{poll}/", **forged).url
        assert stranger.get("/new/consultation/raise/").status_code == 403
    clerk.goto("/manage/rolls/")
    expect(clerk.locator("main")).to_contain_text("已投 50 人，其中网上 50 人，纸质 0 人")
