"""Key pages keep their shape: header, columns, cards and the bar below stay where they were.

Each is drawn with blocks for letters and none for pictures, made small and grey, and compared square by
square with a small picture kept under `pictures/`. Fonts, dates and numbers therefore do not matter; a header that
grows, a column that goes or a bar that lies over the page does. Where the change was meant:

    PICTURES=renew .venv/bin/pytest tests/browser/test_pictures.py -n 0
"""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.browser.jobs import BUDGET
from tests.browser.test_money import where
from tests.browser.test_walk import sign_in

KEPT = Path(__file__).parent / "pictures"
#: Of grey from 0 to 255; squares that differ by more are counted, and so many of a hundred may.
UNLIKE, MAY = 12, 5
SQUARE = 10  # pixels a side
#: Every box is a veil over the one it lies in; what is as wide as its words is left out, and no sentence
#: is broken into more lines than one.
PLAIN = """
html { background: #fff !important; } body { background: none !important; }
body *:not(a, span, time, strong, b, em, small, mark, code, svg, svg *) {
  background: rgb(0 0 0 / .14) !important; }
body *, body *::before, body *::after { color: transparent !important; border-color: transparent !important;
  box-shadow: none !important; background-image: none !important; text-decoration: none !important; }
body *::before, body *::after { background: none !important; }
svg, img { visibility: hidden !important; }
body * { min-width: 0 !important; }
:is(select, button, .button, .pills a) {
  width: 6rem !important; white-space: nowrap !important; overflow: hidden !important; }
:is(h1, h2, h3, p, label, dt, dd) { white-space: nowrap !important; overflow: hidden !important; }
"""
#: Pages of the demo as it starts (`conftest.py` lets these go first), by how they are found.
PAGES = {
    "home": lambda page: "/",
    "list": lambda page: "/matters/?kind=agreement",
    "matter": lambda page: where(page, "/agreements/", "界河保洁合作协议"),
    "desk": lambda page: "/desk/",
    "vote": lambda page: where(page, "/budgets/", BUDGET).replace("matters", "budgets") + "vote/",
    "figures": lambda page: "/figures/",
    "map": lambda page: "/map/",
}
#: Decodes a picture in the browser, so that none needs a library for it.
GREY = """async ([bytes, side]) => {
  const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: "image/png"}));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width / side)), Math.max(1, Math.round(picture.height / side)));
  const ink = canvas.getContext("2d");
  ink.imageSmoothingQuality = "high";
  ink.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const dots = ink.getImageData(0, 0, canvas.width, canvas.height).data;
  return [canvas.width, canvas.height, Array.from(dots)];
}"""


def grey(page, png, side=SQUARE):
    """Rows of grey from 0 to 255, each dot the mean of a square."""
    width, height, dots = page.evaluate(GREY, [list(png), side])
    return np.asarray(dots, float).reshape(height, width, 4)[:, :, :3].mean(axis=2)


def drawn(page, path):
    page.goto(path)
    page.add_style_tag(content=PLAIN)
    return page.screenshot()


def alike(page, seen, kept):
    """The part, of a hundred, of squares that are not as they were."""
    now, then = grey(page, seen), grey(page, kept, 1)
    assert now.shape == then.shape
    return (abs(now - then) > UNLIKE).mean() * 100


def small(page, png):
    """The picture that is kept: a dot a square."""
    script = GREY.replace(
        "const dots = ink.getImageData(0, 0, canvas.width, canvas.height).data;",
        "const dots = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());",
    )
    return bytes(page.evaluate(script, [list(png), SQUARE])[2])


@pytest.fixture
def looker(browser, demo, request):
    """A page into which a style can be put, whatever the policy of the house."""
    context = browser.new_context(
        base_url=demo,
        locale="zh-CN",
        viewport={"width": request.param, "height": 844},
        bypass_csp=True,
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("looker", [390, 1280], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_the_page_keeps_its_shape(looker, name):
    path = PAGES[name](looker)
    if name in ("desk", "vote"):
        sign_in(looker, "穗轮村协商驿站" if name == "desk" else "星火村")
    seen = drawn(looker, path)
    kept = KEPT / f"{name}-{looker.viewport_size['width']}.png"
    if os.environ.get("PICTURES") == "renew":
        KEPT.mkdir(exist_ok=True)
        kept.write_bytes(small(looker, seen))
    unlike = alike(looker, seen, kept.read_bytes())
    assert unlike <= MAY, f"{unlike:.1f} of a hundred squares of {path} are not as in {kept.name}"


@pytest.mark.parametrize("looker", [390], indirect=True)
def test_a_change_of_shape_is_seen(looker):
    """A header that grows by a line, and a bar that no longer lies at the foot."""
    kept = (KEPT / "home-390.png").read_bytes()
    for change in (
        ".top-row { min-height: 96px !important; }",
        ".tabs { inset: auto 0 6rem !important; }",
    ):
        looker.goto("/")
        looker.add_style_tag(content=PLAIN + change)
        assert alike(looker, looker.screenshot(), kept) > MAY, change
