"""Shapes, groups of shapes and gradients, by the names and arguments that diffvg gives them."""

from dataclasses import dataclass, field

import torch
from torch import Tensor


def _one() -> Tensor:
    return torch.tensor(1.0)


def _origin() -> Tensor:
    return torch.zeros(2)


@dataclass(eq=False)
class Path:
    """Segments one after another, with 0 (line), 1 (quadratic) or 2 (cubic) inner control points each.

    ``points`` [P, 2] are end points and inner points in order; the last segment of a closed path ends at
    point 0. ``stroke_width`` is half of the stroke's width, one number or one for each point [P].
    """

    num_control_points: Tensor
    points: Tensor
    is_closed: bool
    stroke_width: Tensor = field(default_factory=_one)
    id: str = ""
    use_distance_approx: bool = False


@dataclass(eq=False)
class Polygon:
    """Straight lines through points [P, 2]; ``stroke_width`` is half of the stroke's width."""

    points: Tensor
    is_closed: bool
    stroke_width: Tensor = field(default_factory=_one)
    id: str = ""


@dataclass(eq=False)
class Circle:
    """A circle by radius [] and center [2]; ``stroke_width`` is half of the stroke's width."""

    radius: Tensor
    center: Tensor
    stroke_width: Tensor = field(default_factory=_one)
    id: str = ""


@dataclass(eq=False)
class Ellipse:
    """An ellipse by its two radii [2] and center [2]; ``stroke_width`` is half of the stroke's width."""

    radius: Tensor
    center: Tensor
    stroke_width: Tensor = field(default_factory=_one)
    id: str = ""


@dataclass(eq=False)
class Rect:
    """An upright rectangle by two corners [2]; ``stroke_width`` is half of the stroke's width."""

    p_min: Tensor
    p_max: Tensor
    stroke_width: Tensor = field(default_factory=_one)
    id: str = ""


@dataclass(eq=False)
class LinearGradient:
    """Straight RGBA [S, 4] at offsets [S] from begin to end [2], in canvas units."""

    begin: Tensor = field(default_factory=_origin)
    end: Tensor = field(default_factory=_origin)
    offsets: Tensor = field(default_factory=lambda: torch.zeros(1))
    stop_colors: Tensor = field(default_factory=lambda: torch.zeros(1, 4))


@dataclass(eq=False)
class RadialGradient:
    """Straight RGBA [S, 4] at offsets [S] from the center to radii along x and y [2], in canvas units."""

    center: Tensor = field(default_factory=_origin)
    radius: Tensor = field(default_factory=_origin)
    offsets: Tensor = field(default_factory=lambda: torch.zeros(1))
    stop_colors: Tensor = field(default_factory=lambda: torch.zeros(1, 4))


@dataclass(eq=False)
class ShapeGroup:
    """Shapes by their numbers that are painted as one; as in diffvg, the stroke lies under the fill."""

    shape_ids: Tensor
    fill_color: Tensor | LinearGradient | RadialGradient | None
    use_even_odd_rule: bool = True
    stroke_color: Tensor | LinearGradient | RadialGradient | None = None
    shape_to_canvas: Tensor = field(default_factory=lambda: torch.eye(3))
    id: str = ""


Shape = Path | Polygon | Circle | Ellipse | Rect
