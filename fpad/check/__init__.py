"""`fpad.check`: is this derivative the true one?

    fpad.check(f, 0.0)                  a Report: verdict, numbers, kinks; `print` it

The function and this package share their name, so the package can be called.
"""

from __future__ import annotations

import inspect
import sys
import types
from typing import Any

from fpad.check.batch import BatchReport
from fpad.check.certificate import Certificate
from fpad.check.checker import check
from fpad.check.numbers import Ball, Number
from fpad.check.report import Kink, Report
from fpad.check.verdict import Verdict

__all__ = ["Ball", "BatchReport", "Certificate", "Kink", "Number", "Report", "Verdict", "check"]


class _Callable(types.ModuleType):
    """A module that can be called."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return check(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
__signature__ = inspect.signature(check)
