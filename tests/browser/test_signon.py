"""Signing in elsewhere, in a real browser: there, back, and known the next time."""

import warnings

import pytest
from playwright.sync_api import expect

from tests.installation import data_folder
from tools.ports import free_port

from .conftest import running
from .test_walk import faults

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread


@pytest.fixture(scope="module")
def demo():
    """An installation without anything in it, which knows one provider; named as the demo is, so that
    `visit` opens its pages."""
    person = User(sub="aunt", claims={"email": "aunt@example.org", "email_verified": True})
    with (
        run_server_in_thread(user_claims=[person]) as server,
        data_folder("signon", begun=True) as folder,
    ):
        more = {
            "PILIN_SIGNUP": "open",
            "PILIN_OIDC_URL": f"http://127.0.0.1:{server.server_port}",
            "PILIN_OIDC_CLIENT": "pilin",
            "PILIN_OIDC_SECRET": "s",
            "PILIN_OIDC_NAME": "县里的登录",
        }
        yield from running(folder, free_port(), "serve", **more)


def there(page):
    """Say at the provider who one is."""
    page.goto("/account/login/")
    page.get_by_role("button", name="县里的登录").click()
    page.get_by_role("button", name="aunt").first.click()


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_signs_in_elsewhere_and_is_known_the_next_time(visit, javascript):
    """Whoever comes first makes the account, whoever comes next has it."""
    page = visit(width=390, javascript=javascript)
    there(page)
    page.wait_for_url(lambda url: "/oauth2/" not in url)
    if page.url.endswith("/signup/"):
        page.locator("main [name=agreed]").check()
        page.get_by_role("button", name="建立账号").click()
        page.wait_for_url("**/welcome/")
    page.goto("/account/3rdparty/")
    expect(page.locator(".held h2")).to_have_text("县里的登录")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_way(visit, language, width):
    page = visit(language, width)
    paths = (
        "/account/login/",
        "/account/3rdparty/login/cancelled/",
        "/account/3rdparty/login/error/",
    )
    seen = [fault for path in paths for fault in faults(page, path)]
    there(page)
    page.wait_for_url(lambda url: "/oauth2/" not in url)
    seen += faults(page, "/account/3rdparty/")
    assert seen == [], "\n".join(seen)
