"""Dates and times: constants that are computed with while the code is written.

    start = date(2019, 3, 15)                   (no statement)
    t = (date(2024, 6, 30) - start).days        t = 1934

What a clock says is no constant, so `today` and `now` have no meaning here.
"""

from __future__ import annotations

import datetime
import types
from typing import Any

CLASSES = (datetime.date, datetime.time, datetime.timedelta, datetime.timezone)
"""The classes of these constants; a datetime is a date."""
_MAKERS = ("fromisoformat", "fromisocalendar", "fromordinal", "combine", "strptime")


def is_constant(value: Any) -> bool:
    """Is it a date, a time, or what lies between two?"""
    return type(value).__module__ == "datetime" and isinstance(value, CLASSES)


def is_about_dates(f: Any) -> bool:
    """Is it one of these classes, a method of one, or of a constant?"""
    if isinstance(f, type):
        return f.__module__ == "datetime" and issubclass(f, CLASSES)
    if not isinstance(f, types.BuiltinMethodType):
        return False
    own = f.__self__
    if isinstance(own, type):
        return is_about_dates(own) and f.__name__ in _MAKERS
    return is_constant(own)
