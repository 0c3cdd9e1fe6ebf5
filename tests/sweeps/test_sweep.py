"""Formats, samples, executors, files and refusals of `fpad.sweep`."""

import itertools
import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.runtime.formats import FORMATS, Format
from fpad.sweeps import api
from fpad.sweeps.spaces import values_of
from tests.check.theory import relu0
from tests.sweeps.networks import M, identity_of_product, two_layers_0, two_layers_1

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOUR = {"w1": M, "b1": M, "w2": M, "b2": M}


def neuron(w: Any, b: Any) -> Any:
    return relu0(w + b)


# ---------------------------------------------------------------- formats


@pytest.mark.parametrize(("name", "count"), [("float8_e4m3fn", 253), ("float8_e5m2", 247)])
def test_values_not_codes(name: str, count: int) -> None:
    import ml_dtypes

    codes = np.arange(256, dtype=np.uint8).view(getattr(ml_dtypes, name)).astype(float)
    found = values_of(FORMATS[name]).floats(np.arange(count))
    assert found.tolist() == np.unique(codes[np.isfinite(codes)]).tolist()
    assert len(found) == count
    s = fpad.sweep(neuron, over={"w": name, "b": name})
    assert (s.fraction, s.bound, s.bound_theorem) == (Fraction(1, count), Fraction(1, count), "B2")


def test_the_format_of_the_bias_counts() -> None:
    s = fpad.sweep(neuron, over={"w": M, "b": "float8_e4m3fn"})
    assert s.bound == Fraction(1, 253) == s.fraction
    assert s.points("nondifferentiable")[0].tolist() == [-2.0, 2.0]
    s = fpad.sweep(neuron, over={"w": "float8_e4m3fn", "b": Format("tiny", 2, 0, 1, 3.0)})
    assert s.bound == Fraction(1, values_of(Format("tiny", 2, 0, 1, 3.0)).count) == Fraction(1, 11)


def test_real_arithmetic_is_not_float64() -> None:
    def f(w: Any, u: Any, b: Any) -> Any:
        return relu0(w * 1.0 + u * 2.0**-32 + b)

    assert 2.0**15 * 1.0 + 2.0**-16 * 2.0**-32 - 2.0**15 == 0.0
    s = fpad.sweep(f, over={"w": "float8_e5m2", "u": [2.0**-16], "b": "float8_e5m2"})
    assert (s.ndf, s.inc, s.unknown) == (0, 0, 0)
    t = fpad.sweep(f, over={"w": "float8_e5m2", "u": [0.0], "b": "float8_e5m2"})
    assert t.ndf == 247


def test_long_numbers_are_fractions() -> None:
    def f(w1: Any, b1: Any, w2: Any) -> Any:
        return relu0(w2 * relu0(w1 * w1 * w1 * 1e30 + b1 * 1e-30) - w2 * w2)

    tiny = [-(2.0**-16), 0.0, 2.0**-14, 57344.0]
    s = fpad.sweep(f, over={"w1": tiny, "b1": tiny, "w2": tiny})
    assert s.exact_by == "fraction"
    assert s.unknown == 0
    for k, point in enumerate(s.points("all")):
        report = fpad.check(f, *point, wrt=(0, 1, 2))
        if report.verdict is not fpad.Verdict.UNKNOWN:
            assert list(fpad.Verdict)[s.verdict[k]] is report.verdict


@pytest.mark.parametrize(
    "name",
    [
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("float16", "bfloat16")),
        "float32",
        "float64",
    ],
)
def test_values_of_wide_formats(name: str) -> None:
    values = values_of(FORMATS[name])
    fmt = FORMATS[name]
    half = values.count // 2
    some_at = half + (1 << fmt.p) + 5
    kind = object if values.count > 1 << 62 else int
    at = np.array([0, half - 1, half, half + 1, some_at, values.count - 1], kind)
    low, minus, zero, tiny, some, high = values.floats(at)
    assert (low, high) == (-fmt.maxfin, fmt.maxfin)
    assert (minus, zero, tiny) == (-fmt.quantum, 0.0, fmt.quantum)
    if name in ("float32", "float64"):
        real, whole = (np.float32, np.uint32) if name == "float32" else (np.float64, np.uint64)
        assert some == np.array([(1 << fmt.p) + 5], whole).view(real)[0]
        assert values.count == 2 * int(np.array(fmt.maxfin, real).view(whole)) + 1
    found = values_of(FORMATS["float16"]).floats(np.arange(63487))
    codes = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(float)
    assert found.tolist() == np.unique(codes[np.isfinite(codes)]).tolist()


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_a_sample_of_a_wide_format(name: str) -> None:
    s = fpad.sweep(two_layers_0, over=dict.fromkeys(FOUR, name), samples=300)
    assert s.estimate
    assert (s.unknown, s.inc, s.exact_by) == (0, 0, "fraction")
    assert s.bound == Fraction(2, values_of(FORMATS[name]).count)
    points = s.points("all")
    assert points.shape == (300, 4)
    assert 0.4 < np.mean(abs(points) > 1) < 0.6


# ---------------------------------------------------------------- what is not settled in blocks


def test_roots_are_decided_one_by_one() -> None:
    def f(w: Any) -> Any:
        return np.sqrt(w * w) if w < 2 else 1 / (w - 3)

    s = fpad.sweep(f, over={"w": (-1, 0, 1, 2, 3, 4)})
    names = [list(fpad.Verdict)[k].value for k in s.verdict]
    expected = ["DIFF", "NOT_", "DIFF", "DISC", "UNDE", "DIFF"]
    assert [n[:4] for n in names] == expected
    assert (s.ndf, s.undefined, s.inc, s.unknown) == (2, 1, 0, 0)
    assert (s.bound, s.b4_mismatch, s.exact_by) == (None, None, "fraction")
    limited = fpad.sweep(f, over={"w": (-1, 0, 1, 2, 3, 4)}, max_pointwise=2)
    assert limited.unknown == 4
    assert limited.points("unknown").ravel().tolist() == [1.0, 2.0, 3.0, 4.0]


def test_steps_that_make_a_continuous_function_together() -> None:
    def f(w: Any, b: Any) -> Any:
        y = w + b
        return y * np.sign(y) + y * np.heaviside(y, 0.0)

    s = fpad.sweep(f, over={"w": M, "b": M})
    assert (s.ndf, s.inc, s.unknown, s.pointwise) == (5, 0, 0, 0)
    assert (s.bound, s.b4_mismatch) == (Fraction(2, 5), 0)


def test_shapes_of_defaults_and_of_rest_parameters() -> None:
    def f(w: Any, b: Any = np.zeros((2, 1)), *rest: Any) -> Any:  # noqa: B008
        return np.sum(relu0(w + b)) + rest[0] * rest[1]

    s = fpad.sweep(f, over={"w": M, "b": (0, 1), "rest": (M, 2)})
    assert s.names == ("w", "b[0, 0]", "b[1, 0]", "rest[0]", "rest[1]")
    assert s.total == 5 * 4 * 25
    assert s.bound == 1


def test_guards_of_several_variables() -> None:
    def f(w: Any, u: Any) -> Any:
        if w > u:
            return w * u
        return w * u

    s = fpad.sweep(f, over={"w": M, "u": M})
    assert s.ndf == s.inc == 0
    assert s.bound is None or s.unknown == 0


def test_quotients_and_smooth_functions() -> None:
    def f(w: Any, b: Any) -> Any:
        return relu0(w / (b * b + 1) - 0.5) + np.tanh(b) * np.exp(w)

    s = fpad.sweep(f, over={"w": M, "b": M})
    # w = (b*b + 1) / 2: b = 0 has none in M, b = 1 or -1 has w = 1.
    assert s.points("nondifferentiable").tolist() == [[1.0, -1.0], [1.0, 1.0]]
    assert (s.unknown, s.inc, s.bound, s.pointwise, s.clarke_failures) == (0, 0, None, 2, 0)


@pytest.mark.parametrize(
    "f",
    [
        lambda w: np.copysign(w, 1.0) - w,
        lambda w: np.copysign(w, 1.0) * w,
        lambda w: np.sign(w) * w + w,
        lambda w: np.heaviside(w, 0.5) * w,
        lambda w: np.clip(w, -1.0, 1.0) + max(0.0, w, 1.0),
        lambda w: np.fmax(w, 0.0) - np.fmin(-w, 0.0),
        lambda w: np.interp(w, np.array([-1.0, 0.0, 2.0]), np.array([0.0, 2.0, 1.0])),
        lambda w: np.max(np.array([w, -w, 1.0])) + np.min(np.array([w, 2 * w])),
        lambda w: np.median(np.array([w, -1.0, 1.0])),
        lambda w: np.where(w > 0, w, np.where(w < -1, -1.0, w)),
        lambda w: np.abs(np.abs(w) - 1.0) + (w > 0) * w,
        lambda w: np.sort(np.array([w, 0.0, 1.0]))[1] * w,
        lambda w: np.ptp(np.array([w, 0.0])) + np.hypot(w, 0.0),
        lambda w: np.diff(np.array([0.0, w * abs(w)]))[0],
        lambda w: np.nan_to_num(w) * np.sign(w),
    ],
)
def test_the_same_as_the_checker(f: Any) -> None:
    """Verdict and correctness, where the checker has them, of every way to choose."""
    s = fpad.sweep(f, over={"w": M}, max_pointwise=0)
    unknown = set(s.indices("unknown"))
    wrong = set(s.indices("incorrect"))
    for k, w in enumerate(M):
        report = fpad.check(f, float(w))
        if k in unknown or report.verdict is fpad.Verdict.UNKNOWN:
            continue
        assert list(fpad.Verdict)[s.verdict[k]] is report.verdict, w
        if report.wrong_piece is not None:
            assert (k in wrong) == report.wrong_piece, w


def test_arms_that_write() -> None:
    """Both arms of an if are run: each on memory of its own."""

    def f(w: Any, b: Any) -> Any:
        y = np.array([w + b, 2.0])
        n = 1
        if y[0] < 0:
            y[0] = 0.0
            n = 2
        else:
            y[1] = y[1] * 3.0
        return y[0] * y[1] + 0.0 * n

    s = fpad.sweep(f, over={"w": M, "b": M})
    assert (s.ndf, s.inc, s.unknown, s.pointwise) == (5, 0, 0, 0)
    assert (s.bound, s.bound_theorem) == (Fraction(1, 5), "B2")
    assert [a.slopes for a in s.activations] == [((0, 6),)]


def test_loops_and_nested_tests() -> None:
    def f(w: Any, b: Any) -> Any:
        total = 0.0
        for k in range(3):
            y = w * (k + 1) + b[k]
            if y > 1:
                total += 1.0
            elif y > -1 and y != 5:
                total += y
            else:
                total -= 1.0
        return total

    s = fpad.sweep(f, over={"w": M, "b": (M, 3)})
    assert (s.inc, s.unknown, s.b4_mismatch, s.bound_theorem) == (0, 0, 0, "B2")
    assert s.bound == Fraction(6, 5)
    assert s.total == 625
    assert s.ndf == 625 - sum(  # a kink at -1 and one at 1
        all(abs(w * k + b) != 1 for k, b in enumerate(bs, 1))
        for w in M
        for bs in itertools.product(M, repeat=3)
    )


# ---------------------------------------------------------------- theorems


def bound(f: Any, **over: Any) -> Any:
    s = fpad.sweep(f, over=over)
    assert s.bound is None or s.fraction <= s.bound
    return s.bound, s.bound_theorem


def test_hypotheses_that_do_not_hold() -> None:
    def shared(w: Any, b: Any) -> Any:
        return relu0(w + b) - relu0(-w - b)

    def elsewhere(w: Any, b: Any) -> Any:
        return relu0(w * 2 + w * b) + b

    def square(w: Any) -> Any:
        return relu0(w * w)

    def repeated(w: Any, u: Any) -> Any:
        return relu0(w * u + w)

    def above(w: Any, u: Any) -> Any:
        return relu0(w * relu0(w + u))

    def smooth(w: Any) -> Any:  # relu(w) ** 2: one activation, without kink
        return relu0(w * relu0(w))

    def hole(w: Any, b: Any) -> Any:
        y = w + b
        return np.where(y == 0, 0.0, y)

    def step(w: Any, b: Any) -> Any:
        return np.where(w + b > 0, 1.0, 0.0)

    assert bound(shared, w=M, b=M)[1] != "B2"
    for f in (elsewhere, repeated, above):
        assert bound(f, **dict.fromkeys(f.__code__.co_varnames[:2], M)) == (None, None)
    assert bound(square, w=M) == (None, None)
    assert bound(smooth, w=M) == (0, "N1")
    for f in (hole, step):
        assert bound(f, w=M, b=M) == (None, None)


def test_a_residual_network_has_its_bound() -> None:
    def f(x: Any, b1: Any, w: Any, b2: Any) -> Any:
        z = x + relu0(x * 2 + b1)
        return z + relu0(w * z - b2)

    assert bound(f, x=M, b1=M, w=M, b2=M) == (Fraction(2, 5), "B2")


def test_slopes_at_kinks_are_told() -> None:
    zero = fpad.sweep(two_layers_0, over=FOUR).activations
    one = fpad.sweep(two_layers_1, over=FOUR).activations
    assert [a.coded for a in zero] == [(0,), (0,)]
    assert [a.coded for a in one] == [(1,), (1,)]
    assert [a.slopes for a in one] == [((0, 1),), ((0, 1),)]


# ---------------------------------------------------------------- samples


def test_a_sample_is_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    over = dict.fromkeys(FOUR, "float8_e4m3fn")
    s = fpad.sweep(two_layers_0, over=over, samples=20_000, seed=3)
    assert s.estimate
    assert (s.total, s.space) == (20_000, 253**4)
    assert "estimate" in str(s)
    assert "sample" in str(s)
    low, high = s.intervals["fraction"]
    assert low < float(s.fraction) < high
    whole = fpad.sweep(two_layers_0, over=FOUR)
    assert not whole.estimate
    assert whole.intervals is None
    few = fpad.sweep(two_layers_0, over=FOUR, samples=3000, seed=1)
    low, high = few.intervals["ndf"]
    assert low <= float(whole.fraction) <= high
    monkeypatch.setattr(api, "SAMPLES", 700)
    many = fpad.sweep(two_layers_0, over=FOUR, max_points=600)
    assert (many.estimate, many.total) == (True, 700)
    found = few.points("nondifferentiable")
    assert len(found) == few.ndf
    assert {tuple(p) for p in found} <= {tuple(p) for p in whole.points("nondifferentiable")}


def test_intervals_are_exact_binomial() -> None:
    from scipy.stats import binomtest

    from fpad.sweeps.estimate import clopper_pearson

    for hits, n, confidence in ((0, 10, 0.95), (3, 17, 0.99), (10, 10, 0.9), (250, 100_000, 0.99)):
        ci = binomtest(hits, n).proportion_ci(confidence, method="exact")
        assert clopper_pearson(hits, n, confidence) == pytest.approx((ci.low, ci.high))
    low, high = clopper_pearson(3, 17, 0.99, more=2)
    assert low == clopper_pearson(3, 17, 0.99)[0]
    assert high == clopper_pearson(5, 17, 0.99)[1]


def test_draws_do_not_depend_on_the_work() -> None:
    over = dict.fromkeys(FOUR, M)
    kwargs: Any = {"over": over, "samples": 1000, "seed": 5, "block": 100}
    with ProcessPoolExecutor(2) as executor:
        a = fpad.sweep(two_layers_0, executor=executor, **kwargs)
    b = fpad.sweep(two_layers_0, **kwargs)
    assert np.array_equal(a.states, b.states)
    assert np.array_equal(a.points("all"), b.points("all"))
    assert not np.array_equal(b.states, fpad.sweep(two_layers_0, **{**kwargs, "seed": 6}).states)


# ---------------------------------------------------------------- executors


def same_as_alone(executor: Executor) -> None:
    over = dict.fromkeys(FOUR, np.arange(-4, 5))
    there = fpad.sweep(two_layers_0, over=over, executor=executor, block=800)
    here = fpad.sweep(two_layers_0, over=over)
    assert np.array_equal(there.states, here.states)
    assert there.summary() == here.summary()
    assert there.total == 9**4


def test_processes() -> None:
    with ProcessPoolExecutor(2) as executor:
        same_as_alone(executor)


@pytest.mark.filterwarnings("default")
def test_dask() -> None:
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        same_as_alone(client.get_executor())


# ---------------------------------------------------------------- files

KILLED = """
import sys
import numpy as np
import fpad
from tests.sweeps.networks import two_layers_0
over = dict.fromkeys(("w1", "b1", "w2", "b2"), np.arange(-6, 7))
print("ready", flush=True)
fpad.sweep(two_layers_0, over=over, resume=sys.argv[1], block=500)
"""


def test_killed_and_taken_up_again(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sweep.journal"
    over = dict.fromkeys(FOUR, np.arange(-6, 7))
    blocks = -(-(13**4) // 500)
    sizes = [0]
    for _ in range(2):
        run = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        )
        limit = time.monotonic() + 60
        while not path.exists() or path.stat().st_size < sizes[-1] + 1000:
            assert run.poll() is None, "it ended before it was killed"
            assert time.monotonic() < limit
            time.sleep(0.002)
        run.send_signal(signal.SIGKILL)
        run.wait()
        sizes.append(path.stat().st_size)
    done: list[int] = []
    plain = api.work

    def counted(task: Any, block: int) -> Any:
        done.append(block)
        return plain(task, block)

    monkeypatch.setattr(api, "work", counted)
    s = fpad.sweep(two_layers_0, over=over, resume=path, block=500)
    assert 0 < len(done) < blocks - 3
    assert len(set(done)) == len(done)
    again = len(done)
    assert np.array_equal(s.states, fpad.sweep(two_layers_0, over=over).states)
    done.clear()
    t = fpad.sweep(two_layers_0, over=over, resume=path, block=500)
    assert done == []
    assert again > 0
    assert t.summary() == s.summary()


def test_what_was_torn_off(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "sweep.journal"

    def run() -> Any:
        return fpad.sweep(two_layers_0, over=FOUR, resume=path, block=50)

    whole = run()
    data = path.read_bytes()
    head = data.index(b"\n", data.index(b"\n") + 1) + 1
    for cut in (5, 30, len(data) // 2, len(data) - head, len(data) - head + 3):
        path.write_bytes(data[: len(data) - cut])
        assert run().summary() == whole.summary()
        assert path.read_bytes() == data
    path.write_bytes(data + b"rubbish")
    assert run().summary() == whole.summary()
    flipped = bytearray(data)
    flipped[-3] ^= 1
    path.write_bytes(flipped)
    assert run().summary() == whole.summary()


def test_points_decided_one_by_one_are_kept(tmp_path: pathlib.Path, monkeypatch: Any) -> None:
    def f(w: Any) -> Any:
        return np.sqrt(w * w)

    path = tmp_path / "sweep.journal"
    first = fpad.sweep(f, over={"w": range(-5, 6)}, resume=path)
    monkeypatch.setattr(api, "decided", None)
    second = fpad.sweep(f, over={"w": range(-5, 6)}, resume=path)
    assert first.summary() == second.summary()
    assert first.pointwise == 11


def test_the_file_of_another_sweep(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "sweep.journal"
    fpad.sweep(two_layers_0, over=FOUR, resume=path)
    for f, over in ((two_layers_1, FOUR), (two_layers_0, {**FOUR, "b1": (1, 2)})):
        with pytest.raises(fpad.InputError, match="another sweep"):
            fpad.sweep(f, over=over, resume=path)

    def f(w: Any, X: Any) -> Any:
        return relu0(w * X[1500])

    long = np.zeros(3000)
    other = tmp_path / "long"
    fpad.sweep(f, over={"w": M}, fixed={"X": long}, resume=other)
    fpad.sweep(f, over={"w": M}, fixed={"X": long.copy()}, resume=other)
    long[1500] = 1.0
    with pytest.raises(fpad.InputError, match="another sweep"):
        fpad.sweep(f, over={"w": M}, fixed={"X": long}, resume=other)
    with pytest.raises(fpad.InputError, match="cannot be written"):
        fpad.sweep(two_layers_0, over=FOUR, resume=tmp_path / "none" / "sweep")
    other = tmp_path / "notes.txt"
    other.write_text("not a sweep\n")
    with pytest.raises(fpad.InputError, match="no file of a sweep"):
        fpad.sweep(two_layers_0, over=FOUR, resume=other)
    assert other.read_text() == "not a sweep\n"


def test_a_file_in_use(tmp_path: pathlib.Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / "sweep.journal"
    with open(path, "a+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        with pytest.raises(fpad.InputError, match="in use"):
            fpad.sweep(two_layers_0, over=FOUR, resume=path)


def test_results_are_saved(tmp_path: pathlib.Path) -> None:
    s = fpad.sweep(identity_of_product, over={"w1": M, "w2": M})
    s.save(tmp_path / "result.npz")
    with np.load(tmp_path / "result.npz") as saved:
        assert json.loads(str(saved["summary"])) == s.summary()
        assert np.array_equal(saved["verdict"], s.verdict)
        assert saved["incorrect_points"].tolist() == [[1.0, 0.0], [2.0, 0.0]]
        assert saved["names"].tolist() == ["w1", "w2"]
    with pytest.raises(fpad.InputError, match="npz"):
        s.save(tmp_path / "result.csv")
    t = pickle.loads(pickle.dumps(s))
    assert t.summary() == s.summary()
    assert np.array_equal(t.points("incorrect"), s.points("incorrect"))


def test_progress_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("rich")
    fpad.sweep(two_layers_0, over=FOUR, block=100, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "625/625" in err
    fpad.sweep(two_layers_0, over=FOUR, block=100)
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_ten_million_points_on_two_processes() -> None:
    def f(w1: Any, b1: Any, w2: Any) -> Any:
        return relu0(w2 * relu0(w1 * 0.75 + b1) + 0.5)

    start = time.perf_counter()
    with ProcessPoolExecutor(2) as executor:
        s = fpad.sweep(
            f, over=dict.fromkeys(("w1", "b1", "w2"), "float8_e4m3fn"), executor=executor
        )
    assert time.perf_counter() - start < 300
    assert (s.total, s.ndf, s.inc, s.unknown) == (253**3, 23548, 0, 0)


# ---------------------------------------------------------------- refusals


def test_refusals() -> None:
    def refused(message: str, f: Any = neuron, **kwargs: Any) -> None:
        with pytest.raises(fpad.InputError, match=message):
            fpad.sweep(f, **kwargs)

    refused("over: give", over={})
    refused("no parameter v", over={"v": M})
    refused("b has no value", over={"w": M})
    refused("both", over={"w": M, "b": M}, fixed={"b": 1.0})
    refused("no values", over={"w": [], "b": M})
    refused("no finite number", over={"w": [float("nan")], "b": M})
    refused("no machine number", over={"w": [Fraction(1, 3)], "b": M})
    refused("unknown float format", over={"w": "float9", "b": M})
    refused("at least one point", over={"w": M, "b": M}, samples=0)
    refused("confidence", over={"w": M, "b": M}, confidence=1.0)
    refused("shape", f=lambda w: relu0(np.array([w, w])), over={"w": M})


def test_each_sweep_of_the_table_takes_less_than_two_seconds() -> None:
    fpad.sweep(neuron, over={"w": M, "b": M})  # the compiler is loaded, and the rules
    start = time.perf_counter()
    fpad.sweep(two_layers_0, over=FOUR)
    assert time.perf_counter() - start < 2


def test_effects_and_draws_get_no_verdict() -> None:
    import random

    def shows(w: Any) -> Any:
        print("called")
        return relu0(w)

    def draws(w: Any) -> Any:
        return relu0(w) * random.random()

    def flips(w: Any) -> Any:
        return relu0(w) * random.choice([0, 1])

    for f in (shows, draws, flips):
        s = fpad.sweep(f, over={"w": M})
        assert (s.unknown, s.ndf, s.inc, s.bound) == (5, 0, 0, None)
