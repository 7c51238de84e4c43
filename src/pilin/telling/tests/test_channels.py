"""Group chats and browsers are told through servers elsewhere, which are played here."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import http_ece
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from pilin.people.hearing import Device, Dispatch
from pilin.people.models import Account
from pilin.telling import choices, plan, push, sending
from pilin.telling.channels import is_chat

from .outside import outside


@pytest.fixture
def there():
    with outside() as kept:
        yield kept


@pytest.fixture
def host(world, settings, tmp_path):
    settings.DATA = tmp_path
    settings.ROBOTS = (*settings.ROBOTS, "json")
    settings.PUSH_HOSTS = ("127.0.0.1",)
    account = world.people["host"]
    Account.objects.filter(pk=account.pk).update(language="en", quiet_from=0, quiet_until=0)
    plan.plan(timezone.now())
    Dispatch.objects.all().delete()
    return account


def tell():
    plan.plan(timezone.now())
    sending.send()


def test_a_group_chat_is_told_what_happened_and_where_to_read_on(world, host, there):
    choices.choose(host.person, "robot", "now", there.url.replace("http", "json", 1) + "/room")
    m = world.raised()
    tell()
    ((path, _headers, body),) = there.asked
    said = json.loads(body)
    assert path == "/room" and said["title"] == "It is your turn: “村口的路灯坏了”"
    assert said["message"].endswith(m.url)


def test_a_chat_that_takes_nothing_is_tried_again(world, host, there):
    there.status = 500
    choices.choose(host.person, "robot", "now", there.url.replace("http", "json", 1))
    world.raised()
    tell()
    (waiting,) = sending.waiting()
    assert waiting.tries == 1 and waiting.fault == "the group chat did not take it"


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("dingtalk://abc123/", True),
        ("wecombot://key", True),
        ("feishu://token", True),
        ("json://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("exec://rm", False),
        ("dingtalk://", False),
        ("", False),
    ],
)
def test_only_robots_of_the_sorts_named_here_are_told(address, good):
    assert is_chat(address) is good


class Browser:
    """A browser that subscribed: it alone can read what is sent to it."""

    def __init__(self, there, person):
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.said = {
            "endpoint": there.url + f"/push/{person}",
            "key": urlsafe_b64encode(point).decode().rstrip("="),
            "secret": urlsafe_b64encode(self.secret).decode().rstrip("="),
        }
        assert push.is_one(self.said)
        Device.objects.create(person=person, **self.said)
        choices.choose(person, "push", "now")

    def reads(self, body):
        text = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        return json.loads(text)


def test_a_browser_is_told_what_only_it_can_read(world, host, there):
    browser = Browser(there, host.person)
    m = world.raised()
    tell()
    ((_path, headers, body),) = there.asked
    said = browser.reads(body)
    assert said["title"] == "It is your turn: “村口的路灯坏了”" and said["url"] == m.url
    assert headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) > 0


def test_the_push_service_can_tell_who_sends(world, host, there):
    Browser(there, host.person)
    world.raised()
    tell()
    words = there.asked[0][1]["authorization"].removeprefix("vapid ")
    said = dict(part.split("=", 1) for part in words.split(", "))
    head, claims, signature = said["t"].split(".")
    padded = [urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in (claims, signature, said["k"])]
    assert json.loads(padded[0])["aud"] == there.url
    r, s = (int.from_bytes(padded[1][i : i + 32], "big") for i in (0, 32))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), padded[2])
    signed = f"{head}.{claims}".encode()
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


def test_a_browser_that_is_gone_is_forgotten(world, host, there):
    Browser(there, host.person)
    there.status = 410
    world.raised()
    tell()
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "https://fcm.googleapis.com.example.org/x"},
        {"key": "short"},
        {"secret": "short"},
        {"key": "*"},
    ],
)
def test_a_subscription_that_is_none_is_refused(settings, change):
    settings.PUSH_HOSTS = ("fcm.googleapis.com",)
    good = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/x",
        "key": urlsafe_b64encode(bytes(65)).decode(),
        "secret": urlsafe_b64encode(bytes(16)).decode(),
    }
    assert push.is_one(good) and not push.is_one({**good, **change})
