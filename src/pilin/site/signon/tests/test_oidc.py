"""Signing in with an OpenID Connect provider: a real one, running on this machine."""

import warnings
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from pilin.engine.erase import erase_person
from pilin.people.models import Account

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

SIGN_UP = "/account/3rdparty/signup/"
KNOWN = {
    "aunt": {"email": "aunt@example.org", "email_verified": True, "name": "not to be kept"},
    "unverified": {"email": "host@example.org", "email_verified": False},
    "without": {},
}


@pytest.fixture(scope="module")
def provider():
    users = [User(sub=name, claims=claims) for name, claims in KNOWN.items()]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(autouse=True)
def configured(settings, provider, world):
    settings.SIGNUP = "open"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "County sign-on",
                    "client_id": "pilin",
                    "secret": "s",
                    "settings": {"server_url": provider},
                }
            ],
        }
    }


def visitor():
    return Client(headers={"accept-language": "en"})


def sent_there(client, **said):
    answer = client.post("/account/oidc/oidc/login/", said)
    assert answer.status_code == 302
    return answer["Location"]


def come_back(client, who, **said):
    """Sign in there as somebody, and follow back to here."""
    there = requests.post(
        sent_there(client, **said), data={"sub": who}, timeout=5, allow_redirects=False
    )
    return client.get(there.headers["Location"].replace("http://testserver", ""))


def sign_up(client, who, **more):
    answer = come_back(client, who)
    assert answer["Location"] == SIGN_UP
    return client.post(SIGN_UP, {"agreed": "on", **more})


def known_as(who):
    """The account of somebody who is called so there."""
    return Account.objects.get(socialaccount__uid=who)


def name_of(client):
    user = client.get("/").wsgi_request.user
    return user.username if user.is_authenticated else ""


def test_the_sign_in_page_offers_it_and_nothing_where_nothing_is_set(settings):
    assert "Sign in with County sign-on" in visitor().get("/account/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "elsewhere" not in visitor().get("/account/login/").content.decode()


def test_whoever_is_new_says_where_they_live_and_is_known_the_next_time(world):
    client = visitor()
    answer = sign_up(client, "aunt", home=world["左村"])
    assert answer.status_code == 302
    account = known_as("aunt")
    assert account.home == world["左村"] and not account.has_usable_password()
    assert account.person.startswith("p-") and account.first_name == ""
    assert EmailAddress.objects.get(user=account).verified and account.email == "aunt@example.org"
    kept = SocialAccount.objects.get(user=account)
    assert (kept.uid, kept.extra_data) == ("aunt", {})
    again = visitor()
    come_back(again, "aunt")
    assert name_of(again) == account.username


def test_the_terms_have_to_be_read_here_too():
    answer = sign_up(visitor(), "aunt", agreed="")
    assert answer.status_code == 200 and "agreed" in answer.context["form"].errors
    assert not SocialAccount.objects.exists()


def test_where_sign_up_is_closed_no_account_is_made(settings):
    settings.SIGNUP = "closed"
    client = visitor()
    answer = come_back(client, "aunt")
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    assert (
        not SocialAccount.objects.exists()
        and "<form" not in page.content.decode().split("<main")[1]
    )


def test_by_invitation_a_code_is_asked_for(settings):
    settings.SIGNUP = "invitation"
    answer = sign_up(visitor(), "aunt", invitation="ABCDE-FGHJK")
    assert "invitation" in answer.context["form"].errors
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("who", ["unverified", "aunt"])
def test_an_address_that_somebody_here_has_signs_nobody_in_to_their_account(world, who):
    host = world.people["host"]
    address = KNOWN[who]["email"]
    Account.objects.filter(pk=host.pk).update(email=address)
    EmailAddress.objects.create(user=host, email=address, verified=True, primary=True)
    client = visitor()
    sign_up(client, who)
    assert name_of(client) == known_as(who).username and known_as(who).email == ""
    assert not SocialAccount.objects.filter(user=host).exists()


def test_whoever_is_signed_in_connects_it_and_disconnects_it(world):
    client = visitor()
    host = world.people["host"]
    host.set_password("Zhuanlou-7-Qiao")
    host.save()
    EmailAddress.objects.create(user=host, email="host@example.org", verified=True, primary=True)
    client.post("/account/login/", {"login": "host", "password": "Zhuanlou-7-Qiao"})
    come_back(client, "without", process="connect")
    kept = SocialAccount.objects.get(user=host)
    page = client.get("/account/3rdparty/").content.decode()
    assert "County sign-on" in page and "Disconnect" in page
    client.post("/account/3rdparty/", {"account": kept.pk})
    assert not SocialAccount.objects.exists()


def test_whoever_is_erased_is_new_the_next_time(world):
    sign_up(visitor(), "aunt")
    erase_person(known_as("aunt").person)
    assert not SocialAccount.objects.exists()
    client = visitor()
    assert come_back(client, "aunt")["Location"] == SIGN_UP and name_of(client) == ""


def test_a_disabled_account_stays_out(world):
    sign_up(visitor(), "aunt")
    Account.objects.filter(socialaccount__uid="aunt").update(is_active=False)
    client = visitor()
    come_back(client, "aunt")
    assert name_of(client) == ""


def test_whoever_stops_there_is_told_that_nothing_was_changed():
    client = visitor()
    state = parse_qs(urlsplit(sent_there(client)).query)["state"][0]
    said = {"error": "access_denied", "state": state}
    answer = client.get("/account/oidc/oidc/login/callback/", said, follow=True)
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=made-up", "?error=server_error"])
def test_a_way_back_that_nobody_went_signs_nobody_in(query):
    client = visitor()
    answer = client.get("/account/oidc/oidc/login/callback/" + query)
    assert answer.status_code < 500 and name_of(client) == ""
    assert "Not signed in" in answer.content.decode()


def test_a_code_of_somebody_elses_session_is_worth_nothing():
    mine, theirs = visitor(), visitor()
    there = requests.post(sent_there(mine), data={"sub": "aunt"}, timeout=5, allow_redirects=False)
    answer = theirs.get(there.headers["Location"].replace("http://testserver", ""))
    assert "Not signed in" in answer.content.decode() and not SocialAccount.objects.exists()


def test_where_the_provider_is_away_the_page_says_so(settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = (
        "http://127.0.0.1:1"
    )
    answer = visitor().post("/account/oidc/oidc/login/")
    assert answer.status_code == 503 and "does not answer" in answer.content.decode()
