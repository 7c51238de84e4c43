"""Who may make an account, how attempts are counted, and what offices with money sign in with."""

import re
import socket
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from pilin.people.actor import HOUSE
from pilin.people.models import Account, Invitation
from pilin.programmes.manage import inviting
from pilin.run import accounts
from pilin.site import account_letters
from tests import letters

STRONG = "Zhuanlou-7-Qiao"


@pytest.fixture
def open_to_all(settings):
    settings.SIGNUP = "open"


@pytest.fixture
def by_invitation(settings):
    settings.SIGNUP = "invitation"


def invited() -> list[str]:
    """A code to sign up with, good until tomorrow."""
    return list(inviting.make(HOUSE, 1, timezone.localdate() + timedelta(days=1)).codes)


def sign_up(client=None, name="cunmin", **more):
    answers = {
        "email": f"{name}@example.org",
        "password1": STRONG,
        "password2": STRONG,
        "agreed": "on",
        **more,
    }
    return (client or Client()).post("/account/signup/", answers)


def sign_in(name, password, address="192.0.2.1", client=None, **headers):
    return (client or Client()).post(
        "/account/login/", {"login": name, "password": password}, REMOTE_ADDR=address, **headers
    )


def is_in(answer):
    return answer.status_code == 302


def test_nobody_signs_up_where_that_is_closed(db):
    assert sign_up().status_code == 200
    assert not Account.objects.exists()


def test_an_address_is_confirmed_by_a_code(db, open_to_all):
    client = Client()
    sign_up(client)
    account = Account.objects.get()
    assert not client.get("/desk/").context
    assert letters.leave() == 1
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[0].body, re.M)[1]
    assert client.post("/account/confirm-email/", {"code": code}).url == "/welcome/"
    assert account.emailaddress_set.get().verified
    assert client.get("/welcome/").status_code == 200


def test_signing_up_does_not_tell_whether_an_address_is_there(account, open_to_all):
    """Of a user name it would have to: so nobody chooses one, and none is made of the address."""
    account.emailaddress_set.create(email="there@example.org", verified=True, primary=True)
    there, new = Client(), Client()
    answers = [sign_up(there, "there"), sign_up(new, "new")]
    assert [a.url for a in answers] == ["/account/confirm-email/"] * 2
    pages = [
        re.sub(r"<input[^>]*csrf[^>]*>|there|new", "", c.get(a.url).content.decode())
        for c, a in zip((there, new), answers, strict=True)
    ]
    assert pages[0] == pages[1]
    made = Account.objects.get(email="new@example.org")
    assert "new" not in made.username and Account.objects.count() == 2


@pytest.mark.parametrize(
    "typed", ["Dup1@Example.org", "ｄｕｐ１＠example.org", " dup1@example.org"]
)
def test_an_address_is_one_however_it_is_typed(db, open_to_all, settings, typed):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    sign_up(name="dup1")
    Account.objects.get().emailaddress_set.update(verified=True)
    sign_up(email=typed)
    assert Account.objects.get().email == "dup1@example.org"
    assert is_in(sign_in(typed, STRONG))


@pytest.mark.parametrize("second", [("DUP1", "b@example.org"), ("dup2", "A@Example.org")])
def test_the_command_makes_no_second_account_that_differs_in_case_alone(db, second):
    accounts.add("dup1", "a@example.org", STRONG)
    with pytest.raises(LookupError):
        accounts.add(*second, STRONG)
    assert Account.objects.count() == 1


def test_a_mail_server_that_accepts_and_is_silent_holds_up_nobody(confirmed, settings):
    """Asked for again and again by anybody: each answer is there at once, and whoever sends gives up in time."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        for _time in range(3):
            answer = Client().post("/account/password/reset/", {"email": "laowang@example.org"})
            assert answer.status_code == 302
        silent.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent.accept()  # no page has knocked there
        began = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            account_letters.leave(sealed=letters.waiting()[0])
        assert time.monotonic() - began < 10
        silent.accept()


def test_what_waits_to_leave_can_be_read_by_nobody(db, open_to_all, settings):
    sign_up(Client())
    (sealed,) = letters.waiting()
    assert "cunmin" not in sealed and "@" not in sealed
    settings.SECRET_KEY = "another" * 8
    account_letters.leave(sealed=sealed)
    assert not mail.outbox


def test_the_terms_must_be_read(db, open_to_all):
    assert "agreed" in sign_up(agreed="").context["form"].errors
    assert not Account.objects.exists()


def test_a_village_is_chosen_and_greets(world, open_to_all, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    client = Client(headers={"accept-language": "en"})
    world.raised()
    sign_up(client, home=world["左村"])
    assert Account.objects.get(email="cunmin@example.org").home == world["左村"]
    seen = client.get("/welcome/").content.decode()
    assert "左村" in seen and "村口的路灯坏了" in seen


def test_an_invitation_is_good_once(db, by_invitation):
    (code,) = invited()
    assert "invitation" in sign_up(invitation="ABCDE-FGHJK").context["form"].errors
    assert is_in(sign_up(invitation=code.lower().replace("-", " ")))
    assert "invitation" in sign_up(name="another", invitation=code).context["form"].errors
    assert Account.objects.count() == 1


def test_an_invitation_is_not_used_up_by_a_form_that_is_wrong(db, by_invitation):
    (code,) = invited()
    sign_up(invitation=code, password2="something-else")
    assert is_in(sign_up(invitation=code))


def test_an_invitation_expires_and_is_not_kept_in_clear(db, by_invitation):
    (code,) = invited()
    assert code.replace("-", "") not in str(Invitation.objects.values_list().get())
    Invitation.objects.update(until="2020-01-01T00:00:00Z")
    assert "invitation" in sign_up(invitation=code).context["form"].errors


@pytest.fixture
def account(db):
    return Account.objects.create_user("laowang", "laowang@example.org", STRONG)


@pytest.fixture
def confirmed(account):
    account.emailaddress_set.create(email=account.email, verified=True, primary=True)
    return account


def test_whoever_guesses_elsewhere_locks_nobody_out(confirmed):
    for _ in range(8):
        sign_in("laowang", "wrong", "198.51.100.7")
    assert not is_in(sign_in("laowang", STRONG, "198.51.100.7"))
    assert is_in(sign_in("laowang", STRONG, "192.0.2.1"))


def test_behind_a_proxy_visitors_are_told_apart(confirmed, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(30):
        sign_in("nobody", "wrong", "127.0.0.1", headers={"x-forwarded-for": "198.51.100.7"})
    other = {"x-forwarded-for": "192.0.2.9"}
    assert is_in(sign_in("laowang", STRONG, "127.0.0.1", headers=other))


def test_what_a_visitor_puts_before_the_proxy_counts_for_nothing(confirmed, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(8):
        forged = {"x-forwarded-for": f"203.0.113.{n}, 198.51.100.7"}
        sign_in("laowang", "wrong", "127.0.0.1", headers=forged)
    forged = {"x-forwarded-for": "203.0.113.99, 198.51.100.7"}
    assert not is_in(sign_in("laowang", STRONG, "127.0.0.1", headers=forged))


def test_whoever_comes_past_the_proxy_is_answered(confirmed, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert is_in(sign_in("laowang", STRONG, headers={"x-forwarded-for": "192.0.2.9"}))


def test_an_answer_does_not_tell_whether_a_name_is_there(account):
    there, not_there = (
        re.sub(r'value="[^"]*"|<input[^>]*csrf[^>]*>', "", sign_in(n, "wrong").content.decode())
        for n in ("laowang", "nobodyy")
    )
    assert there == not_there


def test_a_telephone_is_confirmed_by_a_code(db, settings, open_to_all, tmp_path):
    settings.ROOT_URLCONF = "pilin.site.tests.phone_urls"
    settings.SMS = "pilin.site.messages.InFiles"
    settings.DATA = tmp_path
    settings.ACCOUNT_LOGIN_METHODS = {"username", "phone"}
    settings.ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1*", "password2*"]
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    client = Client()
    answer = sign_up(client, phone="+8613800000000")
    assert is_in(answer), answer.context["form"].errors
    assert not (tmp_path / "sms").exists() and letters.leave() == 1
    (message,) = (tmp_path / "sms").iterdir()
    number, words = message.read_text().splitlines()
    code = re.search(r"[A-Z0-9]{3,}-?[A-Z0-9]{3,}|\d{6}", words)[0]
    assert number == "+8613800000000"
    client.post(answer.url, {"code": code})
    assert Account.objects.get().phone_verified


def test_an_office_that_holds_money_wants_a_second_key(world, settings):
    settings.SECOND_FACTOR = ("treasurer",)
    matter = world.raised()
    for login, path in (("treasurer", "/account/2fa/"), ("host", "")):
        client = Client()
        client.force_login(world.people[login])
        answer = client.get(f"/matters/{matter.pk}/holder-question/")
        assert answer.get("Location", "") == path


def test_sessions_are_listed_and_ended(confirmed):
    here, there = Client(), Client()
    sign_in("laowang", STRONG, client=here)
    sign_in("laowang", STRONG, client=there)
    assert there.get("/desk/").status_code == 200
    assert here.get("/account/sessions/").content.decode().count("<tr") >= 3
    here.post("/account/sessions/")
    assert there.get("/desk/").status_code == 302


def test_whoever_is_erased_is_signed_out(confirmed):
    from pilin.engine.erase import erase_person

    client = Client()
    sign_in("laowang", STRONG, client=client)
    confirmed.phone = "+8613800000001"
    confirmed.save()
    erase_person(confirmed.person)
    assert client.get("/desk/").status_code == 302
    assert Account.objects.get(pk=confirmed.pk).phone is None


def test_signing_up_does_not_tell_whether_a_telephone_is_there(db, settings, open_to_all, tmp_path):
    settings.ROOT_URLCONF = "pilin.site.tests.phone_urls"
    settings.SMS = "pilin.site.messages.InFiles"
    settings.DATA = tmp_path
    settings.ACCOUNT_LOGIN_METHODS = {"username", "phone"}
    settings.ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1*", "password2*"]
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"
    Account.objects.create(username="there", phone="+8613800000000", phone_verified=True)
    answers = [sign_up(phone=f"+861380000000{n}") for n in (0, 1)]
    assert is_in(answers[0]) and answers[0].url == answers[1].url
    assert Account.objects.filter(phone="+8613800000000").count() == 1
