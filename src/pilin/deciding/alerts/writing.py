"""A warning written as CAP 1.2: what came in another shape, or was typed from a telephone or a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lxml import etree

from .reading import CAP

_CATEGORY = {"flood": "Met", "fire": "Fire", "water": "Env", "air": "Env", "epidemic": "Health"}
_SEVERITY = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}


def stamp(moment: datetime) -> str:
    """A time as CAP writes it: with a numeric zone, to the second."""
    return moment.replace(microsecond=0).isoformat()


def cap(said: Mapping[str, Any]) -> bytes:
    """`said`: identifier, sender, sent (datetime), status, kind, source, references (sender, identifier, sent),
    and `infos`, each of language, event, name (one of EVENTS), colour, headline, description, instruction,
    sender_name, onset, expires (datetime or None), areas (words, codes)."""
    root = etree.Element(f"{{{CAP}}}alert", nsmap={None: CAP})
    _put(root, "identifier", said["identifier"])
    _put(root, "sender", said["sender"])
    _put(root, "sent", stamp(said["sent"]))
    _put(root, "status", said["status"])
    _put(root, "msgType", said["kind"])
    _put(root, "source", said.get("source"))
    _put(root, "scope", "Public")
    references = (",".join((r[0], r[1], r[2])) for r in said.get("references", ()))
    _put(root, "references", " ".join(references))
    for info in said["infos"]:
        _info(root, info)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _info(root: Any, info: Mapping[str, Any]) -> None:
    node = etree.SubElement(root, f"{{{CAP}}}info")
    _put(node, "language", info["language"])
    _put(
        node, "category", _CATEGORY.get(info["name"], "Other" if info["name"] == "other" else "Met")
    )
    _put(node, "event", info["event"])
    for name in ("urgency", "severity", "certainty"):
        default = _SEVERITY.get(info["colour"], "Unknown") if name == "severity" else "Unknown"
        _put(node, name, info.get(name) or default)
    for name in ("onset", "expires"):
        if info.get(name):
            _put(node, name, stamp(info[name]))
    _put(node, "senderName", info.get("sender_name"))
    for name in ("headline", "description", "instruction"):
        _put(node, name, info.get(name))
    if info["colour"]:
        parameter = etree.SubElement(node, f"{{{CAP}}}parameter")
        _put(parameter, "valueName", "color")
        _put(parameter, "value", info["colour"])
    areas: Sequence[tuple[str, Sequence[str]]] = info["areas"]
    for words, codes in areas:
        area = etree.SubElement(node, f"{{{CAP}}}area")
        _put(area, "areaDesc", words)
        for code in codes:
            geocode = etree.SubElement(area, f"{{{CAP}}}geocode")
            _put(geocode, "valueName", "GB/T 2260")
            _put(geocode, "value", code)


def _put(node: Any, name: str, words: str | None) -> None:
    if words:
        etree.SubElement(node, f"{{{CAP}}}{name}").text = words
