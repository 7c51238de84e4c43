"""Account pages are of the house; larger type and more contrast stay with the device."""

import re

import pytest
from django.test import Client

ACCOUNT = ["password/change", "password/set", "email", "2fa"]


def page(client, path):
    answer = client.get(path, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("name", ["login", "signup", "password/reset"])
def test_who_signs_in_finds_labels_and_no_placeholders(db, name, settings):
    settings.SIGNUP = "open"
    seen = page(Client(), f"/account/{name}/")
    form = re.search(r'<form method="post"(?:(?!</form>).)*class="field.*?</form>', seen, re.S)[0]
    assert "placeholder" not in form
    for field in re.findall(r'<input[^>]*id="(\w+)"', form):
        assert f'for="{field}"' in form


@pytest.mark.parametrize("name", ACCOUNT)
def test_account_pages_lead_to_each_other(client, world, name):
    client.force_login(world.people["resident"])
    seen = page(client, f"/account/{name}/")
    for other in ("password/change", "email", "2fa", "logout"):
        assert f'href="/account/{other}/"' in seen


def test_larger_type_is_remembered_on_every_page(db):
    client = Client()
    assert client.get("/look/?type=larger").status_code == 302
    client.get("/look/?contrast=strong")
    for path in ("/", "/matters/", "/account/login/", "/nothing/"):
        assert 'class="type-larger contrast-strong"' in page(client, path)
    client.get("/look/?type=")
    assert 'class="contrast-strong"' in page(client, "/")


def test_what_somebody_puts_into_the_cookie_reaches_no_page(db):
    client = Client()
    for said in ("x.y", '"><script>.strong', "larger", ".".join("abcdef"), ""):
        client.cookies["pilin_look"] = said
        seen = page(client, "/")
        assert "<script>." not in seen and "x-y" not in seen


def test_a_page_kept_in_one_type_is_not_shown_in_another(db):
    client = Client()
    tag = client.get("/")["ETag"]
    client.get("/look/?type=large")
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_what_is_not_there_leads_on(client, db):
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert 'name="q"' in answer.content.decode()
