"""Physics and chemistry: particles, potentials, circuits, quantum states."""

import itertools
import math

import numpy as np

from tests.programs.registry import case, program

R3 = np.array([[0.0, 0.0, 0.0], [1.1, 0.1, 0.0], [0.2, 1.2, 0.3]])


@program(case(R3, 1.0, 1.0), wrt=("positions", "epsilon", "sigma"))
def lennard_jones(positions, epsilon, sigma):
    """Allen and Tildesley, Computer Simulation of Liquids, 2017, section 1.3."""
    energy = 0.0
    n = len(positions)
    for i in range(n):
        for j in range(i + 1, n):
            rij = positions[i] - positions[j]
            sr6 = (sigma**2 / np.dot(rij, rij)) ** 3
            energy += 4 * epsilon * (sr6 * sr6 - sr6)
    return energy


@program(case(R3, {"k": 2.0, "r0": 1.0, "ktheta": 0.7}), wrt=("r", "ff"))
def molecular_mechanics(r, ff):
    """Leach, Molecular Modelling, 2001, chapter 4: bonds, an angle, charges over pairs."""
    bonds = [(0, 1), (0, 2)]
    charges = (-0.8, 0.4, 0.4)
    energy = sum(0.5 * ff["k"] * (np.linalg.norm(r[i] - r[j]) - ff["r0"]) ** 2 for i, j in bonds)
    a, b = r[1] - r[0], r[2] - r[0]
    cosine = a @ b / np.sqrt((a @ a) * (b @ b))
    energy += 0.5 * ff["ktheta"] * (np.arccos(cosine) - math.radians(104.5)) ** 2
    for (i, qi), (j, qj) in itertools.combinations(enumerate(charges), 2):
        energy += qi * qj / np.linalg.norm(r[i] - r[j])
    return energy


@program(case(R3[:2], np.array([[0.1, 0.0, 0.0], [0.0, -0.2, 0.1]])), wrt=("x", "v"))
def velocity_verlet(x, v, dt=0.05, steps=2):
    """Frenkel and Smit, Understanding Molecular Simulation, 2002, section 4.3; forces in place."""

    def forces(x):
        f = np.zeros_like(x)
        for i in range(len(x)):
            for j in range(len(x)):
                if i == j:
                    continue
                d = x[i] - x[j]
                r2 = d @ d
                f[i] += (12.0 / r2**7 - 6.0 / r2**4) * d
        return f

    x, v = x.copy(), v.copy()
    f = forces(x)
    for _ in range(steps):
        v += 0.5 * dt * f
        x += dt * v
        f = forces(x)
        v += 0.5 * dt * f
    return 0.5 * np.sum(v**2) + np.sum(x**2)


@program(case(0.7, 0.3), wrt=("theta1", "theta2"))
def double_pendulum(theta1, theta2, m1=1.0, m2=0.8, l1=1.0, l2=0.6, g=9.8, dt=0.02):
    """Landau and Lifshitz, Mechanics, section 5, problem 1: accelerations by Cramer."""
    angles, rates = [theta1, theta2], [0.1, -0.2]
    for _ in range(2):
        d = angles[0] - angles[1]
        c, s = math.cos(d), math.sin(d)
        m = ((m1 + m2) * l1, m2 * l2 * c, l1 * c, l2)
        f = (
            -m2 * l2 * rates[1] ** 2 * s - (m1 + m2) * g * math.sin(angles[0]),
            l1 * rates[0] ** 2 * s - g * math.sin(angles[1]),
        )
        det = m[0] * m[3] - m[1] * m[2]
        accelerations = [(f[0] * m[3] - f[1] * m[1]) / det, (m[0] * f[1] - m[2] * f[0]) / det]
        rates = [w + dt * a for w, a in zip(rates, accelerations)]
        angles = [q + dt * w for q, w in zip(angles, rates)]
    return angles[0] + angles[1] ** 2


@program(case([0.4, 1.1], 0.3), wrt=("angles", "coupling"))
def quantum_circuit(angles, coupling):
    """Nielsen and Chuang, Quantum Computation and Quantum Information, 4.2: rotations, real."""

    def ry(t):
        return np.array([[np.cos(t / 2), -np.sin(t / 2)], [np.sin(t / 2), np.cos(t / 2)]])

    cnot = np.eye(4)
    cnot[[2, 3]] = cnot[[3, 2]]
    state = np.array([1.0, 0.0, 0.0, 0.0])
    gates = [np.kron(ry(a), np.eye(2)) for a in angles[:1]] + [cnot]
    gates += [np.kron(np.eye(2), ry(angles[1]))]
    for gate in gates:
        state = gate @ state
    zz = np.array([1.0, -1.0, -1.0, 1.0])
    x1 = np.kron(np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2))
    return state @ (zz * state) + coupling * state @ x1 @ state


@program(case(np.array([0.3, 0.7, -0.2, 0.4])), case(np.array([0.1])))
def ising_transfer_matrix(fields, J=0.5):
    """Baxter, Exactly Solved Models in Statistical Mechanics, 1982, section 2.1."""
    T = None
    for h in fields:
        step = np.array([[np.exp(J + h), np.exp(-J + h)], [np.exp(-J - h), np.exp(J - h)]])
        T = step if T is None else T @ step
    return np.log(np.trace(T))


@program(case(0.3, 0.9), wrt=("E", "width"))
def square_well_numerov(E, width, n=6):
    """Koonin and Meredith, Computational Physics, 1990, section 3.1: Numerov's algorithm."""
    h = 2.0 / n
    k2 = [2 * (E - (-1.0 if abs(i * h - 1.0) < 0.5 else 0.0) * width) for i in range(n + 1)]
    psi = [0.0, 1e-2]
    for i in range(1, n):
        a = 2 * (1 - 5 * h * h / 12 * k2[i]) * psi[i]
        b = (1 + h * h / 12 * k2[i - 1]) * psi[i - 1]
        psi.append((a - b) / (1 + h * h / 12 * k2[i + 1]))
    return psi[-1]


@program(case([100.0, 220.0, 330.0], 5.0), wrt=("resistors", "source"))
def resistor_network(resistors, source):
    """Horowitz and Hill, The Art of Electronics, section 1.2: a ladder folded from its end."""

    def parallel(*rs):
        return 1 / sum(1 / r for r in rs)

    total = resistors[-1]
    for r in resistors[-2::-1]:
        total = parallel(total + r, 1e3)
    current = source / total
    return current * source


@program(case(np.array([0.5, 0.2]), 0.8), wrt=("x", "T"))
def hopfield_relaxation(x, T):
    """Hopfield, PNAS 81, 1984: graded neurons that relax until nothing moves."""
    W = np.array([[0.0, 0.4], [0.4, 0.0]])
    s = x
    change = 1.0
    updates = 0
    while change > 1e-2:
        new = np.tanh((W @ s + 0.1) / T)
        change = np.max(np.abs(new - s))
        s = new
        updates += 1
        if updates >= 4:
            break
    return -0.5 * s @ W @ s


@program(case(1.5, 0.6), wrt=("mass", "charge"))
def boris_pusher(mass, charge, dt=0.1):
    """Birdsall and Langdon, Plasma Physics via Computer Simulation, 1985, section 4-4."""
    E = np.array([0.1, 0.0, 0.3])
    B = np.array([0.0, 0.2, 1.0])
    v, x = np.array([1.0, 0.0, 0.2]), np.zeros(3)
    for _ in range(3):
        t = charge * dt / (2 * mass) * B
        s = 2 * t / (1 + np.dot(t, t))
        v_minus = v + charge * dt / (2 * mass) * E
        v_prime = v_minus + np.cross(v_minus, t)
        v = v_minus + np.cross(v_prime, s) + charge * dt / (2 * mass) * E
        x += dt * v
    return x


@program(case(np.array([1.0, 0.4, 0.8]), 0.2), wrt=("thickness", "angle"))
def thin_film(thickness, angle):
    """Born and Wolf, Principles of Optics, 1.6: characteristic matrices, real parts by hand."""
    indices = (1.38, 2.1, 1.5)
    m11, m12, m21, m22 = 1.0, 0.0, 0.0, 1.0
    for n, d in zip(indices, thickness):
        cosine = math.sqrt(1 - (math.sin(angle) / n) ** 2)
        beta = 2 * math.pi * n * d * cosine / 1.5
        p = n * cosine
        c, s = math.cos(beta), math.sin(beta)
        m11, m12, m21, m22 = (
            m11 * c - m12 * p * s,
            m11 * s / p + m12 * c,
            m21 * c + m22 * p * s,
            m22 * c - m21 * s / p,
        )
    p0 = math.cos(angle)
    num = (m11 - m22) ** 2 * p0**2 + (m12 * p0 * p0 - m21) ** 2
    den = (m11 + m22) ** 2 * p0**2 + (m12 * p0 * p0 + m21) ** 2
    return num / den
