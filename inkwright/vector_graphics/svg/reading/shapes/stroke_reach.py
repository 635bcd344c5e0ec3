"""Caps and joins of an SVG's strokes, and how far they reach beyond a path."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.bezier import bounding_box
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS, MITER_LIMIT
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.numbers import UnreadableError, parse_length, shortened


@dataclass(frozen=True)
class StrokeEnds:
    """How a stroke ends and turns, one of CAPS and one of JOINS; the defaults are SVG's own."""

    cap: str = "butt"
    join: str = "miter"
    miter_limit: float = MITER_LIMIT


def stroke_ends(style: Style) -> StrokeEnds:
    """Caps and joins of a style.

    Raises:
        ValueError: a cap or join that a Drawing does not have, or a miter limit below 1.
    """
    cap, join = style.get("stroke-linecap", "butt"), style.get("stroke-linejoin", "miter")
    for name, value, allowed in (("linecap", cap, CAPS), ("linejoin", join, JOINS)):
        if value not in allowed:
            message = f"stroke-{name} is {shortened(value)}; allowed are {', '.join(allowed)}"
            raise UnreadableError(f"stroke-{name}", message)
    limit = parse_length("stroke-miterlimit", style.get("stroke-miterlimit", f"{MITER_LIMIT}"), 0.0)
    if limit < 1:
        raise UnreadableError("stroke-miterlimit", f"stroke-miterlimit is {limit:g}; it must be at least 1")
    return StrokeEnds(cap, join, limit)


def curve_box(paths: Sequence[CubicPath]) -> NDArray[np.float64]:
    """[2, 2] (left, top), (right, bottom) of the curves of paths, without any stroke."""
    chains = [_open_chain(points, closed) for points, closed in paths]
    cubics = torch.cat([torch.from_numpy(chain).unfold(0, 4, 3).transpose(1, 2) for chain in chains])
    boxes = bounding_box(cubics)
    return np.stack([boxes[:, :2].amin(0).numpy(), boxes[:, 2:].amax(0).numpy()])


def stroke_tips(path: CubicPath, width: float, ends: StrokeEnds) -> NDArray[np.float64]:
    """[M, 2] points at which miters and square caps reach further than half the width from the path."""
    points = _open_chain(*path)
    a, b, c, d = points[:-1:3], points[1::3], points[2::3], points[3::3]
    starts, stops = _first_unit(b - a, c - a, d - a), _first_unit(d - c, d - b, d - a)
    tips = []
    if ends.cap == "square" and not path[1]:
        for end, outward in ((a[0], -starts[0]), (d[-1], stops[-1])):
            normal = outward[::-1] * [-1.0, 1.0]
            tips += [end + width / 2 * (outward + normal), end + width / 2 * (outward - normal)]
    if ends.join == "miter":  # within its limit, one is 1 / cos(half the turn) widths long
        turns = slice(None if path[1] else -1)
        before, after = stops[turns], np.roll(starts, -1, axis=0)[turns]
        cosine, outward = np.linalg.norm(before + after, axis=1) / 2, before - after
        length = np.linalg.norm(outward, axis=1)
        sharp = (cosine * ends.miter_limit >= 1) & (length > 0)
        reach = width / 2 / (cosine[sharp] * length[sharp])
        tips += list(d[turns][sharp] + outward[sharp] * reach[:, None])
    return np.array(tips).reshape(-1, 2)


def _open_chain(points: NDArray[np.float64], closed: bool) -> NDArray[np.float64]:
    return np.concatenate([points, points[:1]]) if closed else points


def _first_unit(*steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit directions [S, 2] of the first of the steps that have a length."""
    chosen = np.zeros_like(steps[0])
    for step in steps:
        chosen = np.where(chosen.any(1, keepdims=True), chosen, step)
    length = np.linalg.norm(chosen, axis=1, keepdims=True)
    return chosen / np.where(length > 0, length, 1)
