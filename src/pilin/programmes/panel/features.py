"""What quotas may ask of people: where they live, their age, their sex. In the words of the record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PLACE, AGE, SEX = "村社", "年龄", "性别"
AGES = {
    "18-34": _("18 to 34"),
    "35-49": _("35 to 49"),
    "50-64": _("50 to 64"),
    "65+": _("65 and older"),
}
SEXES = {"女": _("Female"), "男": _("Male")}
TITLES = {PLACE: _("Where they live"), AGE: _("Age"), SEX: _("Sex")}
#: Other words for them, as people type them.
ALSO = {"村": PLACE, "place": PLACE, "home": PLACE, "年龄段": AGE, "age": AGE, "sex": SEX}


def said(feature: str, value: str) -> str:
    """A value for reading; places as they are called."""
    return str({AGE: AGES, SEX: SEXES}.get(feature, {}).get(value, value))
