"""Programs with complex numbers on the way from real arguments to real results."""

import cmath

import numpy as np

from tests.programs.registry import case, program

SIGNAL = np.array([1.0, 2.0, 0.5, -1.0, 0.3, 0.2, 0.9, -0.4])
POLES = np.array([-1.0 + 2.0j, -1.0 - 2.0j, -0.5 + 0.0j])
GAIN = 2.0 - 1.0j


@program(case(SIGNAL), exact=False)
def fourier_by_halves_of_lists(x):
    def fft(x):
        N = len(x)
        if N <= 1:
            return x
        even = fft(x[0::2])
        odd = fft(x[1::2])
        T = [np.exp(-2j * np.pi * k / N) * odd[k] for k in range(N // 2)]
        return [even[k] + T[k] for k in range(N // 2)] + [even[k] - T[k] for k in range(N // 2)]

    X = fft(list(x))
    return sum(abs(c) ** 2 * (k + 1) for k, c in enumerate(X))


@program(case(SIGNAL), exact=False)
def fourier_into_a_list_of_zeros(x):
    def fft(a):
        n = len(a)
        if n == 1:
            return [complex(a[0])]
        e = fft(a[::2])
        o = fft(a[1::2])
        out = [0j] * n
        for k in range(n // 2):
            t = cmath.exp(-2j * cmath.pi * k / n) * o[k]
            out[k] = e[k] + t
            out[k + n // 2] = e[k] - t
        return out

    return sum(abs(c) ** 2 * (k + 1) for k, c in enumerate(fft(x)))


@program(case(0.3, 0.2), wrt=(0, 1), exact=False)
def escape_of_an_orbit(cr, ci):
    c = complex(cr, ci)
    z = 0j
    for n in range(8):
        if abs(z) > 2:
            break
        z = z * z + c
    return abs(z)


@program(case(SIGNAL), exact=False)
def fourier_by_its_sum(x):
    N = len(x)
    X = np.zeros(N, dtype=complex)
    for k in range(N):
        for n in range(N):
            X[k] += x[n] * np.exp(-2j * np.pi * k * n / N)
    return np.sum(np.abs(X) ** 2 * np.arange(N))


@program(case(SIGNAL), exact=False)
def power_spectrum(x):
    X = np.fft.fft(x)
    P = np.abs(X) ** 2 / len(x)
    return np.sum(P * np.arange(len(x)))


@program(case(SIGNAL), exact=False)
def low_pass_by_a_mask(x):
    X = np.fft.rfft(x)
    f = np.fft.rfftfreq(len(x))
    X[f > 0.2] = 0
    return np.sum(np.fft.irfft(X, len(x)) ** 2)


@program(case(SIGNAL, np.array([0.5, 0.25, 0.25])), wrt=(0, 1), exact=False)
def convolution_by_fourier(x, k):
    n = len(x) + len(k) - 1
    y = np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(k, n), n)
    return np.sum(y**3)


@program(case(1.0, 2.0, 0.5), wrt=(0, 1, 2), exact=False)
def impedance_of_a_circuit(R, L, w):
    Z = R + 1j * w * L + 1 / (1j * w * 0.3)
    return abs(1 / Z), cmath.phase(Z)


@program(case(np.array([0.2, 0.5, 1.0])), exact=False)
def complex_roots_of_a_quadratic(c):
    a, b, d = c
    disc = cmath.sqrt(b * b - 4 * a * d)
    r1 = (-b + disc) / (2 * a)
    r2 = (-b - disc) / (2 * a)
    return r1.real + 2 * r1.imag + abs(r2)


@program(case(np.array([0.6, 0.8, -0.3])), exact=False)
def powers_of_a_spectrum(x):
    X = np.fft.fft(x)
    return np.real(np.fft.ifft(X**2)) + np.abs(X**-3 + X**0)


@program(case(np.array([0.6, 0.8]), 0.3), wrt=(0, 1), exact=False)
def rotation_of_a_state(psi, theta):
    U = np.array([[np.cos(theta), -1j * np.sin(theta)], [-1j * np.sin(theta), np.cos(theta)]])
    s = U @ psi
    p = np.abs(s) ** 2
    return p / p.sum()


@program(case(np.array([0.6, 0.8, 0.1])), exact=False)
def superposition_of_waves(k):
    x = np.linspace(0, 1, 5)
    psi = sum(a * np.exp(1j * (i + 1) * np.pi * x) for i, a in enumerate(k))
    return (
        np.sum(psi.real**2 + 2 * psi.imag**2),
        np.sum((psi * psi.conj()).real),
        np.vdot(psi, psi).real,
    )


@program(case(np.array([1.0, 0.5, -0.3])), exact=False)
def polynomial_at_a_complex_point(c):
    z = 0.3 + 0.4j
    r = 0
    for a in c:
        r = r * z + a
    return (r**3).real, r.imag, np.angle(r)


@program(case(np.array([1.0, 0.5, -0.3, 0.2])), exact=False)
def envelope_of_a_signal(x):
    N = len(x)
    X = np.fft.fft(x)
    h = np.zeros(N)
    h[0] = h[N // 2] = 1
    h[1 : N // 2] = 2
    a = np.fft.ifft(X * h)
    return np.abs(a)


@program(case(np.array([[1.0, 0.5], [-0.3, 0.2], [0.1, 0.7]])), exact=False)
def spectrum_of_an_image(a):
    F = np.fft.fft2(a)
    return np.sum(np.abs(np.fft.fftshift(F)) * np.arange(6).reshape(3, 2)), np.fft.ifft2(
        F * 1j
    ).imag


@program(case(np.array([1.0, 1.1, 0.9])), exact=False)
def complex_arrays_in_place(x):
    z = x + 0j
    z *= 1j
    z += x
    z[1:] /= 2.0
    z[0] -= z[1]
    w = z[::-1]
    w *= 2
    return np.abs(z)


@program(case(np.array([1.0, 1.1, 0.9])), exact=False)
def lists_of_complex_numbers(x):
    zs = [complex(v, v * v) for v in x]
    tot = sum(zs)
    m = max(zs, key=abs)
    arr = np.array(zs)
    return tot.real * m.imag + np.sum(arr**2).real + np.mean(arr).imag + np.prod(x)


@program(case(0.4, 0.7), wrt=(0, 1), exact=False)
def profile_of_a_wing(x, y):
    z = complex(x, y)
    w = z + 1 / z
    return w.real, w.imag, (cmath.log(w) + cmath.sin(w) * cmath.cosh(w)).real


@program(case(np.array([1.0, 1.1, 0.9, 0.3])), exact=False)
def derivative_by_fourier(u):
    N = len(u)
    k = np.fft.fftfreq(N, 1 / N)
    return np.real(np.fft.ifft(1j * k * np.fft.fft(u)))


@program(case(np.array([0.7, 1.1, -0.9])), exact=False)
def complex_arrays_with_two_names(x):
    z = x + 0j
    w = z + 1.0
    v = z.conj()
    o = 2.0 - z
    w[0] = 2j
    v[1] = 0
    o[2] += 1j * x[0]
    u = z
    u *= 2
    z.real[2] = 3.0
    h = z[1:]
    h *= 1j
    z.imag += x
    return np.abs(z) + 2.0 * np.abs(w) * np.abs(v) - np.abs(o) ** 2


@program(case(0.4, -0.3), case(-0.2, 0.8), wrt=(0, 1), exact=False)
def real_or_complex(x, y):
    z = x
    if y > 0.0:
        z = z + 1j * y
    for k in range(3):
        z = z * z + (0.1j if k % 2 else 0.2)
    zs = [1.0, z, 2j]
    zs.append(z / (1 + 2j))
    return abs(sum(zs)) ** 2 + (z**-2).real + abs(z**0.5)


@program(case(np.array([[0.7, 1.1], [-0.9, 0.4]])), exact=False)
def quantum_gates(a):
    h = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    y = np.array([[0, -1j], [1j, 0]])
    u = h @ np.diag(np.exp(1j * a[0])) @ y
    psi = u @ (a[1] + 0j)
    rho = np.outer(psi.real, psi.real) + np.abs(psi) ** 2
    return rho, np.trace(u.conj().T @ u).real, np.kron(a, a)[0]


@program(case(1.3), exact=False)
def two_level_system(omega, delta=0.3, t=1.0, n=10):
    h = np.array([[delta / 2, omega / 2], [omega / 2, -delta / 2]], dtype=complex)
    psi = np.array([1.0 + 0j, 0.0])
    dt = t / n
    step = np.linalg.inv(np.eye(2) + 0.5j * dt * h) @ (np.eye(2) - 0.5j * dt * h)
    for _ in range(n):
        psi = step @ psi
    return np.abs(psi[1]) ** 2


@program(case(np.array([0.3, 0.5, 0.7])), exact=False)
def two_spins(coupling):
    sx = np.array([[0, 1], [1, 0]], dtype=complex)
    sy = np.array([[0, -1j], [1j, 0]])
    sz = np.diag([1.0, -1.0])
    pairs = [np.kron(sx, sx), np.kron(sy, sy), np.kron(sz, np.eye(2))]
    h = sum(j * pair for j, pair in zip(coupling, pairs, strict=True))
    psi = np.zeros(4, dtype=complex)
    psi[0] = 1.0
    psi[3] = 0.5j
    psi /= np.linalg.norm(psi)
    rho = np.outer(psi, psi.conj())
    a = np.linalg.solve(h + 2j * np.eye(4), psi)
    return np.vdot(psi, h @ psi).real + np.trace(rho @ h).real + np.sum(np.abs(a) ** 2)


@program(case(0.7))
def chain_of_transfer_matrices(x):
    chain = np.eye(2, dtype=complex)
    for frequency in (1.0, 2.0):
        z, y = x + 1j * frequency * x**2, 1.0 / (1.0 + 2j * x)
        chain = chain @ np.array([[1.0, z], [0.0, 1.0]]) @ np.array([[1.0, 0.0], [y, 1.0]])
    rows = [[1.0, x], [x, 2.0]]
    return np.abs(1.0 / chain[0, 0]) + np.sum(np.abs(np.array([rows[0], [chain[1, 0], 1.0]])))


@program(case(1.3, 0.5 - 0.25j), case(1.3, 2j, 1.0), case(1.3, np.complex128(2j)), exact=False)
def complex_data_beside_real_arguments(x, z, w=0.5j):
    if z == 2j:
        w = w + 1.0
    return abs(x * z + w) ** 2 + (GAIN.conjugate() / (z * x)).imag


@program(case(1.3), case(SIGNAL[:3]), exact=False)
def poles_and_residues(s, residues=(1.0, 1.0, 0.5j), at=2j):
    total = 0.0
    for r, p in zip(residues, POLES, strict=True):
        total = total + r / (at * s - p)
    everything = POLES * np.sum(s) + np.exp(1j * POLES)
    return np.sum(np.abs(total)) + np.sum(np.abs(everything) ** 2)


@program(case(1.3, {"z": [1.0, 2.0 - 1.0j], "c": np.array([1j, 2.0])}), exact=False)
def complex_data_in_structures(x, p):
    re, z = p["z"]
    return re * x * abs(z) + np.sum(np.abs(p["c"] * x - z) ** 2)


@program(case(0.7), exact=False)
def pulse_in_a_fibre(x):
    t = np.linspace(-1, 1, 8, endpoint=False)
    half = np.exp((2j * np.fft.fftfreq(8, d=0.1) ** 2 - 0.1) * x * 1e-2)
    z = np.exp(-0.5 * (1 + 1j * x) * t**2)
    for _ in range(2):
        z = np.fft.ifft(half * np.fft.fft(z))
        z *= np.exp(1j * x * np.abs(z) ** 2)
    return np.abs(z[4]) ** 2 * np.sum(t**2 * np.abs(z) ** 2)


@program(case(np.array([1.2, -0.7])))
def asked_for_its_class(x):
    z = complex(x[0], x[1])
    total = abs(z) if isinstance(z, complex) else x[0]
    if isinstance(z, float | int):
        total = total * x[1]
    if isinstance(z * x, np.ndarray):
        total = total * x[1] ** 2
    first = x[0] if isinstance(x[0], complex) else complex(x[0])
    return total + (z * first).imag


def matrix_of(x):
    return x * (1.0 + 2.0j) + 1j * x * x


SINGULAR = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]])


@program(
    case(np.array([[0.5, -1.0, 0.25], [2.0, 1.5, -0.5], [0.75, 1.0, 3.0]])),
    case(np.array([[0.5, -1.0], [2.0, 1.5]])),
    case(np.array([[0.5]])),
    exact=False,
)
def determinants_of_complex_matrices(x):
    d = np.linalg.det(matrix_of(x))
    return d.real * d.imag + np.abs(np.linalg.det(x * 1j))


@program(case(SINGULAR), case(np.zeros((3, 3))), case(np.eye(3)[:, :2] @ np.ones((2, 3))))
def determinants_of_singular_complex_matrices(x):
    d = np.linalg.det(x * (1.0 + 2.0j))
    return d.real + 2.0 * d.imag


@program(case(np.linspace(0.5, 2.0, 8).reshape(2, 2, 2) ** 2), exact=False)
def many_complex_systems(x):
    z = matrix_of(x)
    some = np.linalg.solve(z, x[0] + 1j) - np.linalg.inv(z)
    one = np.linalg.solve(z[0], np.array([1.0, 2.0]))
    return np.sum(np.abs(some) ** 2) + np.sum(one.imag)
