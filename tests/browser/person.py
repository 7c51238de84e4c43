"""Somebody at a phone who finds their own way by what a page offers; what it costs them is counted."""

import math
import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from pilin.demo.picture import river

PHOTO = {"name": "现场.png", "mimeType": "image/png", "buffer": river(clear=True)}
ONWARD, RECORD = "下一步：核对", "确认提交"
#: How far down a page its lowest edge lies; what stays in sight is no way down.
_BOTTOM = """e => { for (let a = e; a; a = a.parentElement)
  if (getComputedStyle(a).position === "fixed") return 0;
  return e.getBoundingClientRect().bottom + scrollY; }"""
_FOLD = "e => e.tagName !== 'SUMMARY' && !!e.closest('details:not([open])')"


@dataclass
class Person:
    """Each tap, each choice of a list, each field typed into and each screenful is counted.

    A screenful is the height of the phone: a page read to its third counts three.
    """

    page: Page
    taps: int = 0
    typed: int = 0
    pages: int = 0
    above: int = 0  # screenfuls of the pages before this one
    deep: int = field(default=0)  # of this page

    @property
    def screens(self) -> int:
        return self.above + self.deep

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def starts(self, path: str = "/") -> None:
        """Has this page before them: the first of a job."""
        self._turns()
        self.page.goto(path)

    def follows(self, what: str | Locator) -> None:
        """Tap a link or a button that leads to a page: by its exact words, or as found."""
        found = self._named(what) if isinstance(what, str) else what
        self._reaches(found)
        self.taps += 1
        with self.page.expect_navigation():
            found.click()
        self._turns()

    def ticks(self, what: Locator) -> None:
        self._reaches(what)
        self.taps += 1
        what.check()

    def types(self, name: str, words: str) -> None:
        box = self.page.locator(f"main [name='{name}']").first
        self._reaches(box)
        self.typed += 1
        box.fill(words)

    def chooses(self, name: str, words: str) -> None:
        """One of a list; where the list is long and scripts run, by typing part of its name."""
        plain = self.page.locator(f"main select[name='{name}']")
        finder = self.page.locator(f"main #id_{name}[role=combobox]")
        if finder.count():
            self._reaches(finder)
            self.typed += 1
            finder.fill(words)
            finder.press("Enter")
        else:
            self._reaches(plain)
            plain.select_option(label=words)
        self.taps += 1
        assert plain.evaluate("e => e.selectedOptions[0].text") == words

    def attaches_a_photo(self) -> None:
        box = self.page.locator("#id_files")
        self._reaches(box)
        self.taps += 1
        box.set_input_files(PHOTO)

    def sends(self, name: str) -> None:
        """The form goes off, after a second look where there is one."""
        onward = self.main.get_by_role("button", name=ONWARD, exact=True)
        self.follows(onward if onward.count() else name)
        record = self.main.get_by_role("button", name=RECORD, exact=True)
        if record.count():
            self.follows(record)
        expect(self.page.locator(".error-summary")).to_have_count(0)

    def takes_home(self, file: Locator) -> None:
        """Tap a link to a file, which is kept on the phone."""
        self._reaches(file)
        self.taps += 1
        with self.page.expect_download() as kept:
            file.click()
        assert kept.value.path().stat().st_size

    def reads(self, words: str | re.Pattern[str], where: str = "main") -> None:
        """What they came to know stands on the page."""
        said = self.page.locator(where).get_by_text(words).first
        expect(said).to_be_attached()
        self._reaches(said)

    def _named(self, words: str) -> Locator:
        """A link of the bar below, else a link or button of the page."""
        link = self.page.get_by_role("link", name=words, exact=True)
        return link.or_(self.page.get_by_role("button", name=words, exact=True)).first

    def _reaches(self, what: Locator) -> None:
        while what.evaluate(_FOLD):
            fold = what.locator("xpath=ancestor::details[not(@open)]").first
            self.taps += 1
            fold.locator("summary").first.click()
        self.deep = max(self.deep, math.ceil(what.evaluate(_BOTTOM) / 844))

    def _turns(self) -> None:
        self.above += self.deep
        self.pages += 1
        self.deep = 1
