"""Clean drawings of things that stand before one another: hidden lines are absent."""

import numpy as np

from inkwright.synthetic_drawings.clean_drawing import (
    FloatArray,
    ellipse,
    outside_parts,
    rotation,
    sides,
    straight,
)
from inkwright.synthetic_drawings.curve_families import blob, closed_shape

# A thing is its curves and the polygon that hides what is behind it.
Thing = tuple[list[FloatArray], FloatArray]


def composed_scene(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """3 to 9 things, each hiding what was drawn before it."""
    makers = (box, cylinder, face, plant, gear, vase, plain_shape)
    curves: list[FloatArray] = []
    for _ in range(int(rng.integers(3, 10))):
        center = rng.uniform(0.12, 0.88, 2) * side
        new, hides = makers[rng.integers(len(makers))](rng, center, rng.uniform(0.06, 0.24) * side)
        curves = [part for curve in curves for part in outside_parts(curve, hides)] + new
    return curves


def box(rng: np.random.Generator, center: FloatArray, radius: float) -> Thing:
    """A box in perspective, its hidden edges left out."""
    from scipy.spatial import ConvexHull

    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float64)
    corners *= rng.uniform(0.35, 1.0, 3)
    yaw, pitch = rng.uniform(0.2, 1.4), rng.uniform(-0.6, 0.6)
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    turned = corners @ about_y.T @ about_x.T
    distance = rng.uniform(3.0, 8.0)
    flat = center + radius * turned[:, :2] * (distance / (distance + turned[:, 2:]))
    edges: set[tuple[int, int]] = set()
    for axis in range(3):
        for sign in (-1, 1):
            face_corners = [index for index in range(8) if np.sign(corners[index, axis]) == sign]
            ring = [face_corners[place] for place in (0, 1, 3, 2)]
            middle = turned[face_corners].mean(0)
            if middle @ (middle + np.array([0, 0, distance])) < 0:
                ring_edges = zip(ring, ring[1:] + ring[:1], strict=True)
                edges |= {(min(edge), max(edge)) for edge in ring_edges}
    return [straight(flat[a], flat[b]) for a, b in sorted(edges)], flat[ConvexHull(flat).vertices]


def cylinder(rng: np.random.Generator, center: FloatArray, radius: float) -> Thing:
    """A can: a whole ellipse on top, half of one below, two sides."""
    wide, deep, tall = radius * rng.uniform(0.4, 0.8), radius * rng.uniform(0.1, 0.25), radius * 2
    turn = rotation(rng.normal(0, 0.3))
    top = ellipse((0, -tall / 2), (wide, deep))
    below = ellipse((0, tall / 2), (wide, deep), arc=(0.0, np.pi))
    walls = [straight((x, -tall / 2), (x, tall / 2)) for x in (-wide, wide)]
    hides = np.concatenate([ellipse((0, -tall / 2), (wide, deep), arc=(np.pi, 2 * np.pi)), below])
    return [curve @ turn.T + center for curve in (top, below, *walls)], hides @ turn.T + center


def face(rng: np.random.Generator, center: FloatArray, radius: float) -> Thing:
    """A head with eyes, brows, nose, mouth and some hair."""
    wide = radius * rng.uniform(0.65, 0.9)
    turn = rotation(rng.normal(0, 0.2))
    eye_x, eye_y, eye = 0.42 * wide, -0.1 * radius, rng.uniform(0.1, 0.2) * radius
    look = rng.uniform(-0.15, 0.15) * wide
    skull = ellipse((0, 0), (wide, radius))
    curves = [skull, ellipse((look, 0.5 * radius), (0.4 * wide, 0.15 * radius), arc=(0.2, np.pi - 0.2))]
    for x in (look - eye_x, look + eye_x):
        curves.append(ellipse((x, eye_y), (eye, 0.6 * eye)))
        curves.append(ellipse((x, eye_y - eye), (1.2 * eye, 0.5 * eye), arc=(np.pi + 0.3, 2 * np.pi - 0.3)))
    nose = rng.uniform(0.05, 0.15) * radius
    curves.append(straight((look, eye_y), (look - nose, 0.25 * radius)))
    curves.append(straight((look - nose, 0.25 * radius), (look + nose, 0.27 * radius)))
    for start in rng.uniform(np.pi * 1.1, np.pi * 1.8, int(rng.integers(0, 6))):
        curves.append(
            ellipse(
                (0, 0.1 * radius), (wide * 0.95, radius * rng.uniform(0.7, 1.2)), arc=(start, start + 0.5)
            )
        )
    return [curve @ turn.T + center for curve in curves], skull @ turn.T + center


def plant(rng: np.random.Generator, center: FloatArray, radius: float) -> Thing:
    """A bent stem with leaves."""
    bend = rng.normal(0, 0.5)
    rise = np.linspace(0, 1, max(int(radius / 2), 12))
    stem = center + radius * np.stack([bend * rise**2, 1 - 2 * rise], axis=1)
    curves = [stem]
    for place in np.linspace(0.25, 1.0, int(rng.integers(3, 9))):
        root = stem[int(place * (len(stem) - 1))]
        for direction in (-1, 1):
            angle = -np.pi / 2 + direction * rng.uniform(0.5, 1.2)
            curves += _leaf(root, radius * rng.uniform(0.25, 0.6), angle, rng.uniform(0.15, 0.35))
    return curves, center + radius * 0.02 * np.array([[0, 0], [1, 0], [0, 1]])


def _leaf(root: FloatArray, extent: float, angle: float, fullness: float) -> list[FloatArray]:
    t = np.linspace(0, 1, max(int(extent / 4), 6))
    bulge = fullness * np.sin(np.pi * t) ** 0.8
    edges = [np.stack([t, sign * bulge], axis=1) for sign in (-1, 1)]
    return [root + extent * edge @ rotation(angle).T for edge in edges]


def gear(rng: np.random.Generator, center: FloatArray, radius: float) -> Thing:
    """A cogwheel with a hole."""
    teeth, depth = int(rng.integers(7, 15)), rng.uniform(0.75, 0.88)
    step = 2 * np.pi / teeth
    angles = np.arange(teeth)[:, None] * step + np.array([0, 0.3, 0.45, 0.85]) * step
    spokes = np.array([1.0, 1.0, depth, depth]) * radius * 0.8
    rim = np.stack([spokes * np.cos(angles), spokes * np.sin(angles)], axis=-1).reshape(-1, 2) + center
    hole = ellipse(center, (radius * 0.25, radius * 0.25))
    return [*sides(rim), hole], rim


def vase(rng: np.random.Generator, center: FloatArray, radius: float) -> Thing:
    """A pot, the same on both sides, with an open mouth."""
    t = np.linspace(0, 1, max(int(radius / 2), 16))
    knots = rng.uniform(0.25, 0.8, 5)
    profile = np.interp(t, np.linspace(0, 1, 5), knots)
    for _ in range(3):
        profile[1:-1] = (profile[:-2] + 2 * profile[1:-1] + profile[2:]) / 4
    kernel = np.hanning(max(len(t) // 3, 3))
    padded = np.pad(profile, len(kernel), mode="edge")
    profile = np.convolve(padded, kernel / kernel.sum(), "same")[len(kernel) : -len(kernel)]
    right = center + radius * np.stack([profile, 2 * t - 1], axis=1)
    left = center + radius * np.stack([-profile, 2 * t - 1], axis=1)
    mouth = ellipse(center - (0, radius), (radius * profile[0], radius * 0.15 * profile[0]))
    foot = ellipse(
        center + (0, radius), (radius * profile[-1], radius * 0.12 * profile[-1]), arc=(0.0, np.pi)
    )
    return [left, right, mouth, foot], np.concatenate([right, left[::-1]])


def plain_shape(rng: np.random.Generator, center: FloatArray, radius: float) -> Thing:
    """A closed shape that hides what is behind it."""
    curves = closed_shape(rng, center, radius) if rng.random() < 0.6 else [blob(rng, center, radius)]
    return curves, np.concatenate(curves)
