"""The Chinese catalogues: what is missing, what is left over, and compiling them.

    python -m tools.catalogue            bring every .po up to date and compile it
    python -m tools.catalogue --check    exit 1 where one is incomplete or not compiled, or where two
                                         say the same sentence in different words

Each room keeps its own in `locale/zh_Hans/LC_MESSAGES/`. Babel is needed only here, by developers.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import pilin
from pilin.cli import main as command
from pilin.cli import spoken

ROOT = Path(pilin.__file__).parent
LOCALE = Path("locale/zh_Hans/LC_MESSAGES")
MADE = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {
    "_": None,
    "_say": None,
    "say": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def rooms() -> list[Path]:
    """Folders that hold a catalogue of their own: those of every layer, and of every programme."""
    found = [*ROOT.glob("*/__init__.py"), *ROOT.glob("programmes/*/__init__.py")]
    return sorted(path.parent for path in found)


def sources(room: Path) -> Iterator[tuple[str, str]]:
    """(file, Python text) of everything in a room that may hold a sentence."""
    inner = [r for r in rooms() if room in r.parents]
    for path in sorted([f for kind in ("py", "html", "txt") for f in room.rglob(f"*.{kind}")]):
        parts = path.relative_to(ROOT).parts
        if {"tests", "migrations", "offered"} & set(parts) or any(r in path.parents for r in inner):
            continue
        text = path.read_text()
        name = str(path.relative_to(ROOT))
        yield name, _flat(templatize(text, origin=name)) if path.suffix != ".py" else text


def _flat(text: str) -> str:
    """A template's lines, read as Python, all begin at the margin: they are indented as they like."""
    return "\n".join(line.lstrip() for line in text.split("\n"))


def wanted(room: Path) -> Catalog:
    catalog = Catalog(
        locale="zh_Hans",
        charset="utf-8",
        project="Pilin",
        fuzzy=False,
        header_comment="# Simplified Chinese. Kept complete by `make check`.",
    )
    for name, text in sources(room):
        found = extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        )
        for _line, message, _comments, context in found:
            catalog.add(message, locations=[(name, 0)], context=context)
    if room.name == "cli":  # help stands in docstrings and options
        for _thing, _name, text in spoken.texts(command):
            catalog.add(text, locations=[("cli", 0)])
    return catalog


def update(room: Path) -> Catalog:
    """The room's catalogue with every sentence now in the code; translations are kept."""
    fresh = wanted(room)
    path = room / LOCALE / "django.po"
    if path.exists():
        old = read_po(path.open("rb"), locale="zh_Hans")
        for message in fresh:
            known = old.get(message.id, context=message.context) if message.id else None
            if known is not None:
                message.string = known.string
    return fresh


def missing(catalog: Catalog) -> list[str]:
    return [
        str(m.id)
        for m in catalog
        if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)
    ]


def disagreeing(catalogs: Mapping[str, Catalog]) -> list[str]:
    """Sentences that two rooms have in different Chinese: one English sentence reads alike everywhere.

    What means two things is another sentence in English as well, or has a context (`pgettext`).
    """
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for room, catalog in catalogs.items():
        for message in catalog:
            if not message.id or not message.string:
                continue
            one = isinstance(message.id, str)
            key = (message.context or "", message.id if one else message.id[0])
            words = message.string if one else " / ".join(message.string)
            found.setdefault(key, {}).setdefault(words, []).append(room)
    return [
        f"“{sentence}”: "
        + "; ".join(f"{words} ({', '.join(rooms)})" for words, rooms in said.items())
        for (_context, sentence), said in found.items()
        if len(said) > 1
    ]


def po_bytes(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    catalog.creation_date = catalog.revision_date = None  # type: ignore[assignment]
    write_po(out, catalog, sort_output=True, omit_header=False, width=100, no_location=True)
    lines = out.getvalue().decode().splitlines()
    kept = [
        x
        for x in lines
        if not x.startswith('"')
        or not any(
            x.startswith(f'"{h}') for h in ("POT-Creation", "PO-Revision", "Generated-By", "Last-T")
        )
    ]
    return ("\n".join(kept) + "\n").encode()


def mo_bytes(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = MADE  # else no two builds are the same
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main(check: bool) -> int:
    faults = 0
    catalogs = {}
    for room in rooms():
        catalog = update(room)
        if not any(m.id for m in catalog):
            continue
        catalogs[room.name] = catalog
        for sentence in missing(catalog):
            print(f"{room.name}: no Chinese for {sentence}")
            faults += 1
        po, mo = room / LOCALE / "django.po", room / LOCALE / "django.mo"
        if check:
            # What Django reads is the compiled file: it must hold what the sources say.
            stale = not mo.exists() or mo.read_bytes() != mo_bytes(
                read_po(po.open("rb"), "zh_Hans")
            )
            if stale or po.read_bytes() != po_bytes(catalog):
                print(f"{room.name}: its catalogue is not up to date")
                faults += 1
        else:
            po.parent.mkdir(parents=True, exist_ok=True)
            po.write_bytes(po_bytes(catalog))
            mo.write_bytes(mo_bytes(read_po(po.open("rb"), "zh_Hans")))
    for words in disagreeing(catalogs):
        print(f"two wordings of one sentence: {words}")
        faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
