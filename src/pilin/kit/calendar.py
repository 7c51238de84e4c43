"""Calendar files (RFC 5545), for meetings and events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

#: What icalendar, and others with it, take for the end of a line though somebody typed it: a folder \Neu.
_LINE_END, _KEPT_APART = re.compile(r"\\(?=[nN])"), "\\\\\u2060"


def calendar_of(entries: Iterable[Mapping[str, Any]], name: str) -> HttpResponse:
    """A .ics file of `entries`: key, sequence, cancelled, start, end, summary, location, description,
    path, organizer (what the organisation is called).

    `sequence` is the number of the entry that last changed it, so that calendars take a change over;
    what was called off stays in the file and says so, so that they take it out. A file of nothing
    else is a cancellation as a whole (RFC 5546, 3.2.1 and 3.2.5, which both ask for an organizer: it
    is reached at the address our letters come from).
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 (slow to load, seldom needed)

    entries = list(entries)
    off = bool(entries) and all(entry["cancelled"] for entry in entries)
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    calendar = Calendar()
    calendar.add("method", "CANCEL" if off else "PUBLISH")
    calendar.add("prodid", "-//Pilin//CN")
    calendar.add("version", "2.0")
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry['key']}@{settings.ORIGIN}")
        event.add("sequence", entry["sequence"])
        event.add("status", "CANCELLED" if entry["cancelled"] else "CONFIRMED")
        event.add("organizer", f"mailto:{address}", parameters={"CN": entry["organizer"]})
        event.add("dtstamp", timezone.now())
        event.add("dtstart", timezone.localtime(entry["start"]))
        event.add("dtend", timezone.localtime(entry["end"]))
        for words in ("summary", "location", "description"):
            event.add(words, _LINE_END.sub(_KEPT_APART, entry[words]))
        event.add("url", settings.SITE_URL + entry["path"])
        calendar.add_component(event)
    calendar.add_missing_timezones()
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
