"""What a CUDA device gives and how fast, as Markdown: python -m tests.gpu.device_report.

Operations, roundings and derivatives are compared with NumPy; derivatives are timed with their
kernels and with one CuPy operation for each step.  Takes a few minutes, most of them for compiling
kernels and for NumPy.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from fpad.runtime import gpu, rounding
from fpad.runtime.formats import FORMATS
from tests.gpu import device, host
from tests.gpu.compare import ULPS, ulps
from tests.gpu.modules import derivative, derived, fused, module, seeds, without_kernels
from tests.gpu.programs import EXAMPLES, Example
from tests.gpu.test_cuda_text import CASES, is_exact, name_of, settled
from tests.runtime.rounding_cases import ROUND, cases

Row = list[Any]
VARIANTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("gradient, float64", "grad", "float64", {}),
    ("gradient, float32", "grad", "float32", {}),
    ("tangent, float64", "jvp", "float64", {}),
    ("gradient in bfloat16", "grad", "float64", {"precision": "bfloat16"}),
    ("gradient in float8_e4m3fn", "grad", "float64", {"precision": "float8_e4m3fn"}),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=4_000_000, help="of every argument")
    parser.add_argument("--repeat", type=int, default=20, help="launches that are timed")
    options = parser.parse_args()
    if not device.available():
        raise SystemExit("there is no CUDA device, or no CuPy")
    print("# What was seen on a CUDA device\n")
    print(f"`python -m tests.gpu.device_report --entries {options.entries}`\n")
    table(("", ""), environment())
    print("\n## Operations\n")
    report_operations()
    print("\n## Roundings\n")
    print("Every value and midpoint of the format with its neighbours, and random bits.\n")
    table(("format", "points", "wrong"), map(rounding_row, ROUND))
    print("\n## Derivatives\n")
    print(
        f"About {options.entries:,} entries. Times in ms, medians: NumPy on one core or as many as "
        "its BLAS takes; CuPy with one operation for each step; the same with the kernels. "
        "Deviation: the largest from NumPy, relative to the largest entry; of rounded programs the "
        "share of equal entries.\n"
    )
    head = ("program", "kernels", "steps in them", "NumPy", "steps", "kernels", "gain", "deviation")
    for label, what, dtype, extra in VARIANTS:
        print(f"### {label}\n")
        table(head, (derivative_row(e, what, dtype, extra, options) for e in EXAMPLES))
        print(flush=True)
    print("## Kernels alone\n")
    print("The largest kernel of each float64 gradient; bytes are those of its arrays, once.\n")
    table(("kernel", "steps", "arrays", "ms", "GB/s"), kernel_rows(options))


def table(head: Iterable[str], rows: Iterable[Row]) -> None:
    """Markdown, a row as soon as it is known."""
    names = list(head)
    print("| " + " | ".join(names) + " |")
    print("|" + " --- |" * len(names))
    for row in rows:
        print("| " + " | ".join(map(shown, row)) + " |", flush=True)


def shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def environment() -> list[Row]:
    import cupy

    runtime = cupy.cuda.runtime
    properties = runtime.getDeviceProperties(0)
    capability = f"{properties['major']}.{properties['minor']}"
    return [
        ["device", f"{properties['name'].decode()}, compute capability {capability}"],
        ["driver, runtime", f"{runtime.driverGetVersion()}, {runtime.runtimeGetVersion()}"],
        ["CuPy, NumPy", f"{cupy.__version__}, {np.__version__}"],
        ["Python", f"{platform.python_version()}, {os.cpu_count()} cores"],
    ]


# ---------------------------------------------------------------- operations and roundings


def report_operations() -> None:
    """Exact ones are counted; of the others the largest distance from NumPy is shown."""
    wrong: list[str] = []
    exact = 0
    distances: dict[str, dict[str, float]] = {}
    for precision in host.PRECISIONS:
        for number, got, want in device.operations(precision):
            name = name_of(CASES[number])
            if is_exact(number):
                op = CASES[number][0]
                exact += 1
                if not same(settled(op, got), settled(op, want)):
                    wrong.append(f"{name} in {precision}")
            else:
                distances.setdefault(name, {})[precision] = ulps(got, want)
    print(f"Exact operations that give NumPy's bits: {exact - len(wrong)} of {exact}.")
    for name in wrong:
        print(f"- wrong: {name}")
    print(f"\nDistance of the others from NumPy, in units of the last place (stated: {ULPS}).\n")
    rows = ([name, *(d.get(p, "") for p in host.PRECISIONS)] for name, d in distances.items())
    table(("operation", *host.PRECISIONS), rows)


def same(got: np.ndarray, want: np.ndarray) -> bool:
    """Equal bits, all NaNs counted as equal."""
    if got.dtype != want.dtype or got.dtype.kind != "f":
        return got.dtype == want.dtype and np.array_equal(got, want)
    bits = f"i{got.dtype.itemsize}"
    return bool(np.all((got.view(bits) == want.view(bits)) | (np.isnan(got) & np.isnan(want))))


def rounding_row(name: str) -> Row:
    points, expected = cases(name)
    bits = np.random.default_rng(11).integers(-(2**63), 2**63, 1_000_000).view(np.float64)
    x = np.concatenate([points, bits])
    want = np.concatenate([expected, rounding.rounder(FORMATS[name])(bits)])
    got = device.rounded(name, x)
    equal = (got.view(np.int64) == want.view(np.int64)) | (np.isnan(got) & np.isnan(want))
    return [name, f"{x.size:,}", int(np.sum(~equal))]


# ---------------------------------------------------------------- derivatives


def derivative_row(
    example: Example, what: str, dtype: str, extra: dict[str, Any], options: Any
) -> Row:
    args = example.arguments(options.entries, dtype)
    given = seeds(example, what, options.entries, dtype)
    on_numpy = derivative(example, what, **extra)
    want = on_numpy(*args, **given)
    numpy_time = host_time(lambda: on_numpy(*args, **given))
    there, seeds_there = device.to_device(args), device.to_device(given)
    made = derivative(example, what, backend="cupy", **extra)
    entry = derived(made, there)
    got = device.to_host(made(*there, **seeds_there))
    fast = device_time(lambda: made(*there, **seeds_there), options.repeat)
    with without_kernels(entry):
        slow = device_time(lambda: made(*there, **seeds_there), options.repeat)
    found = fused(entry).values()
    steps = sum(f.kernel.operation.count(";") for f in found)
    agreement = deviation(got, want, rounded=bool(extra))
    return [example.name, len(found), steps, numpy_time, slow, fast, slow / fast, agreement]


def deviation(got: Any, want: Any, *, rounded: bool) -> str:
    """The largest relative deviation; the share of equal entries of a rounded program."""
    pairs = zip(leaves(got), leaves(want), strict=True)
    if rounded:
        equal = [np.mean((g == w) | (np.isnan(g) & np.isnan(w))) for g, w in pairs if g.ndim]
        return f"{100 * float(np.min(equal)):.3f} % equal"
    largest = 0.0
    for g, w in pairs:
        size = max(float(np.max(np.abs(w))), 1e-300)
        largest = max(largest, float(np.max(np.abs(g.astype(float) - w))) / size)
    return f"{largest:.1e}"


def leaves(result: Any) -> list[np.ndarray]:
    return [np.asarray(v) for v in (result if isinstance(result, tuple) else (result,))]


def kernel_rows(options: Any) -> Iterable[Row]:
    for example in EXAMPLES:
        there = device.to_device(example.arguments(options.entries))
        made = derivative(example, "grad", backend="cupy")
        entry = derived(made, there)
        calls: list[tuple[gpu.Fused, list[Any]]] = []
        scope = vars(module(entry))
        before = fused(entry)
        scope.update({name: recording(f, calls) for name, f in before.items()})
        made(*there)
        scope.update(before)
        if not calls:
            continue
        f, args = max(calls, key=lambda c: c[0].kernel.operation.count(";"))
        outs = f.kernel(*args)
        given = (*args, *(outs if isinstance(outs, tuple) else (outs,)))
        arrays = [x for x in given if hasattr(x, "nbytes") and x.ndim]
        ms = device_time(lambda f=f, args=args: f.kernel(*args), options.repeat)
        moved = sum(x.size * x.itemsize for x in arrays if 0 not in x.strides)
        steps = f.kernel.operation.count(";")
        yield [f.kernel.name, steps, len(arrays), ms, round(moved / ms / 1e6)]


def recording(f: gpu.Fused, calls: list[tuple[gpu.Fused, list[Any]]]) -> Callable[..., Any]:
    """The kernel, noting the arguments with which it really runs."""

    def run(*args: Any) -> Any:
        ready = f.arguments(args)
        if ready is not None:
            calls.append((f, ready))
        return f(*args)

    return run


# ---------------------------------------------------------------- clocks


def host_time(run: Callable[[], Any]) -> float:
    """Milliseconds, the least of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def device_time(run: Callable[[], Any], repeat: int) -> float:
    """Milliseconds between events around one call, the median of `repeat`."""
    import cupy

    for _ in range(3):
        run()
    times = []
    for _ in range(repeat):
        start, stop = cupy.cuda.Event(), cupy.cuda.Event()
        start.record()
        run()
        stop.record()
        stop.synchronize()
        times.append(cupy.cuda.get_elapsed_time(start, stop))
    return float(np.median(times))


if __name__ == "__main__":
    main()
