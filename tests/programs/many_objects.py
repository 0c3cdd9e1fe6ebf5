"""Objects in lists whose length only the run tells: each of them changes, under all its names."""

import math
from dataclasses import dataclass

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, 1.1])
V5 = np.array([0.7, 1.3, 0.9, 1.1, 0.4])
V8 = np.array([0.7, 1.3, 0.9, 1.1, 0.4, 0.6, 1.2, 0.8])
P32 = np.array([[0.0, 0.1], [1.0, 0.2], [0.3, 1.1]])
Q32 = np.array([[0.1, 0.3], [-0.2, 0.1], [0.05, -0.3]])
A33 = np.array([[0.5, 1.2, 0.7], [1.1, 0.4, 0.9], [0.3, 0.8, 1.3]])


class Star:
    def __init__(self, mass, pos, vel):
        self.mass = mass
        self.pos = pos
        self.vel = vel


@program(case(V3, P32, Q32, 3, 0.01), wrt=(0, 1, 2))
def nbody_arrays(ms, ps, vs, steps, dt):
    bodies = [Star(m, p, v) for m, p, v in zip(ms, ps, vs)]
    for _ in range(steps):
        for b in bodies:
            acc = np.zeros(2)
            for o in bodies:
                if o is b:
                    continue
                r = o.pos - b.pos
                d = np.sqrt(np.sum(r**2) + 0.01)
                acc = acc + o.mass * r / d**3
            b.vel = b.vel + acc * dt
        for b in bodies:
            b.pos = b.pos + b.vel * dt
    return sum(np.sum(b.pos**2) + b.mass * np.sum(b.vel**2) for b in bodies)


@program(case(V3, P32, Q32, 3, 0.01), wrt=(0, 1, 2))
def nbody_inplace(ms, ps, vs, steps, dt):
    bodies = []
    for i in range(len(ms)):
        bodies.append(Star(ms[i], ps[i].copy(), vs[i].copy()))
    for _ in range(steps):
        for i, b in enumerate(bodies):
            for j, o in enumerate(bodies):
                if i == j:
                    continue
                r = o.pos - b.pos
                d = np.sqrt(np.dot(r, r) + 0.01)
                b.vel += dt * o.mass * r / d**3
        for b in bodies:
            b.pos += b.vel * dt
    ke = 0.0
    for b in bodies:
        ke += 0.5 * b.mass * np.dot(b.vel, b.vel)
    pe = 0.0
    for i in range(len(bodies)):
        for j in range(i + 1, len(bodies)):
            pe -= bodies[i].mass * bodies[j].mass / np.linalg.norm(bodies[i].pos - bodies[j].pos)
    return ke + pe


class Planet:
    def __init__(self, x, y, vx, vy, m):
        self.x = x
        self.y = y
        self.vx = vx
        self.vy = vy
        self.m = m

    def attraction(self, other):
        dx = other.x - self.x
        dy = other.y - self.y
        d = math.sqrt(dx**2 + dy**2 + 0.01)
        f = self.m * other.m / d**2
        return f * dx / d, f * dy / d

    def update_position(self, planets, dt):
        total_fx = total_fy = 0
        for planet in planets:
            if self == planet:
                continue
            fx, fy = self.attraction(planet)
            total_fx += fx
            total_fy += fy
        self.vx += total_fx / self.m * dt
        self.vy += total_fy / self.m * dt
        self.x += self.vx * dt
        self.y += self.vy * dt


@program(case(V3, P32, Q32, 2), wrt=(0, 1, 2))
def planets_update_each_other(ms, pos, vel, steps):
    planets = [Planet(p[0], p[1], v[0], v[1], m) for m, p, v in zip(ms, pos, vel)]
    for _ in range(steps):
        for planet in planets:
            planet.update_position(planets, 0.05)
    return sum(p.x**2 + p.y * p.vx for p in planets)


class Particle:
    def __init__(self, x, v):
        self.x = x
        self.v = v

    def step(self, dt):
        self.v -= dt * self.x
        self.x += dt * self.v

    def energy(self):
        return 0.5 * self.v**2 + 0.5 * self.x**2


@program(case(V5, 3))
def particles_over_vector(x0, n):
    particles = [Particle(x, 0.0) for x in x0]
    for _ in range(n):
        for p in particles:
            p.step(0.1)
    return sum(p.energy() * p.x for p in particles)


@program(case(V4, 5, 3))
def particles_in_range_n(k, n, steps):
    ps = []
    for i in range(n):
        ps.append(Particle(k[0] * i, k[1]))
    for _ in range(steps):
        for i in range(1, n - 1):
            f = k[2] * (ps[i - 1].x - 2 * ps[i].x + ps[i + 1].x)
            ps[i].v += 0.1 * f
        for p in ps:
            p.x += 0.1 * p.v
    return ps[-1].x * ps[2].v + k[3] * ps[1].x


@dataclass
class Spring:
    i: int
    j: int
    k: float
    rest: float


@program(case(V3, V4, 3), wrt=(0, 1))
def mass_spring_chain(ks, x0, steps):
    springs = [Spring(i, i + 1, k, 0.3) for i, k in enumerate(ks)]
    x = x0.copy()
    v = np.zeros_like(x)
    for _ in range(steps):
        f = np.zeros_like(x)
        for s in springs:
            ext = x[s.j] - x[s.i] - s.rest
            f[s.i] += s.k * ext
            f[s.j] -= s.k * ext
        v += 0.1 * f
        x += 0.1 * v
    return np.sum(x**2)


class Body:
    def __init__(self, m, pos, vel):
        self.m = m
        self.pos = pos
        self.vel = vel

    def kick(self, f, dt):
        self.vel += f * dt / self.m


class P:
    def __init__(self, x, v=0.0):
        self.x = x
        self.v = v


@program(case(V4, P32[:1].repeat(4, 0) * np.arange(1, 5)[:, None] + 0.1, 2), wrt=(0, 1))
def pairs_by_slices(ms, ps, steps):
    bodies = [Body(m, p.copy(), np.zeros(2)) for m, p in zip(ms, ps)]
    for _ in range(steps):
        for i, a in enumerate(bodies):
            for b in bodies[i + 1 :]:
                d = b.pos - a.pos
                r = np.sqrt(d @ d + 0.1)
                f = a.m * b.m * d / r**3
                a.kick(f, 0.1)
                b.kick(-f, 0.1)
        for b in bodies:
            b.pos += 0.1 * b.vel
    return sum(b.m * np.sum(b.pos**2) for b in bodies)


@program(case(V5))
def filtered_are_the_same(x):
    ps = [P(v) for v in x]
    big = [p for p in ps if p.x > 0.8]
    for p in big:
        p.x *= 2.0
    return sum(p.x**2 for p in ps)


@program(case(V5))
def kept_by_name(x):
    ps = [P(v) for v in x]
    first = ps[0]
    last = ps[-1]
    for p in ps:
        p.x = p.x * x[1]
    first.v = first.x + last.x
    ps[0].x = 3.0 * first.v
    return first.x * last.x + ps[0].v


@program(case(V5))
def best_of_many(x):
    ps = [P(v, v**2) for v in x]
    best = None
    for p in ps:
        if best is None or p.x > best.x:
            best = p
    best.x += 10.0
    return sum(p.x * p.v for p in ps) + best.v


@program(case(V5))
def best_by_max_key(x):
    ps = [P(v, v**2) for v in x]
    best = ps[0]
    for p in ps[1:]:
        if p.x > best.x:
            best = p
    best.v = 0.0
    return sum(p.x * p.v for p in ps)


@program(case(V5))
def neighbours(x):
    ps = [P(v) for v in x]
    for a, b in zip(ps, ps[1:]):
        f = b.x - a.x
        a.v += f
        b.v -= f
    return sum(p.v**2 * p.x for p in ps)


@program(case(V5))
def nodes_with_a_link(x):
    ps = [P(v) for v in x]
    prev = ps[-1]
    for p in ps:
        prev.v += p.x
        prev = p
    return sum(p.v * p.x for p in ps)


@program(case(V5))
def removed_from_the_end(x):
    ps = [P(v) for v in x]
    q = ps.pop()
    q.x = q.x * 3.0
    ps[0].v = q.x
    ps.append(q)
    ps.insert(0, P(x[0] * x[1]))
    return sum(p.x * (p.v + 1.0) for p in ps)


def make(n, x):
    return [P(x * k, x) for k in range(n)]


def move(ps, dt):
    for p in ps:
        p.x += dt * p.v


@program(case(0.7, 4))
def made_and_moved_by_functions(x, n):
    ps = make(n, x)
    qs = make(n, x * x)
    move(ps, x)
    move(qs, 2.0)
    for p, q in zip(ps, qs):
        p.x += q.x
    move(ps + qs, 0.5)
    return sum(p.x for p in ps) * sum(q.x for q in qs)


class System:
    def __init__(self, x):
        self.ps = []
        for k in range(len(x)):
            self.add(x[k])
        self.t = 0.0

    def add(self, x):
        self.ps.append(P(x))

    def step(self, dt):
        for p in self.ps:
            p.v -= dt * np.sin(p.x)
            p.x += dt * p.v
        self.t += dt

    @property
    def energy(self):
        return sum(0.5 * p.v**2 + 1 - np.cos(p.x) for p in self.ps)


@program(case(V5, 3))
def system_of_particles(x, n):
    s = System(x)
    for _ in range(n):
        s.step(0.1)
    return s.energy * s.t + s.ps[2].x


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def __sub__(self, o):
        return Vec(self.x - o.x, self.y - o.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def dot(self, o):
        return self.x * o.x + self.y * o.y


class Ball:
    def __init__(self, p, v):
        self.p = p
        self.v = v

    def update(self, dt):
        self.p = self.p + self.v * dt
        self.v = self.v + Vec(0.0, -9.8) * dt
        if self.p.y < 0:
            self.p = Vec(self.p.x, -self.p.y)
            self.v = Vec(self.v.x, -0.8 * self.v.y)


@program(case(P32, Q32, 5), wrt=(0, 1))
def balls_with_vectors(ps, vs, n):
    balls = [Ball(Vec(p[0], p[1]), Vec(v[0], v[1])) for p, v in zip(ps, vs)]
    for _ in range(n):
        for b in balls:
            b.update(0.05)
    return sum(b.p.dot(b.v) for b in balls)


@dataclass
class Neuron:
    w: np.ndarray
    b: float = 0.0

    def out(self, x):
        return np.tanh(self.w @ x + self.b)


@program(case(A33, V3, 2), wrt=(0, 1))
def neurons(W, x, n):
    layer = [Neuron(w) for w in W]
    for _ in range(n):
        y = np.array([u.out(x) for u in layer])
        for u, yi in zip(layer, y):
            u.w = u.w - 0.1 * yi * x
            u.b -= 0.1 * yi
    return np.sum(np.array([u.out(x) for u in layer]) ** 2)


class Asset:
    def __init__(self, name, price, mu):
        self.name = name
        self.price = price
        self.mu = mu
        self.history = [price]

    def grow(self):
        self.price *= 1 + self.mu
        self.history.append(self.price)


@program(case(V3, 4))
def assets_known(p, n):
    assets = [Asset("a", p[0], 0.1), Asset("b", p[1], 0.2), Asset("c", p[2], -0.1)]
    for _ in range(n):
        for a in assets:
            a.grow()
    return sum(a.price * sum(a.history) for a in assets)


@program(case(V5, 3))
def counter_of_visits(x, n):
    cells = [P(v, 0) for v in x]
    k = 0
    for i in range(n):
        cells[k].v += 1
        cells[k].x *= 1.5
        k = (k + cells[k].v * 2) % 5
    return sum(c.x * c.v for c in cells)


@program(case(V5, 3), case(V5, 0))
def grows_while_it_runs(x, n):
    ps = [P(x[0])]
    for i in range(n):
        parent = ps[i]
        parent.v += x[1]
        ps.append(P(parent.x * x[2], parent.v))
    ps[0].x = x[3]
    return sum(p.x * (1 + p.v) for p in ps)


@program(case(V5, 3))
def sun_first(x, n):
    sun = P(x[0], 1.0)
    bodies = [sun]
    for i in range(n):
        bodies.append(P(x[i + 1]))
    for b in bodies:
        if b is not sun:
            b.v += sun.x * b.x
            sun.v -= b.x
    return sum(b.v * b.x for b in bodies) * sun.v


@program(case(V5), may_refuse=True)
def one_vector_for_all(x):
    origin = Vec(x[0], x[1])
    balls = [Ball(origin, Vec(v, 0.0)) for v in x]
    origin.x = 5.0 * x[2]
    return sum(b.p.x * b.v.x for b in balls)


@program(case(V5), may_refuse=True)
def inner_object_changed(x):
    balls = [Ball(Vec(v, v), Vec(v, 0.0)) for v in x]
    for b in balls:
        b.p.x += b.v.x
    return sum(b.p.x * b.v.x for b in balls)


@program(case(V5), may_refuse=True)
def inner_object_kept(x):
    balls = [Ball(Vec(v, v), Vec(v, 0.0)) for v in x]
    p = balls[0].p
    balls[0].p = Vec(x[1], x[2])
    return p.x * balls[0].p.y


@program(case(V3, P32), wrt=(0, 1), may_refuse=True)
def array_kept_then_rebound(m, ps):
    bodies = [Body(a, p.copy(), np.zeros(2)) for a, p in zip(m, ps)]
    p = bodies[0].pos
    bodies[0].pos = p * 2.0
    return np.sum(p * bodies[0].pos)


@program(case(V3, P32), wrt=(0, 1), may_refuse=True)
def array_shared_by_two(m, ps):
    bodies = [Body(a, p.copy(), np.zeros(2)) for a, p in zip(m, ps)]
    bodies[0].pos = bodies[1].pos
    bodies[0].pos[0] = 7.0 * m[0]
    return np.sum(bodies[1].pos * m[1])


@program(case(V3, P32), wrt=(0, 1), may_refuse=True)
def array_put_and_written(m, ps):
    bodies = [Body(a, p.copy(), np.zeros(2)) for a, p in zip(m, ps)]
    q = ps[0] * 2.0
    bodies[1].pos = q
    q[1] = 5.0 * m[1]
    return np.sum(bodies[1].pos * m[1])


@program(case(V3, P32), wrt=(0, 1), may_refuse=True)
def array_put_and_written_inside(m, ps):
    bodies = [Body(a, p.copy(), np.zeros(2)) for a, p in zip(m, ps)]
    q = ps[0] * 2.0
    bodies[1].pos = q
    bodies[1].pos += 1.0
    return np.sum(q * m[1])


@program(case(V3, P32), wrt=(0, 1), may_refuse=True)
def argument_rows_written(m, ps):
    bodies = [Body(a, p, np.zeros(2)) for a, p in zip(m, ps)]
    for b in bodies:
        b.pos += b.m
    return np.sum(ps * 2.0) + np.sum(bodies[0].pos)


@program(case(V3, P32, 3), wrt=(0, 1))
def verlet_arrays(m, ps, n):
    bodies = [Body(a, p, p * 0.9) for a, p in zip(m, ps)]
    for _ in range(n):
        for b in bodies:
            new = 2 * b.pos - b.vel - 0.01 * b.pos / b.m
            b.vel = b.pos
            b.pos = new
    return sum(np.sum(b.pos**2) for b in bodies)


@program(case(V5, 3))
def verlet_scalars(x, n):
    ps = [P(v, v * 0.9) for v in x]
    for _ in range(n):
        for p in ps:
            new = 2 * p.x - p.v - 0.1 * p.x**3
            p.v = p.x
            p.x = new
    return sum(p.x**2 for p in ps)


class Registry:
    def __init__(self):
        self.items = []

    def new(self, x):
        p = P(x)
        self.items.append(p)
        return p


@program(case(V5))
def returned_and_kept(x):
    r = Registry()
    for v in x:
        p = r.new(v)
        p.x *= 2.0
        p.v = v
    r.items[1].x += 1.0
    return sum(p.x * p.v for p in r.items)


@program(case(V5))
def returned_and_kept_known(x):
    r = Registry()
    p = r.new(x[0])
    q = r.new(x[1])
    p.x *= 2.0
    q.v = x[2]
    r.items[1].x += 1.0
    return sum(p.x * (p.v + 1) for p in r.items) * q.x


@program(case(V5, 2))
def generations(x, n):
    pop = [P(v, 0.0) for v in x]
    for g in range(n):
        children = []
        for a in pop:
            children.append(P(a.x * 0.9 + 0.1 * pop[0].x, a.x))
        for c in children:
            c.v *= 2.0
        pop = children
    return sum(p.x * p.v for p in pop)


@program(case(V5))
def while_particles(x):
    ps = [P(v, 0.1) for v in x]
    t = 0.0
    while t < 0.5:
        for i in range(len(ps)):
            ps[i].x += ps[i].v * 0.1
            ps[i].v -= 0.1 * ps[i].x
        t += 0.1
    return sum(p.x * p.x for p in ps)


@program(case(V3, 4), may_refuse=True)
def same_array_appended(x, n):
    u = x * x
    lst = []
    for k in range(n):
        lst.append(u)
    lst[0][1] = 5.0 * x[0]
    return sum(np.sum(l * x) for l in lst)


@program(case(V3, 4), may_refuse=True)
def same_array_in_bodies(x, n):
    zero = np.zeros(2)
    bodies = [Body(m, x[:2] * m, zero) for m in x]
    for b in bodies:
        b.vel += b.pos
    return sum(np.sum(b.vel * b.pos) for b in bodies)


@program(case(V3, 4))
def same_array_in_bodies_rebound(x, n):
    zero = np.zeros(2)
    bodies = [Body(m, x[:2] * m, zero) for m in x]
    for b in bodies:
        b.vel = b.vel + b.pos
    return sum(np.sum(b.vel * b.pos) for b in bodies)


@program(case(V3, P32), wrt=(0, 1))
def rows_of_two_matrices(m, ps):
    bodies = [Body(a, p, v) for a, p, v in zip(m, ps, 2 * ps)]
    for _ in range(2):
        for b in bodies:
            b.vel += b.m
            b.pos += b.vel
    return sum(np.sum(b.vel * b.pos) for b in bodies)


@program(case(V3, P32), wrt=(0, 1), may_refuse=True)
def one_row_for_two_fields(m, ps):
    bodies = [Body(a, p, p) for a, p in zip(m, ps)]
    for b in bodies:
        b.vel += b.m
    return sum(np.sum(b.vel * b.pos) for b in bodies)


@program(case(V3, P32), wrt=(0, 1), may_refuse=True)
def rows_twice(m, ps):
    bodies = []
    for i in range(3):
        bodies.append(Body(m[i], ps[i], ps[i] * 1.0))
    for i in range(3):
        bodies.append(Body(m[i], ps[i], ps[i] * 1.0))
    for b in bodies:
        b.pos += b.m
    return sum(np.sum(b.vel * b.pos) for b in bodies)


@program(case(V3, 3), may_refuse=True)
def list_doubled(x, n):
    us = [x * k for k in range(n)]
    vs = us + us
    vs[0][1] += 2.0
    return sum(np.sum(v * x) for v in vs)


@program(case(V5))
def sorted_by_key(x):
    ps = [P(v, v) for v in x]
    ps.sort(key=lambda p: p.x)
    for k, p in enumerate(ps):
        p.v *= k
    return sum(p.v * p.x for p in ps)


@program(case(V5))
def sorted_copy(x):
    ps = [P(v, v) for v in x]
    order = sorted(ps, key=lambda p: -p.x)
    order[0].v = 7.0 * x[1]
    return sum(p.v * p.x for p in ps)


@program(case(V5))
def max_by_key(x):
    ps = [P(v, v) for v in x]
    best = max(ps, key=lambda p: p.x)
    best.v = 7.0 * x[1]
    return sum(p.v * p.x for p in ps)
