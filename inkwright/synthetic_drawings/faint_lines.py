"""Pages on which faint does not mean guide: some meant lines are pale, and guides are told by their shape."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkwright.synthetic_drawings.clean_drawing import FloatArray, ellipse, length, rotation, straight
from inkwright.synthetic_drawings.curve_families import wandering_line
from inkwright.synthetic_drawings.distractors import scribble, shading
from inkwright.synthetic_drawings.pencil_strokes import PencilStrokes
from inkwright.synthetic_drawings.redrawn_lines import PencilHabits, redrawn

PALEST = 0.07  # darkness of one pass; less is lost in the grain of the paper


def faint_page(
    rng: np.random.Generator, curves: Sequence[FloatArray], side: float, habits: PencilHabits, darkness: float
) -> PencilStrokes:
    """All strokes of a page on which some of the meant curves are as pale as its guides, now and then all.

    Guides are 0.5 to 1.8 times as dark as the pale lines: a guide is told by being long, straight or
    elliptic, and by crossing what is drawn. The darkness in [0, 1] is that of the page's outlines.
    """
    pale = which_are_pale(rng, curves)
    faint = max(darkness * float(np.exp(rng.uniform(np.log(0.15), np.log(0.6)))), PALEST)
    guides = min(faint * float(rng.uniform(0.5, 1.8)), 0.9 * max(darkness, faint))
    parts = [
        *(shading(rng, curves, side, min(2 * guides, darkness)) for _ in range(int(rng.integers(0, 3)))),
        *(scribble(rng, side, min(2 * guides, darkness)) for _ in range(int(rng.integers(0, 2)))),
        telling_guides(rng, curves, side, guides),
    ]
    for group, strength in ((pale, faint), (~pale, darkness)):
        parts.append(redrawn(rng, [curves[at] for at in np.flatnonzero(group).tolist()], habits, strength))
    return PencilStrokes.join(parts)


def which_are_pale(rng: np.random.Generator, curves: Sequence[FloatArray]) -> NDArray[np.bool_]:
    """[len(curves)] a choice as artists make it: details, one place, some lines, the large forms, or all."""
    lengths = np.array([length(curve) for curve in curves])
    if not len(lengths):
        return np.zeros(0, dtype=np.bool_)
    kind = rng.choice(5, p=(0.3, 0.25, 0.2, 0.1, 0.15))
    if kind == 0:
        return np.asarray(lengths <= np.quantile(lengths, rng.uniform(0.3, 0.7)))
    if kind == 1:
        middles = np.stack([curve.mean(0) for curve in curves])
        apart = np.hypot(*(middles - middles[rng.integers(len(middles))]).T)
        return np.asarray(apart <= max(np.quantile(apart, rng.uniform(0.2, 0.6)), 1.0))
    if kind == 2:
        return np.asarray(rng.random(len(lengths)) < rng.uniform(0.2, 0.7))
    if kind == 3:
        return np.asarray(lengths >= np.quantile(lengths, rng.uniform(0.4, 0.8)))
    return np.ones(len(lengths), dtype=np.bool_)


def telling_guides(
    rng: np.random.Generator, curves: Sequence[FloatArray], side: float, darkness: float
) -> PencilStrokes:
    """1 to 8 guides across the drawing: axes, level lines, boxes of four lines, ellipses, rays."""
    lines: list[FloatArray] = []
    for _ in range(int(rng.integers(1, 9)) if curves else 0):
        curve = curves[int(rng.integers(len(curves)))]
        low, high = curve.min(0), curve.max(0)
        middle, reach = (low + high) / 2, float(max((high - low).max() / 2, 0.05 * side))
        kind = rng.integers(4)
        if kind == 0:  # an axis, or a level line through much of the page
            angle = (np.pi / 2) * rng.integers(2) + rng.normal(0, 0.05) + (rng.random() < 0.3) * rng.normal()
            way = np.array([np.cos(angle), np.sin(angle)]) * max(1.5 * reach, rng.uniform(0.2, 0.5) * side)
            lines.append(straight(middle - way, middle + way))
        elif kind == 1:
            lines += _overshooting_box(rng, middle, (high - low) / 2 + 4)
        elif kind == 2:  # around a form, gone round once or twice
            radii = np.maximum((high - low) / 2, 0.4 * reach) * rng.uniform(1.0, 1.3, 2)
            start, turns = rng.uniform(0, 2 * np.pi), rng.uniform(2, 4) * np.pi
            lines.append(ellipse(middle, (radii[0], radii[1]), rng.normal(0, 0.2), (start, start + turns)))
        else:
            to, spread = (
                rng.uniform(-0.5, 1.5, 2) * side,
                rng.normal(0, 0.6 * reach, (int(rng.integers(2, 5)), 2)),
            )
            lines += [straight(middle + each + 0.3 * (middle + each - to), to) for each in spread]
    if rng.random() < 0.3:  # with a ruler
        return PencilStrokes.even(lines, float(rng.uniform(1, 2)), darkness)
    return redrawn(rng, lines, PencilHabits(overdraw=(0, 0.8), piece=(200, 900), width=(1.0, 2.6)), darkness)


def _overshooting_box(rng: np.random.Generator, middle: FloatArray, half: FloatArray) -> list[FloatArray]:
    turn, more = rotation(rng.normal(0, 0.05)).T, rng.uniform(1.1, 1.6)
    ends = [((-more, at), (more, at)) for at in (-1, 1)] + [((at, -more), (at, more)) for at in (-1, 1)]
    return [straight(middle + (half * a) @ turn, middle + (half * b) @ turn) for a, b in ends]


def locks(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """1 to 3 tufts of hair, fur or folds: lines of one flow side by side, 10 to 24 units apart."""
    curves = []
    for _ in range(int(rng.integers(1, 4))):
        flow = wandering_line(rng, np.zeros(2), rng.uniform(0.1, 0.35) * side)
        across = rotation(np.pi / 2) @ (flow[-1] / max(float(np.hypot(*flow[-1])), 1e-9))
        count, root = int(rng.integers(4, 13)), rng.uniform(0.2, 0.8, 2) * side
        fan, spacing = rng.normal(0, 0.05), rng.uniform(10, 24)
        for number in np.arange(count) - count / 2:
            lock = flow[: max(int(len(flow) * rng.uniform(0.6, 1.0)), 3)] @ rotation(fan * number).T
            curves.append(root + number * spacing * across + rng.normal(0, 2, 2) + lock)
    return curves
