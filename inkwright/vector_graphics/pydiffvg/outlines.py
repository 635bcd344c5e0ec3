"""Shapes of diffvg as cubic paths, differentiable in their points, radii and corners."""

import math

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bernstein import cubic_weights
from inkwright.vector_graphics.pydiffvg.shapes import Circle, Ellipse, Path, Polygon, Rect, Shape

# Distance of the inner control points of a quarter circle from its ends, in radii.
_QUARTER = 4 / 3 * math.tan(math.pi / 8)
# A unit circle: four cubics, the last of which closes to point 0.
_CIRCLE = [(1, 0), (1, _QUARTER), (_QUARTER, 1), (0, 1), (-_QUARTER, 1), (-1, _QUARTER),
           (-1, 0), (-1, -_QUARTER), (-_QUARTER, -1), (0, -1), (_QUARTER, -1), (1, -_QUARTER)]  # fmt: skip
# Widths that change along a path are taken at so many steps of each segment.
WIDTH_STEPS = 8


def cubic_outline(shape: Shape) -> tuple[Tensor, bool]:
    """Control points of a shape's outline, [3S, 2] where it is closed and [3S + 1, 2] where it is open.

    Raises:
        ValueError: numbers of control points that do not fit the points.
        TypeError: no shape of diffvg.
    """
    if isinstance(shape, Path):
        return _raised(shape.points, _controls(shape), bool(shape.is_closed)), bool(shape.is_closed)
    if isinstance(shape, Polygon):
        count = shape.points.shape[0] - (0 if shape.is_closed else 1)
        return _raised(shape.points, [0] * count, bool(shape.is_closed)), bool(shape.is_closed)
    if isinstance(shape, Circle | Ellipse):
        unit = shape.center.new_tensor(_CIRCLE)
        return shape.center + unit * shape.radius, True
    if isinstance(shape, Rect):
        (left, top), (right, bottom) = shape.p_min.unbind(), shape.p_max.unbind()
        corners = torch.stack([left, top, right, top, right, bottom, left, bottom]).reshape(4, 2)
        return _raised(corners, [0] * 4, True), True
    raise TypeError(
        f"a shape is a {type(shape).__name__}; allowed are Path, Polygon, Circle, Ellipse and Rect"
    )


def width_steps(path: Path) -> Tensor:
    """[WIDTH_STEPS S + 1] half widths at even steps along a path that has one for each of its points."""
    widths = _raised(path.stroke_width.reshape(-1, 1), _controls(path), bool(path.is_closed))[:, 0]
    if path.is_closed:
        widths = torch.cat([widths, widths[:1]])
    cubics = widths.unfold(0, 4, 3)
    t = torch.arange(WIDTH_STEPS, device=widths.device, dtype=widths.dtype) / WIDTH_STEPS
    inner = torch.stack(cubic_weights(t)).T[None] @ cubics[:, :, None]
    return torch.cat([inner.reshape(-1), widths[-1:]])


def _controls(path: Path) -> list[int]:
    controls: list[int] = torch.as_tensor(path.num_control_points).reshape(-1).tolist()
    wanted = sum(controls) + len(controls) + (0 if path.is_closed else 1)
    if not controls or any(each not in (0, 1, 2) for each in controls) or wanted != path.points.shape[0]:
        kind = "closed" if path.is_closed else "open"
        raise ValueError(
            f"num_control_points is {controls} for {path.points.shape[0]} points of a path that is {kind}; "
            f"each must be 0, 1 or 2, and together they need {wanted} points, at least one segment"
        )
    return controls


def _raised(points: Tensor, controls: list[int], closed: bool) -> Tensor:
    """The points of cubics from those of lines, quadratics and cubics: each is a mix of two of them."""
    if all(each == 2 for each in controls):
        return points
    first, second, share = [], [], []
    at, count = 0, points.shape[0]
    for each in controls:
        end = (at + each + 1) % count if closed else at + each + 1
        inner = {0: [(at, end, 1 / 3), (at, end, 2 / 3)],
                 1: [(at, at + 1, 2 / 3), (end, at + 1, 2 / 3)],
                 2: [(at + 1, at + 1, 0.0), (at + 2, at + 2, 0.0)]}[each]  # fmt: skip
        for one, other, part in [(at, at, 0.0), *inner]:
            first.append(one)
            second.append(other)
            share.append(part)
        at += each + 1
    if not closed:
        first.append(at)
        second.append(at)
        share.append(0.0)
    mix = points.new_tensor(share)[:, None]
    return points[first] * (1 - mix) + points[second] * mix
