"""The numbers of a page with what each leads to, and how many matters are found there."""

import re
from html import unescape

LINK = re.compile(r'<a[^>]*?href="(/(?:matters|figures/due)/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
NEXT = re.compile(r'<a class="button button-secondary" href="(\?[^"]*)">')
SAID = re.compile(r'<data class="count" value="(\d+)">')


def numbers(html: str) -> list[tuple[int, str]]:
    """(number, address) of each link that begins with a number."""
    found = []
    for address, words in LINK.findall(html):
        said = re.match(r"\s*([\d,]+)", re.sub(r"<[^>]+>", "", words))
        if said:
            found.append((int(said[1].replace(",", "")), unescape(address)))
    return found


def found_at(get, address: str) -> tuple[int, int]:
    """How many the page at this address says there are, and how many rows it lists on all its pages.

    `get(address)` gives a page's HTML.
    """
    html = get(address)
    said, rows = int(SAID.search(html)[1]), 0
    path = address.partition("?")[0]
    while True:
        main = html[html.index("<main") : html.index("</main")]
        rows += len(re.findall(r'<li><(?:article|div)[^>]*class="row', main))
        rows += len(re.findall(r'<tr><th scope="row">', main)) if "figures/due" in path else 0
        further = NEXT.search(main)
        if not further:
            return said, rows
        html = get(path + unescape(further[1]))
