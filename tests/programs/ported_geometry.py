"""Rays, cameras, rotations and curves."""

import math
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from tests.programs.registry import case, program

Hit = namedtuple("Hit", ["t", "point", "normal"])


def normalize(v):
    return v / np.sqrt(np.sum(v * v))


def hit_sphere(origin, direction, centre, radius):
    oc = origin - centre
    half_b = np.dot(oc, direction)
    c = np.dot(oc, oc) - radius * radius
    discriminant = half_b * half_b - c
    if discriminant < 0:
        return None
    root = math.sqrt(discriminant)
    t = -half_b - root
    if t < 1e-3:
        t = -half_b + root
    if t < 1e-3:
        return None
    point = origin + t * direction
    return Hit(t, point, (point - centre) / radius)


@program(
    case(np.array([0.0, 0.1, -3.0]), 1.0, np.array([0.6, 0.8, -0.5])),
    wrt=("centre", "radius", "light"),
)
def ray_tracer(centre, radius, light):
    """Shirley, Ray Tracing in One Weekend, 2020, chapters 4 to 6: Lambert's shading of a sphere."""
    width, height = 3, 2
    light = normalize(light)
    image = np.zeros((height, width))
    for j in range(height):
        for i in range(width):
            u, v = (i + 0.5) / width * 2 - 1, (j + 0.5) / height * 2 - 1
            direction = normalize(np.array([u, v, -1.5]))
            hit = hit_sphere(np.zeros(3), direction, centre, radius)
            if hit is None:
                image[j, i] = 0.1 + 0.2 * v
            else:
                image[j, i] = max(0.0, np.dot(hit.normal, light)) + 0.05
    return image


def trace(origin, direction, spheres, depth):
    nearest = None
    colour = 0.0
    for sphere in spheres:
        hit = hit_sphere(origin, direction, sphere["centre"], sphere["radius"])
        if hit is not None and (nearest is None or hit.t < nearest.t):
            nearest = hit
            colour = sphere["albedo"]
    if nearest is None:
        return 0.5 * (direction[1] + 1.0)
    if depth == 0:
        return 0.0
    mirrored = direction - 2 * np.dot(direction, nearest.normal) * nearest.normal
    return colour * trace(nearest.point, mirrored, spheres, depth - 1)


@program(
    case(
        [
            {"centre": np.array([0.0, 0.0, -2.0]), "radius": 0.6, "albedo": 0.8},
            {"centre": np.array([0.9, 0.1, -1.8]), "radius": 0.4, "albedo": 0.5},
        ]
    )
)
def mirrored_spheres(spheres):
    """Whitted, An improved illumination model for shaded display, CACM 23, 1980: recursion."""
    total = 0.0
    for u in (-0.1, 0.25):
        total += trace(np.zeros(3), normalize(np.array([u, 0.05, -1.0])), spheres, 3)
    return total


def rodrigues(points, rotation):
    theta = np.linalg.norm(rotation)
    axis = rotation / theta
    dots = points @ axis
    c, s = np.cos(theta), np.sin(theta)
    return c * points + s * np.cross(axis, points) + (1 - c) * np.outer(dots, axis)


@program(
    case(
        np.array([0.1, -0.2, 0.15, 0.2, 0.1, 4.0, 1.5, 0.02, 0.001]),
        np.array([[0.2, 0.3, 0.5], [-0.4, 0.1, 0.8], [0.5, -0.6, 0.1]]),
    ),
    wrt=("camera", "points"),
)
def bundle_adjustment(camera, points):
    """SciPy Cookbook, Large-scale bundle adjustment; Agarwal and others, ECCV 2010."""
    moved = rodrigues(points, camera[:3]) + camera[3:6]
    image = -moved[:, :2] / moved[:, 2, np.newaxis]
    f, k1, k2 = camera[6:9]
    n = np.sum(image**2, axis=1)
    distortion = 1 + k1 * n + k2 * n**2
    observed = np.array([[-0.05, -0.1], [0.1, 0.0], [-0.2, 0.2]])
    return (image * (distortion * f)[:, np.newaxis] - observed).ravel()


def qmul(q, r):
    w1, x1, y1, z1 = q
    w2, x2, y2, z2 = r
    return np.array(
        [
            w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
            w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
            w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
            w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        ]
    )


@program(case(np.array([0.4, 0.1, 1.2]), np.array([1.0, 2.0, 3.0])), wrt=("omega", "inertia"))
def free_rigid_body(omega, inertia, dt=0.1, steps=2):
    """Goldstein, Classical Mechanics, 5.5: Euler's equations, attitude as a unit quaternion."""
    q = np.array([1.0, 0.0, 0.0, 0.0])
    for _ in range(steps):
        torque = np.cross(inertia * omega, omega)
        omega = omega + dt * torque / inertia
        spin = np.concatenate(([0.0], omega))
        q = q + 0.5 * dt * qmul(q, spin)
        q /= np.linalg.norm(q)
    return np.concatenate([q, omega])


@dataclass
class Body:
    mass: float
    position: np.ndarray
    velocity: np.ndarray

    @property
    def momentum(self):
        return self.mass * self.velocity

    def push(self, force, dt):
        self.velocity = self.velocity + dt * force / self.mass

    def drift(self, dt):
        self.position = self.position + dt * self.velocity


@program(case(1.0, 0.5, np.array([1.0, 0.2])), wrt=("m1", "m2", "x"))
def two_bodies(m1, m2, x):
    """Feynman, Lectures on Physics I, 9-7: planets as objects that push each other."""
    bodies = [Body(m1, np.zeros(2), np.zeros(2)), Body(m2, x, np.array([0.0, 0.9]))]
    for _ in range(2):
        for a in bodies:
            for b in bodies:
                if a is b:
                    continue
                d = b.position - a.position
                a.push(a.mass * b.mass * d / np.dot(d, d) ** 1.5, dt=0.1)
        for body in bodies:
            body.drift(0.1)
    return bodies[1].position + sum(b.momentum for b in bodies)


def rot_x(a):
    return np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])


def rot_z(a):
    return np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])


def denavit_hartenberg(theta, d, a, alpha):
    T = np.eye(4)
    T[:3, :3] = rot_z(theta) @ rot_x(alpha)
    T[:3, 3] = [a * np.cos(theta), a * np.sin(theta), d]
    return T


@program(case([0.3, -0.5, 0.9]))
def robot_arm(joints):
    """Denavit and Hartenberg, 1955; Craig, Introduction to Robotics, chapter 3."""
    links = [dict(d=0.3, a=0.0, alpha=np.pi / 2), dict(d=0.0, a=0.5, alpha=0.0)]
    links += [dict(d=0.0, a=0.4, alpha=0.1)]
    T = np.eye(4)
    for theta, link in zip(joints, links):
        T = T @ denavit_hartenberg(theta, **link)
    return T[:3, 3]


@program(case([np.array([0.0, 0.0]), np.array([1.0, 2.0]), np.array([3.0, -1.0])], 0.3), wrt=(0, 1))
def de_casteljau(control, t):
    """Farin, Curves and Surfaces for CAGD, 2002, section 4.1: a list that shrinks."""
    points = list(control)
    while len(points) > 1:
        points = [(1 - t) * p + t * q for p, q in zip(points[:-1], points[1:])]
    return points[0]


@program(case(0.5, 0.2, 0.9), wrt=("cx", "cy", "r"))
def sphere_marching(cx, cy, r):
    """Hart, Sphere tracing, The Visual Computer 12, 1996: march until the distance is small."""

    def scene(x, y):
        ball = math.hypot(x - cx, y - cy) - r
        floor = y + 2.0
        return min(ball, floor)

    x, y = -3.0, 0.1
    dx, dy = math.cos(0.05), math.sin(0.05)
    travelled = 0.0
    for step in range(40):
        d = scene(x, y)
        x, y = x + d * dx, y + d * dy
        travelled += d
        if d < 1e-9:
            break
    else:
        return 10.0
    return travelled


@program(case(np.array([[0.0, 0.0], [2.0, 0.1], [2.2, 1.5], [0.3, 1.2]])))
def polygon_moments(xy):
    """Bourke, Calculating the area and centroid of a polygon, 1988: the shoelace, cyclically."""
    area = cx = cy = 0.0
    n = len(xy)
    for i in range(n):
        (x0, y0), (x1, y1) = xy[i], xy[(i + 1) % n]
        cross = x0 * y1 - x1 * y0
        area += cross
        cx += (x0 + x1) * cross
        cy += (y0 + y1) * cross
    area *= 0.5
    return area, cx / (6 * area), cy / (6 * area)


@program(case(np.array([0.1, 0.2]), np.array([[0.0, 0.0], [1.0, 0.1], [0.2, 1.1]])), wrt=(0, 1))
def barycentric_interpolation(p, triangle):
    """Ericson, Real-Time Collision Detection, 2005, section 3.4."""
    a, b, c = triangle
    v0, v1, v2 = b - a, c - a, p - a
    d00, d01, d11 = v0 @ v0, v0 @ v1, v1 @ v1
    d20, d21 = v2 @ v0, v2 @ v1
    denom = d00 * d11 - d01 * d01
    v = (d11 * d20 - d01 * d21) / denom
    w = (d00 * d21 - d01 * d20) / denom
    return {"u": 1.0 - v - w, "v": v, "w": w}
