"""A day in the lunar calendar, as Chinese papers print it under their names."""

from __future__ import annotations

from datetime import date

from tyme4py.solar import SolarDay


def lunar(day: date) -> str:
    """农历癸卯年六月十七, of 3 August 2023."""
    found = SolarDay.from_ymd(day.year, day.month, day.day).get_lunar_day()
    month = found.get_lunar_month()
    year = month.get_lunar_year().get_sixty_cycle().get_name()
    return f"农历{year}年{month.get_name()}{found.get_name()}"
