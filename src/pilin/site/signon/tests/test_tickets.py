"""A sign-on with tickets: a stub that looks at every question as the documented one does."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from pilin.site.signon.tickets import NotKnown, SimpleAuth

SERVICE, PASSWORD, KEY, SECRET = "abc", "pwd", "ak", "sk"
SKEW = timedelta(seconds=90)


class Stub:
    """Hands out tickets, exchanges each once, and refuses what is not signed as it should be."""

    def __init__(self):
        self.tickets: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.gateway = False
        self.asked: list[dict[str, str]] = []

    def ticket_of(self, who: str) -> str:
        ticket = secrets.token_hex(16)
        self.tickets[ticket] = who
        return ticket

    def answer(self, path: str, query: str, headers) -> dict[str, object]:
        said = dict(parse_qsl(query))
        self.asked.append(said)
        right = hashlib.md5(f"{SERVICE}{PASSWORD}{said['time']}".encode()).hexdigest()
        if (
            said["servicecode"] != SERVICE
            or said["sign"] != right
            or not self._signed(path, query, headers)
        ):
            return {"result": "6202", "errmsg": "sign"}
        match said["method"]:
            case "ticketValidation":
                who = self.tickets.pop(said["st"], None)
                if who is None:
                    return {"result": "6203", "errmsg": "ticket"}
                token = secrets.token_hex(16)
                self.tokens[token] = who
                return {"result": "0", "token": token}
            case "getUserInfo":
                who = self.tokens.get(said["token"])
                return {"result": "0", "userid": who, "username": "王", "idnum": "330000"}
        return {"result": "1"}

    def _signed(self, path: str, query: str, headers) -> bool:
        if not self.gateway:
            return True
        date = headers["X-BG-DATE-TIME"]
        if abs(timezone.now() - parsedate_to_datetime(date)) > SKEW:
            return False
        ordered = "&".join(sorted(query.split("&")))
        text = f"POST\n{path}\n{ordered}\n{KEY}\n{date}\n"
        right = base64.b64encode(hmac.digest(SECRET.encode(), text.encode(), "sha256")).decode()
        return headers["X-BG-HMAC-SIGNATURE"] == right


@pytest.fixture
def stub():
    found = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            parts = urlsplit(self.path)
            body = json.dumps(found.answer(parts.path, parts.query, self.headers)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Nothing is written where tests are told."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/sso/servlet/simpleauth"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def said(stub, **more):
    return {
        "name": "Province",
        "sign_in": "https://province.example/login?servicecode={service}&goto={back}",
        "ask": stub.url,
        "service": SERVICE,
        "password": PASSWORD,
        **more,
    }


@pytest.fixture
def configured(settings, stub, world):
    settings.SIGNUP = "open"
    settings.TICKETS = "pilin.site.signon.tickets.SimpleAuth"
    settings.TICKETS_SAID = said(stub)
    app = {"name": "Province", "client_id": SERVICE}
    settings.SOCIALACCOUNT_PROVIDERS = {"ticket": {"APPS": [app]}}
    return stub


def test_a_ticket_says_who_it_is_once_and_nothing_more(stub):
    sign_on = SimpleAuth(said(stub))
    ticket = stub.ticket_of("u-1")
    assert sign_on.whose(ticket) == "u-1"
    with pytest.raises(NotKnown):
        sign_on.whose(ticket)


@pytest.mark.parametrize("wrong", [{"password": "other"}, {"service": "other"}])
def test_a_question_that_is_signed_with_another_password_is_refused(stub, wrong):
    with pytest.raises(NotKnown):
        SimpleAuth(said(stub, **wrong)).whose(stub.ticket_of("u-1"))


def test_behind_the_gateway_each_question_is_signed_in_its_headers(stub):
    stub.gateway = True
    assert SimpleAuth(said(stub, key=KEY, secret=SECRET)).whose(stub.ticket_of("u-1")) == "u-1"
    with pytest.raises(NotKnown):
        SimpleAuth(said(stub, key=KEY, secret="other")).whose(stub.ticket_of("u-1"))


def test_the_gateway_takes_no_question_of_another_hour(stub, monkeypatch):
    stub.gateway = True
    then = timezone.now() - timedelta(hours=1)
    clock = SimpleNamespace(now=lambda: then, localtime=lambda: then)
    monkeypatch.setattr("pilin.site.signon.tickets.timezone", clock)
    with pytest.raises(NotKnown):
        SimpleAuth(said(stub, key=KEY, secret=SECRET)).whose(stub.ticket_of("u-1"))


def sent_there(client):
    answer = client.post("/account/ticket/")
    assert answer.status_code == 302
    there = urlsplit(answer["Location"])
    assert there.netloc == "province.example"
    asked = parse_qs(there.query)
    assert asked["servicecode"] == [SERVICE]
    return urlsplit(asked["goto"][0]).path


def name_of(client):
    user = client.get("/").wsgi_request.user
    return user.username if user.is_authenticated else ""


def test_whoever_comes_back_with_a_ticket_makes_an_account_and_is_known_the_next_time(configured):
    for n in range(2):
        client = Client(headers={"accept-language": "en"})
        answer = client.get(sent_there(client), {"ticket": configured.ticket_of("u-1")})
        if n == 0:
            page = client.get(answer["Location"]).content.decode()
            assert "Province knows you" in page and "王" not in page
            client.post(answer["Location"], {"agreed": "on"})
        kept = SocialAccount.objects.get()
        assert name_of(client) == kept.user.username
    assert (kept.provider, kept.uid, kept.extra_data) == ("ticket", "u-1", {})
    assert kept.user.homes_read is None


@pytest.mark.parametrize("ticket", ["", "made-up", "x" * 600])
def test_a_ticket_that_is_none_signs_nobody_in(configured, ticket):
    client = Client(headers={"accept-language": "en"})
    answer = client.get(sent_there(client), {"ticket": ticket})
    assert "Not signed in" in answer.content.decode() and name_of(client) == ""


def test_a_link_with_a_good_ticket_signs_nobody_in_who_did_not_ask_for_it(configured):
    mine, theirs = Client(headers={"accept-language": "en"}), Client()
    back = sent_there(mine)
    answer = theirs.get(back, {"ticket": configured.ticket_of("u-1")})
    assert answer.status_code == 401 and not configured.asked
    again = mine.get(back, {"ticket": configured.ticket_of("u-1")})
    assert again.status_code == 302
    assert "Not signed in" in mine.get(back, {"ticket": "again"}).content.decode()


def test_where_it_does_not_answer_the_page_says_so(configured, settings):
    settings.TICKETS_SAID = {**settings.TICKETS_SAID, "ask": "http://127.0.0.1:1/x"}
    client = Client(headers={"accept-language": "en"})
    answer = client.get(sent_there(client), {"ticket": "a"})
    assert "Not signed in" in answer.content.decode()


def test_where_none_is_set_there_is_no_such_page(db):
    assert Client().post("/account/ticket/").status_code == 404
