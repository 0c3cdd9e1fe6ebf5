"""Errors that generated code itself raises; `fpad` shows them under its own name."""

from __future__ import annotations


class FpadError(Exception):
    """Base of every error that fpad raises on purpose."""


class RuleError(FpadError):
    """A derivative rule is declared or used wrongly."""


class InputError(FpadError, ValueError):
    """A value at a call that the derivative cannot take."""


class IntegerOutput(InputError):
    """The output holds integers or truth values, which have no derivative."""


class DegenerateError(InputError):
    """Numbers where an operation has no derivative: equal eigenvalues, a rank that is not full."""


class UnevenRows(InputError):
    """Lists in a list turn out to have several lengths, where one length was assumed."""
