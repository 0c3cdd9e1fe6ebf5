"""Functions of NumPy and SciPy that are refused, each with the reason and what to do instead.

np.histogram2d(x, y)        counts in several directions: use np.histogram, ..
scipy.integrate.quad(f, ..) integrates adaptively: use the nodes of np.polynomial.legendre.leggauss

What is not named here and has no rule is refused too, by the operation it is called as; the table
of docs/coverage.md is made of both.
"""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Group:
    """Functions of one module that are refused for one reason."""

    module: str
    names: str
    reason: str
    remedy: str


COMPUTE_BEFORE = "compute it before the call, and pass it as an argument"
GROUPS = (
    Group(
        "numpy",
        "cdouble clongdouble complex256 complex64 common_type csingle sort_complex mintypecode",
        "is about complex numbers of other precisions, or their order",
        "use complex, and compare the real and the imaginary part",
    ),
    Group(
        "numpy",
        "array2string array_repr array_str base_repr format_float_positional "
        "format_float_scientific typename info",
        "makes a text of its argument",
        "use an f-string",
    ),
    Group(
        "numpy",
        "from_dlpack frombuffer fromfile fromregex fromstring genfromtxt load loadtxt memmap "
        "save savetxt savez savez_compressed",
        "reads or writes memory or files",
        "read before the call, and pass the array as an argument",
    ),
    Group(
        "numpy",
        "get_include get_printoptions getbufsize geterr geterrcall printoptions set_printoptions "
        "setbufsize seterr seterrcall show_config show_runtime test",
        "is about settings of NumPy",
        "call it outside; for floating-point warnings use with np.errstate(..)",
    ),
    Group(
        "numpy",
        "busday_count busday_offset busdaycalendar datetime_as_string datetime_data is_busday "
        "datetime64 timedelta64 isnat",
        "is about dates",
        "make numbers of dates before the call",
    ),
    Group(
        "numpy",
        "asmatrix bmat matrix recarray record require void str_ bytes_ object_ character flexible",
        "makes an array of another class than numpy.ndarray, or of no numbers",
        "use np.asarray, and @ for matrix products",
    ),
    Group(
        "numpy",
        "may_share_memory shares_memory isfortran broadcast flatiter nested_iters",
        "is about where entries lie in memory",
        "leave it out: the derivative does not depend on it",
    ),
    Group(
        "numpy",
        "can_cast dtype isdtype issubdtype iterable min_scalar_type promote_types result_type",
        "asks about dtypes",
        "name the dtype: dtype=np.float64",
    ),
    Group(
        "numpy",
        "frompyfunc",
        "makes arrays of objects",
        "use np.vectorize, or a loop",
    ),
    Group(
        "numpy",
        "broadcast_shapes einsum_path mask_indices unstack",
        "gives a tuple of a length that only the run tells, or a plan",
        "use np.broadcast_to, np.einsum, np.nonzero or a loop over the array",
    ),
    Group(
        "numpy",
        "packbits unpackbits",
        "takes numbers apart into bits",
        "use np.frexp, or integer arithmetic",
    ),
    Group(
        "numpy",
        "histogram2d histogramdd",
        "counts in several directions",
        "use np.histogram, or np.bincount of the number of the cell",
    ),
    Group(
        "numpy",
        "unique_all unique_counts unique_inverse unique_values",
        "gives a result of a class of its own",
        "use np.unique(x, return_counts=True)",
    ),
    Group("numpy.linalg", "LinAlgError test", "is no function of arrays", "call it outside"),
    Group("numpy.fft", "test", "is no function of arrays", "call it outside"),
    Group(
        "numpy.random",
        "bytes get_bit_generator get_state seed set_bit_generator set_state test",
        "changes or shows the state of a generator, or writes its argument",
        "seed before the call; for a shuffled array index with rng.permutation(n), drawn before",
    ),
    Group(
        "numpy.random",
        "BitGenerator Generator MT19937 PCG64 PCG64DXSM Philox SFC64 SeedSequence",
        "makes a generator of random numbers from another",
        "make it before the call, or use np.random.default_rng(seed)",
    ),
    Group(
        "numpy.random",
        "dirichlet hypergeometric logseries multinomial multivariate_normal "
        "negative_binomial noncentral_chisquare noncentral_f pareto power "
        "random_integers ranf sample standard_cauchy standard_gamma zipf",
        "draws what has no rule here",
        "draw it before the call; a normal vector is mean + L @ rng.standard_normal(n)",
    ),
    Group(
        "scipy.integrate",
        "quad dblquad tplquad nquad quad_vec cubature qmc_quad tanhsinh romb",
        "integrates with steps that depend on the values",
        "use nodes and weights: np.polynomial.legendre.leggauss(n)",
    ),
    Group(
        "scipy.integrate",
        "odeint solve_ivp solve_bvp ode complex_ode RK23 RK45 DOP853 Radau BDF LSODA",
        "solves an equation with steps that depend on the values",
        "write a loop of steps, of Runge and Kutta for example",
    ),
    Group(
        "scipy.optimize",
        "minimize minimize_scalar least_squares curve_fit root root_scalar brentq newton fsolve "
        "fmin fmin_bfgs fmin_cg linprog differential_evolution bisect fixed_point",
        "searches by iteration, and its result is no operation",
        "differentiate the function that is minimised, or write the iteration as a loop",
    ),
    Group(
        "scipy.interpolate",
        "CubicSpline PchipInterpolator Akima1DInterpolator BSpline UnivariateSpline interp1d "
        "RegularGridInterpolator RBFInterpolator splev splrep",
        "is an object of SciPy",
        "use np.interp, or solve for the coefficients of the spline with np.linalg.solve",
    ),
    Group(
        "scipy.signal",
        "hilbert stft istft spectrogram welch periodogram resample",
        "computes with complex numbers or inside of SciPy",
        "use np.convolve, or write the recursion of the filter as a loop",
    ),
    Group(
        "scipy.linalg",
        "eig eigvals logm sqrtm schur rsf2csf qz ordqz cdf2rdf funm signm fractional_matrix_power",
        "may give complex numbers, and has no rule",
        "use np.linalg.eigh of a symmetric matrix, or np.linalg.eig where eigenvalues are real",
    ),
    Group(
        "scipy.special",
        "lambertw wofz hankel1 hankel2 hankel1e hankel2e sph_harm_y",
        "is a function of complex numbers",
        COMPUTE_BEFORE,
    ),
    Group(
        "scipy.special",
        "airy airye sici shichi fresnel ellipj kelvin",
        "gives several functions at once",
        COMPUTE_BEFORE,
    ),
)
"""Everything that is refused by name."""
TYPES = (
    "bool_ byte double float16 float32 float64 float128 floating generic half inexact int8 int16 "
    "int32 int64 int_ intc integer intp long longdouble longlong ndarray number short "
    "signedinteger single ubyte ufunc uint uint8 uint16 uint32 uint64 uintc uintp ulong ulonglong "
    "unsignedinteger ushort bool str bytes object complex128 complexfloating"
)
"""Classes of NumPy, which are used as dtypes and in isinstance."""


@functools.lru_cache(maxsize=1)
def _of_numpy() -> dict[int, Group]:
    """The groups by the identity of the functions of NumPy."""
    found: dict[int, Group] = {}
    for group in GROUPS:
        owner: Any = np
        parts = group.module.split(".")
        if parts[0] != "numpy":
            continue
        for part in parts[1:]:
            owner = getattr(owner, part)
        for name in group.names.split():
            if hasattr(owner, name):
                found[id(getattr(owner, name))] = group
    return found


_MEMORY = "asks how the array lies in memory", "leave it out: the derivative does not depend on it"
_BYTES = "makes bytes, or writes a file", "do it outside, with the result"
_VIEWS = "reads the memory as another type, or sets its layout", "use astype, which makes an array"
ATTRIBUTES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("base", "ctypes", "data", "device", "flags", "itemsize", "nbytes", "strides"), _MEMORY
    ),
    **dict.fromkeys(("dump", "dumps", "tobytes", "tofile"), _BYTES),
    **dict.fromkeys(("byteswap", "getfield", "setfield", "setflags", "view"), _VIEWS),
    "resize": ("changes the shape of an array under all its names", "use y = np.resize(y, shape)"),
    "to_device": ("moves an array between devices", "move it before the call"),
}
"""Attributes and methods of arrays that are refused: the reason, and what to do instead."""


def unsupported(f: Any) -> tuple[str, str] | None:
    """Why a function of NumPy or SciPy is refused, and what to do instead."""
    group = _of_numpy().get(id(f))
    if group is not None:
        return group.reason, group.remedy
    module, name = str(getattr(f, "__module__", "") or ""), str(getattr(f, "__name__", ""))
    package = ".".join(module.split(".")[:2])
    if package == "scipy.stats":
        return "is of scipy.stats, and has no rule", "write it with NumPy and scipy.special"
    if not package.startswith("scipy.") or getattr(sys.modules.get(package), name, None) is not f:
        return None
    for group in GROUPS:
        if group.module == package and name in group.names.split():
            return group.reason, group.remedy
    return None
