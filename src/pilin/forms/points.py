"""A point on a map, as a step asks for it: tapped on a picture, typed, or found by the device.

Without JavaScript the picture is a button: it sends where it was tapped with all that is typed, and the
form comes back with the point marked. `tapped` says what was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.people.frame import Frame
from pilin.people.geometry import Misshapen, Point, point_of, point_text, read_point
from pilin.people.ground import Ground

POINT_IS_PUBLIC = _("Everyone can see this point. Leave it out for what concerns your home.")
#: Size of the picture in pixels of the page: fits the narrowest phone, and is never scaled, since a
#: browser sends where in these pixels it was tapped.
WIDTH, TALLEST, FLATTEST, MARGIN = 288.0, 300.0, 200.0, 14.0
CLOSEST, TIMES = 4, 3.0


@dataclass(frozen=True)
class View:
    """What part of the ground the picture shows: all, or each time three times closer to a centre."""

    centre: Point | None = None
    zoom: int = 0

    @classmethod
    def read(cls, text: str) -> View:
        """As `str` writes it; all of it, where that is nonsense."""
        where, _gap, zoom = text.rpartition("/")
        try:
            found = cls(read_point(where), int(zoom))
        except ValueError:
            return cls()
        return found if 0 < found.zoom <= CLOSEST else cls()

    def __str__(self) -> str:
        return f"{point_text(self.centre)}/{self.zoom}" if self.centre and self.zoom else ""

    def closer(self, centre: Point) -> View:
        return View(centre, min(CLOSEST, self.zoom + 1))

    def wider(self) -> View:
        return replace(self, zoom=self.zoom - 1) if self.zoom > 1 else View()


def frame_of_view(ground: Ground, view: View) -> Frame | None:
    """The piece of ground that is shown; None where nothing is known to lie anywhere."""
    if ground.box is None:
        return None
    whole = Frame.of(ground.box, WIDTH, TALLEST, FLATTEST, MARGIN)
    return whole.closer(view.centre, TIMES**view.zoom) if view.centre else whole


class PointPicker(forms.TextInput):
    """A picture to tap on, with a line to type into below it."""

    template_name = "components/point.html"
    use_fieldset = True
    chooses = view = ""

    def id_for_label(self, id_: str) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        ground = registers().ground
        view = View.read(self.view)
        frame = frame_of_view(ground, view)
        point = _readable(value)
        asked = {"at": point_text(point) if point else "", "view": str(view)}
        place = ground.place_at(point) if point else None
        context["point"] = {
            "frame": frame,
            "picture": f"{reverse('web:map-picture')}?{urlencode(asked)}",
            "view": str(view),
            "place": place.called if place else "",
            "is_set": point is not None,
            "is_wrong": bool(value) and point is None,
            "may_closer": view.zoom < CLOSEST,
            "may_wider": view.zoom > 0,
            "open": bool(value) or view.zoom > 0,
            "chooses": self.chooses,
            "box": ",".join(f"{edge:.6f}" for edge in frame.box) if frame else "",
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        self.view = data.get(f"{name}-view", "")
        return super().value_from_datadict(data, files, name)


def _readable(value: Any) -> Point | None:
    try:
        return read_point(str(value or ""))
    except Misshapen:
        return None


class PointField(forms.CharField):
    """A point, everyone to see. Cleans to "latitude, longitude" with five decimals, or "".

    `chooses` names the field of the same form in which the organisation that the point belongs to is
    chosen once it is tapped.
    """

    def __init__(self, *, chooses: str = "", **kwargs: Any) -> None:
        self.chooses = chooses
        widget = PointPicker(attrs={"autocomplete": "off"})
        widget.chooses = chooses
        super().__init__(widget=widget, max_length=60, required=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        try:
            return point_text(read_point(text)) if text else ""
        except Misshapen as fault:
            raise ValidationError(str(fault)) from fault

    def words_of(self, value: Any) -> str:
        """The point, and the place it lies in."""
        point = point_of(str(value))
        place = registers().ground.place_at(point) if point else None
        return f"{value} ({place.called})" if place else str(value)


def placed(point: str) -> dict[str, str]:
    """The matter's field that a point sets; nothing where none was given."""
    return {"point": point} if point else {}


def fields_of(asks: Any) -> Mapping[str, PointField]:
    """The points that a form asks for."""
    fields: Mapping[str, forms.Field] = getattr(asks, "base_fields", {})
    return {name: field for name, field in fields.items() if isinstance(field, PointField)}


def may_be_tapped(asks: Any, data: Mapping[str, Any]) -> bool:
    """Whether a tap may have come with a form: each sends a name of its own."""
    sent = ("do", "at.x", "at.y")
    return any(f"{name}-{one}" in data for name in fields_of(asks) for one in sent)


def tapped(form: Any) -> QueryDict | None:
    """What was filled in, with the point or the view as they are after a tap; None where none was.

    `form` is one with the data that came. A picture sends x=0 and y=0 where Enter was pressed in
    another field: that is no tap.
    """
    for name, field in fields_of(form).items():
        data = form.data.copy()
        wish = data.get(f"{name}-do", "")
        x, y = (_number(data.get(f"{name}-at.{axis}", "")) for axis in "xy")
        for sent in (f"{name}-do", f"{name}-at.x", f"{name}-at.y"):
            data.pop(sent, None)
        ground, view = registers().ground, View.read(data.get(f"{name}-view", ""))
        frame, point = frame_of_view(ground, view), _readable(data.get(name))
        if frame is not None and (x or y):
            point = frame.point(min(x, frame.width), min(y, frame.height))
            data[name] = point_text(point)
        elif wish == "closer":
            around = point or (frame.point(frame.width / 2, frame.height / 2) if frame else None)
            view = view.closer(around) if around else view
        elif wish == "wider":
            view = view.wider()
        elif wish == "none":
            point, view, data[name] = None, View(), ""
        else:
            continue
        data[f"{name}-view"] = str(view)
        if point and not wish and field.chooses in form.fields:
            found = ground.responsible(point, form.fields[field.chooses].offered())
            if found is not None:
                data[field.chooses] = str(found.pk)
        return data  # type: ignore[no-any-return]
    return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
