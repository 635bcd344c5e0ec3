"""What is in a rough sketch and not meant: construction lines, shading, scribbles, ghosts, ruled paper."""

from collections.abc import Sequence

import numpy as np

from inkwright.synthetic_drawings.clean_drawing import FloatArray, ellipse, rotation, straight
from inkwright.synthetic_drawings.curve_families import blob, wandering_line
from inkwright.synthetic_drawings.pencil_strokes import PencilStrokes, pressed
from inkwright.synthetic_drawings.redrawn_lines import PencilHabits, redrawn


def distractors(
    rng: np.random.Generator, curves: Sequence[FloatArray], side: float, darkness: float
) -> PencilStrokes:
    """Strokes that belong to none of the curves on a canvas of that side, in units.

    Each is lighter than the page's outlines, whose darkness is in [0, 1].
    """
    parts = [
        construction_lines(rng, curves, side, darkness),
        *(shading(rng, curves, side, darkness) for _ in range(int(rng.integers(0, 5)))),
        *(scribble(rng, side, darkness) for _ in range(int(rng.integers(0, 3)))),
        ghosts(rng, curves, darkness),
    ]
    if rng.random() < 0.1:
        parts.append(ruled_paper(rng, side))
    if rng.random() < 0.1:
        parts.append(margin_note(rng, side, darkness))
    return PencilStrokes.join(parts)


def construction_lines(
    rng: np.random.Generator, curves: Sequence[FloatArray], side: float, darkness: float
) -> PencilStrokes:
    """0 to 10 long faint lines: tangents, boxes and axes of the drawing's lines, rays, circles."""
    lines: list[FloatArray] = []
    for _ in range(int(rng.integers(0, 11))):
        kind = rng.integers(5)
        if kind == 0 and curves:
            curve = curves[int(rng.integers(len(curves)))]
            at = int(rng.integers(len(curve) - 1))
            way = curve[at + 1] - curve[at]
            way = way / max(float(np.hypot(*way)), 1e-9) * rng.uniform(0.1, 0.5) * side
            lines.append(straight(curve[at] - way, curve[at] + way))
        elif kind == 1 and curves:
            curve = curves[int(rng.integers(len(curves)))]
            low, high = curve.min(0), curve.max(0)
            corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
            lines += [straight(a, b) for a, b in zip(corners, np.roll(corners, 1, axis=0), strict=True)]
        elif kind == 2 and curves:
            curve = curves[int(rng.integers(len(curves)))]
            low, high = curve.min(0), curve.max(0)
            middle, reach = (low + high) / 2, float((high - low).max()) * rng.uniform(0.5, 0.9)
            axis = np.eye(2)[int(rng.integers(2))] * reach
            lines.append(straight(middle - axis, middle + axis))
        elif kind == 3:
            radius = rng.uniform(0.05, 0.25) * side
            lines.append(ellipse(rng.uniform(0.1, 0.9, 2) * side, (radius, radius * rng.uniform(0.7, 1))))
        else:
            start, angle = rng.uniform(0, 1, 2) * side, rng.uniform(0, 2 * np.pi)
            reach = rng.uniform(0.2, 1) * side
            lines.append(straight(start, start + reach * np.array([np.cos(angle), np.sin(angle)])))
    strength = darkness * float(rng.uniform(0.12, 0.45))
    if rng.random() < 0.3:  # with a ruler
        return PencilStrokes.even(lines, float(rng.uniform(1, 2)), strength)
    return redrawn(rng, lines, PencilHabits(overdraw=(0, 0.6), width=(1.0, 2.4)), strength)


def shading(
    rng: np.random.Generator, curves: Sequence[FloatArray], side: float, darkness: float
) -> PencilStrokes:
    """One patch of light parallel strokes, straight or bent, ruled or by hand, often within a shape."""
    center, turn = rng.uniform(0.05, 0.95, 2) * side, rng.uniform(0, np.pi)
    if curves and rng.random() < 0.5:
        curve = curves[int(rng.integers(len(curves)))]
        center = rng.uniform(curve.min(0), curve.max(0))
    extent, spacing = rng.uniform(0.04, 0.18) * side, rng.uniform(3.5, 11)
    count = int(rng.integers(8, 32))
    rows = (np.arange(count) - count / 2) * spacing + rng.normal(0, 0.2 * spacing, count)
    reach = extent * rng.uniform(0.6, 1.1, (count, 2)) * 0.5
    t = np.linspace(0, 1, 9)
    x = -reach[:, :1] + t * reach.sum(1, keepdims=True)
    by_hand = rng.random() < 0.7
    bows = rng.normal(0, 0.1) + by_hand * rng.normal(0, 0.04, (count, 1))
    tilt = by_hand * rng.normal(0, 0.06, (count, 1)) * x
    y = rows[:, None] + bows * extent * (1 - (2 * t - 1) ** 2) + tilt
    points = np.stack([x, y], axis=-1) @ rotation(turn).T + center
    strength = darkness * float(rng.uniform(0.15, 0.5)) * rng.uniform(0.7, 1.2, count)
    width = np.full(count, rng.uniform(1.0, 2.6))
    return pressed(points, width, strength) if by_hand else PencilStrokes(points, width, strength)


def scribble(rng: np.random.Generator, side: float, darkness: float) -> PencilStrokes:
    """A zigzag that fills a spot lightly."""
    center, turn = rng.uniform(0.05, 0.95, 2) * side, rng.uniform(0, np.pi)
    extent, count = rng.uniform(0.03, 0.1) * side, int(rng.integers(10, 30))
    zigzag = np.empty((2 * count, 2))
    zigzag[:, 0] = extent * rng.uniform(0.7, 1.1, 2 * count) * np.tile([-0.5, 0.5], count)
    zigzag[:, 1] = np.linspace(-0.5, 0.5, 2 * count) * extent + rng.normal(0, 1, 2 * count)
    line = np.concatenate([straight(a, b) for a, b in zip(zigzag, zigzag[1:], strict=False)])
    strength = darkness * float(rng.uniform(0.15, 0.45))
    return PencilStrokes.even([line @ rotation(turn).T + center], float(rng.uniform(1, 2.5)), strength)


def ghosts(rng: np.random.Generator, curves: Sequence[FloatArray], darkness: float) -> PencilStrokes:
    """0 to 3 earlier ideas, erased but not quite: lines of the drawing, moved, faint."""
    count = int(rng.integers(0, 4)) if curves else 0
    moved = [
        curves[int(rng.integers(len(curves)))] @ rotation(rng.normal(0, 0.15)).T + rng.normal(0, 25, 2)
        for _ in range(count)
    ]
    return redrawn(rng, moved, PencilHabits(overdraw=(0, 0.7)), darkness * float(rng.uniform(0.1, 0.25)))


def ruled_paper(rng: np.random.Generator, side: float) -> PencilStrokes:
    """Printed lines or squares."""
    spacing = rng.uniform(22, 50)
    rows = np.arange(rng.uniform(0, spacing), side, spacing)
    lines = [straight((0, row), (side, row)) for row in rows]
    if rng.random() < 0.5:
        lines += [line[:, ::-1] for line in lines]
    return PencilStrokes.even(lines, float(rng.uniform(0.8, 1.5)), float(rng.uniform(0.05, 0.2)))


def margin_note(rng: np.random.Generator, side: float, darkness: float) -> PencilStrokes:
    """Something small and faint that looks like handwriting."""
    start, size = rng.uniform(0.05, 0.8, 2) * side, rng.uniform(4, 9)
    lines = [
        (blob(rng, start + (size * 2 * number, 0), size) if rng.random() < 0.4 else
         wandering_line(rng, start + (size * 2 * number, 0), size * 4))
        for number in range(int(rng.integers(4, 12)))
    ]  # fmt: skip
    return PencilStrokes.even(lines, float(rng.uniform(0.8, 1.6)), 0.5 * darkness)
