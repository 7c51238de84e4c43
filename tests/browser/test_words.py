"""Every page that links lead to reads in one language: no English on Chinese pages, and the reverse; and
axe finds nothing on it.

What people wrote, and names that have no other, stay as they are and say in which language they are
(`lang`). Words are fetched without a browser; here since the demo runs here.
"""

import re
import urllib.parse
import urllib.request
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from http.cookiejar import CookieJar

import pytest

from tests.browser import test_programmes, test_walk

from .paths import BOTH
from .test_states import ill

#: Names that are the same in both languages.
# fmt: off
NAMES = {
    "Pilin", "CSV", "PDF", "JSON", "QR", "Excel", "Word", "Python", "GeoJSON", "SHA", "ics", "IP",
    "pb", "C2SP", "tlog", "tiles", "Pabulib", "beancount", "WPS", "xlsx", "GB", "T", "English",
    "verify", "py", "JavaScript", "PIN", "pilin", "decide", "opinion", "promises", "Logo", "MB",
    "KB", "kB", "dat",
}
# fmt: on
#: Programs, keys and addresses are nobody's language; neither is a list of what may be chosen.
SILENT = {"script", "style", "code", "pre", "kbd", "title", "option", "svg", "textarea"}
VOID = {"meta", "link", "img", "input", "br", "hr", "source"}
SPOKEN = ("alt", "placeholder", "aria-label", "title")
LATIN, HAN = re.compile(r"[A-Za-z][A-Za-z0-9]*[A-Za-z]"), re.compile(r"[\u3400-\u9fff]+")
#: Pages of one shape that are read: those of other matters or places say nothing new.
OF_A_SHAPE = 3
LEFT_OUT = re.compile(
    r"/(language|account/(logout|2fa)|kit|static|files|sw\.js)|\.(pdf|csv|json|ics|py|svg|beancount|pb)$"
    r"|/(checkpoint|key|tile)|\.ics"
)


class Text(HTMLParser):
    """The words of a page, each with the language it is said to be in, and its links."""

    def __init__(self):
        super().__init__()
        self.stack, self.said, self.links = [("", "", False)], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        _tag, lang, silent = self.stack[-1]
        lang, silent = given.get("lang") or lang, silent or tag in SILENT
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if not silent:
            self.said += [(lang, given[name], name) for name in SPOKEN if given.get(name)]
        if tag not in VOID:
            self.stack.append((tag, lang, silent))

    def handle_endtag(self, tag):
        while len(self.stack) > 1:
            if self.stack.pop()[0] == tag:
                return

    def handle_data(self, data):
        _tag, lang, silent = self.stack[-1]
        if not silent and data.strip():
            self.said.append((lang, data, ""))


def foreign(html):
    """What stands on a page in a language that it is not said to be in."""
    page = Text()
    page.feed(html)
    found = []
    for lang, text, attribute in page.said:
        if lang == "en":
            # An attribute cannot say that it holds a registered name.
            found += [] if attribute else HAN.findall(text)
        else:
            text = re.sub(r"https?://\S+|\S+@\S+|[\w.-]+\.(?:png|jpg|pdf|xlsx)", " ", text)
            found += [w for w in LATIN.findall(text) if w not in NAMES]
    return found, page.links


def test_a_foreign_word_is_found_and_one_that_says_so_is_not():
    assert foreign('<p lang="zh-Hans">你好 hello CSV</p>')[0] == ["hello"]
    assert foreign('<p lang="en">A <b lang="zh-Hans">你好</b> 再见</p>')[0] == ["再见"]


def opener(language):
    found = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    found.addheaders = [("Accept-Language", language)]
    return found


def sign_in(client, demo, n):
    """As the n-th role of the demo."""
    page = client.open(f"{demo}/sign-in/").read().decode()
    people = re.findall(r'name="person" value="([^"]+)"', page)
    key = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    data = {"person": people[n], "next": "/desk/", "csrfmiddlewaretoken": key}
    request = urllib.request.Request(
        f"{demo}/sign-in/", urllib.parse.urlencode(data).encode(), {"Referer": f"{demo}/sign-in/"}
    )
    client.open(request).read()


def shape_of(path):
    """The page that it is, whatever the matter, the place or the person."""
    return re.sub(r"\d+", "0", path.split("?")[0])


def walk(client, demo, start):
    """(path, page) of every page that can be reached, a few of each shape."""
    asked, seen, shapes = list(start), set(), Counter()
    while asked:
        path = asked.pop(0)
        shape = shape_of(path)
        if path in seen or LEFT_OUT.search(path) or shapes[shape] >= OF_A_SHAPE:
            continue
        seen.add(path)
        shapes[shape] += 1
        try:
            answer = client.open(demo + path)
        except urllib.error.HTTPError as error:
            assert error.code in (403, 404, 409, 422), (path, error.code)
            answer = error
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        html = answer.read().decode()
        yield path, html
        for link in foreign(html)[1]:
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(demo + path, link))
            if f"{parts.scheme}://{parts.netloc}" == demo:
                asked.append(parts.path + (f"?{parts.query}" if parts.query else ""))


@cache
def walked(demo, language, role):
    """What is foreign on each page that this role reaches, by its path."""
    client = opener(language)
    if role is not None:
        sign_in(client, demo, role)
    pages = walk(client, demo, ["/", "/desk/", "/new/"] if role is not None else ["/"])
    return {path: foreign(html)[0] for path, html in pages}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("role", [None, 0, 1, 4])
def test_every_page_reads_in_one_language(demo, language, role):
    pages = walked(demo, language, role)
    assert len(pages) > 40
    assert {path: words for path, words in pages.items() if words} == {}


@pytest.mark.parametrize("path", ["/", "/wishes/"])
def test_the_first_page_of_a_visitor_is_small_with_all_it_loads(demo, path):
    """As our own server sends it, which packs nothing: behind one that does it is a quarter."""
    client = opener("zh-CN")
    html = client.open(demo + path).read()
    loads = re.findall(
        r'(?:<script[^>]* src|<img[^>]* src|<link[^>]* href)="([^"]+)"', html.decode()
    )
    sizes = [len(client.open(urllib.parse.urljoin(demo + path, one)).read()) for one in set(loads)]
    assert len(sizes) >= 2 and len(html) + sum(sizes) <= 100_000


@BOTH
def test_axe_finds_nothing_on_pages_that_no_other_test_names(visit, demo, language, width):
    """One page of each shape that links lead to, in one of the two ways: every other one, in turn."""
    page, seen = visit(language, width), []
    named = (test_walk.PAGES, test_walk.SIGNED, test_programmes.LISTS, test_programmes.FORMS)
    known = {shape_of(path) for paths in named for path in paths}
    for role in (None, 0, 1):
        if role is not None:
            page.goto("/sign-in/")
            page.locator("button.choice[name=person]").nth(role).click()
            page.wait_for_url("**/desk/")
        shapes = {shape_of(path): path for path in walked(demo, "zh-CN", role)}
        left = [path for shape, path in sorted(shapes.items()) if shape not in known]
        known |= set(shapes)
        for path in left[language == "en-GB" :: 2]:
            page.goto(path)
            seen += ill(page, path)
    assert seen == []
