"""Clean drawings that training never sees: for the test of how far a simplifier carries over."""

import numpy as np

from inkwright.synthetic_drawings.clean_drawing import (
    FloatArray,
    ellipse,
    evenly,
    length,
    rotation,
    sides,
    straight,
)
from inkwright.synthetic_drawings.picture_outlines import at_corners, smoothed


def rosettes(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """Spirals, roses and Lissajous figures."""
    curves: list[FloatArray] = []
    for _ in range(int(rng.integers(4, 9))):
        center, radius = rng.uniform(0.15, 0.85, 2) * side, rng.uniform(0.08, 0.2) * side
        t = np.linspace(0, 2 * np.pi, 400)
        kind = rng.integers(3)
        if kind == 0:
            rounds = rng.uniform(1.5, 3.5)
            spoke = radius * (0.12 + 0.88 * t / (2 * np.pi))
            flat = spoke[:, None] * np.stack([np.cos(rounds * t), np.sin(rounds * t)], axis=1)
        elif kind == 1:
            petals, depth = int(rng.integers(3, 7)), rng.uniform(0.2, 0.5)
            spoke = radius * (1 - depth + depth * np.cos(petals * t))
            flat = spoke[:, None] * np.stack([np.cos(t), np.sin(t)], axis=1)
        else:
            pair = ((1, 2), (2, 3), (1, 3))[rng.integers(3)]
            flat = radius * np.stack([np.sin(pair[0] * t + 0.6), np.sin(pair[1] * t)], axis=1)
        curves.append(evenly(flat + center, 4.0))
    return curves


def voronoi_cells(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """The borders of cells, as in leaves, cracked mud or leaded windows."""
    from scipy.spatial import Voronoi

    cells = Voronoi(rng.uniform(-0.1, 1.1, (int(rng.integers(25, 70)), 2)) * side)
    curves = []
    for first, last in cells.ridge_vertices:
        if min(first, last) < 0:
            continue
        ends = cells.vertices[[first, last]]
        if (np.abs(ends - side / 2) < 0.7 * side).all() and np.hypot(*(ends[1] - ends[0])) > 8:
            curves.append(straight(*ends))
    return curves


def contour_map(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """Level lines of a random landscape."""
    from scipy.ndimage import gaussian_filter
    from skimage.measure import find_contours

    cells = 128
    height = gaussian_filter(rng.normal(size=(cells, cells)), rng.uniform(7, 12))
    curves: list[FloatArray] = []
    for level in np.quantile(height, np.linspace(0.15, 0.85, int(rng.integers(4, 8)))):
        for contour in find_contours(height, float(level)):
            line = contour[:, ::-1] * (side / cells)
            if length(line) > 60:
                curves += at_corners(smoothed(evenly(line, 4.0)))
    return curves


def houses(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """A street: walls, roofs, doors, windows, round trees, a wheel."""
    curves: list[FloatArray] = []
    ground = rng.uniform(0.7, 0.85) * side
    left = 0.05 * side
    while left < 0.85 * side:
        wide, tall = rng.uniform(0.12, 0.25) * side, rng.uniform(0.15, 0.4) * side
        top, roof = ground - tall, rng.uniform(0.05, 0.15) * side
        walls = np.array([[left, ground], [left, top], [left + wide, top], [left + wide, ground]])
        curves += sides(walls)
        curves += [straight((left, top), (left + wide / 2, top - roof))]
        curves += [straight((left + wide / 2, top - roof), (left + wide, top))]
        for row in range(int(rng.integers(1, 4))):
            curves += _windows(rng, left, top + (row + 0.3) * tall / 4, wide)
        left += wide + rng.uniform(0.02, 0.15) * side
        if rng.random() < 0.6:
            crown = rng.uniform(0.03, 0.06) * side
            stem = (left - 0.02 * side, ground - 3 * crown)
            curves += [
                ellipse(stem, (crown, crown * 1.3)),
                straight(stem + np.array([0, 1.3 * crown]), (stem[0], ground)),
            ]
    wheel = (rng.uniform(0.2, 0.8) * side, ground + 0.07 * side)
    curves += [ellipse(wheel, (r * side, r * side)) for r in (0.02, 0.055)]
    lean = rotation(rng.normal(0, 0.02)).T
    return [
        (curve - side / 2) @ lean + side / 2 for curve in (*curves, straight((0, ground), (side, ground)))
    ]


def _windows(rng: np.random.Generator, left: float, top: float, wide: float) -> list[FloatArray]:
    count, size = int(rng.integers(1, 4)), wide / 6
    curves: list[FloatArray] = []
    for number in range(count):
        x = left + wide * (number + 1) / (count + 1) - size / 2
        curves += sides(np.array([[x, top], [x + size, top], [x + size, top + size], [x, top + size]]))
    return curves
