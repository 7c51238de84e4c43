"""Screenshots of the main pages, at phone and desk width, in both languages.

python tools/shots.py FOLDER [http://127.0.0.1:8000]     (a demo must be running)
python tools/shots.py --readme docs/pictures [http://127.0.0.1:8000]
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.browser import find

PAGES = {
    "board": "/",
    "matters": "/matters/",
    "projects": "/projects/",
    "forums": "/forums/",
    "places": "/places/",
    "map": "/map/",
    "figures": "/figures/",
    "votes": "/votes/",
    "search": "/search/?q=水草",
    "verify": "/verify/",
    "sign-in": "/sign-in/",
}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


def shoot(page: Page, folder: Path, name: str, width: int, language: str) -> None:
    page.screenshot(path=folder / f"{name}-{width}-{language}.png", full_page=True)


def follow(page: Page, base: str) -> dict[str, str]:
    """Addresses of a matter, its receipt, a forum, and a form, found as a reader would."""
    page.goto(f"{base}/search/?q=水草堵塞")
    matter = page.locator(".row h3 a").first.get_attribute("href") or "/"
    page.goto(base + matter)
    receipt = page.locator(".timeline a[href*='/ledger/']").last.get_attribute("href") or "/"
    page.goto(f"{base}/forums/")
    forum = page.locator(".tree a").first.get_attribute("href") or "/"
    return {
        "matter": matter,
        "receipt": receipt,
        "forum": forum,
        "form": "/new/consultation/raise/",
        "desk": "/desk/",
    }


def everything(browser: Browser, folder: Path, base: str) -> None:
    for width in (390, 1280):
        for language, locale in LANGUAGES.items():
            page = browser.new_page(viewport={"width": width, "height": 844}, locale=locale)
            for name, path in PAGES.items():
                page.goto(base + path)
                shoot(page, folder, name, width, language)
            page.goto(f"{base}/sign-in/")
            page.locator("button.choice").nth(5).click()
            for name, path in follow(page, base).items():
                page.goto(base + path)
                shoot(page, folder, name, width, language)
            page.close()


def readme(browser: Browser, folder: Path, base: str) -> None:
    for language, locale in LANGUAGES.items():
        page = browser.new_page(viewport={"width": 1280, "height": 1820}, locale=locale)
        page.goto(base)
        page.screenshot(path=folder / f"board-{language}.png")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{base}/map/")
        page.screenshot(path=folder / f"map-{language}.png")


def main(args: list[str]) -> None:
    take = readme if "--readme" in args else everything
    folder, base, *_ = [*(a for a in args if a != "--readme"), "http://127.0.0.1:8000"]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=find(), args=["--no-sandbox", "--disable-background-networking"]
        )
        take(browser, Path(folder), base)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
