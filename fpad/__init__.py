"""fpad: derivatives of Python functions as readable Python code.

    @fpad.grad
    def f(x):
        return np.sin(x) * x

    f(2.0)              # the derivative at 2.0
    print(f.source)     # the code that computes it

The compiler is loaded at the first derivation, the checker at the first check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fpad._version import __version__
from fpad.api import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    record,
    round_to,
    value_and_grad,
    vjp,
    vmap,
)

if TYPE_CHECKING:
    from fpad.check import Certificate, Kink, Report, Verdict, check
    from fpad.derivative import Derivative
    from fpad.plotting import plot_kinks
    from fpad.records import BranchRecord, Choice
    from fpad.sweeps import Sweep, sweep
    from fpad.transforms.errors import (
        CertificateError,
        FpadError,
        InputError,
        MissingExtra,
        Refusal,
        RuleError,
        TransformError,
    )
    from fpad.transforms.explanation import Explanation

_LAZY = {
    "BranchRecord": "fpad.records",
    "Certificate": "fpad.check",
    "CertificateError": "fpad.transforms.errors",
    "Choice": "fpad.records",
    "Derivative": "fpad.derivative",
    "Explanation": "fpad.transforms.explanation",
    "FpadError": "fpad.transforms.errors",
    "InputError": "fpad.transforms.errors",
    "Kink": "fpad.check",
    "MissingExtra": "fpad.transforms.errors",
    "Refusal": "fpad.transforms.errors",
    "Report": "fpad.check",
    "RuleError": "fpad.transforms.errors",
    "Sweep": "fpad.sweeps",
    "TransformError": "fpad.transforms.errors",
    "Verdict": "fpad.check",
    "check": "fpad.check",
    "grad_of": "fpad.runtime",
    "on_adjoint": "fpad.runtime",
    "plot_kinks": "fpad.plotting",
    "rule": "fpad.rules",
    "stop_gradient": "fpad.runtime",
    "sweep": "fpad.sweeps",
}

__all__ = [
    "BranchRecord",
    "Certificate",
    "CertificateError",
    "Choice",
    "Derivative",
    "Explanation",
    "FpadError",
    "InputError",
    "Kink",
    "MissingExtra",
    "Refusal",
    "Report",
    "RuleError",
    "Sweep",
    "TransformError",
    "Verdict",
    "__version__",
    "check",
    "grad",
    "grad_of",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "on_adjoint",
    "plot_kinks",
    "record",
    "round_to",
    "rule",
    "stop_gradient",
    "sweep",
    "value_and_grad",
    "vjp",
    "vmap",
]


def __getattr__(name: str) -> Any:
    """Load what is not needed to make a derivative when it is first asked for."""
    if name == "testing":
        import importlib

        return importlib.import_module("fpad.testing")
    if name not in _LAZY:
        raise AttributeError(f"module 'fpad' has no attribute {name!r}")
    import importlib

    module = importlib.import_module(_LAZY[name])
    if name == "check":  # the module and the function share their name
        globals()["check"] = module.check
        return module.check
    value = getattr(module, name)
    globals()[name] = value
    return value
