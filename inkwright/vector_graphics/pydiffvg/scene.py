"""Shapes and groups of diffvg as a Drawing whose canvas units are pixels."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.pydiffvg.outlines import cubic_outline, width_steps
from inkwright.vector_graphics.pydiffvg.scene_checks import check_scene, check_sizes
from inkwright.vector_graphics.pydiffvg.shapes import LinearGradient, Path, RadialGradient, Shape, ShapeGroup
from inkwright.vector_graphics.ragged_arrays import offsets_from_counts
from inkwright.vector_graphics.stroke_styles import StrokeStyles

Paint = Tensor | LinearGradient | RadialGradient
# Of a matrix scaled by it, two columns whose lengths or angle differ by less do scale evenly.
_EVEN = 1e-3


@dataclass(frozen=True)
class _Painted:
    """What is painted at once: paths [P, 2] and whether they are closed, with one color."""

    paths: list[tuple[Tensor, bool]]
    paint: Paint
    half_width: Tensor | None  # [] of a stroke in units of its shape, None for a fill
    profile: Tensor | None  # [K] half widths along a stroke of one path
    factor: Tensor  # [] pixels of full width per unit of half width
    even_odd: bool


def scene_drawing(
    canvas: tuple[float, float], size: tuple[int, int], shapes: Sequence[Shape], groups: Sequence[ShapeGroup]
) -> Drawing:
    """A scene on a canvas (width, height) as a drawing of a picture of so many (columns, rows).

    Colors out of their range, and half widths a hair below 0, count as its nearest end, and keep their
    gradient.

    Raises:
        ValueError: a group names a shape that is not there, a number is not finite, a half width is negative,
            a stroke has a gradient, or a shape does not fit.
    """
    check_sizes(canvas, size)
    check_scene(shapes, groups)
    scale = torch.tensor([size[0] / canvas[0], size[1] / canvas[1]])
    plain = _width_factor(None, scale)
    painted = [each for group in groups for each in _of_group(group, shapes, (scale, plain))]
    if not painted:
        return Drawing.empty((float(size[0]), float(size[1])))
    paths = [path for each in painted for path in each.paths]
    # Of many shapes at once: a program has a shape for each stroke, and each operation its price.
    none, black = torch.zeros(()), torch.eye(4)[3]
    halves = torch.stack([none if each.half_width is None else each.half_width for each in painted])
    widths = within(halves, 0.0, float("inf")) * torch.stack([each.factor for each in painted])
    stroked = torch.tensor([each.half_width is not None for each in painted])
    flat = within(torch.stack([_flat_color(each.paint, black) for each in painted]), 0.0, 1.0)
    order = torch.arange(len(painted))
    return Drawing(
        points=torch.cat([points for points, _ in paths]) * scale,
        path_offsets=offsets_from_counts(torch.tensor([points.shape[0] for points, _ in paths])),
        shape_offsets=offsets_from_counts(torch.tensor([len(each.paths) for each in painted])),
        closed=torch.tensor([closed for _, closed in paths]),
        width=widths,
        stroke=flat,
        fill=flat,
        stroked=stroked,
        filled=~stroked,
        fill_rule=torch.tensor([int(each.even_odd) for each in painted]),
        canvas_index=torch.zeros_like(order),
        layer=torch.zeros_like(order),
        order=order,
        alive=torch.ones_like(stroked),
        canvas=(float(size[0]), float(size[1])),
        gradients=_gradients(painted, scale),
        styles=_styles(painted),
    )


def within(values: Tensor, low: float, high: float) -> Tensor:
    """Values moved into a range, with the gradient as if they had not been."""
    return values + (values.clamp(low, high) - values).detach()


def _of_group(group: ShapeGroup, shapes: Sequence[Shape], picture: tuple[Tensor, Tensor]) -> list[_Painted]:
    """What a group paints; the picture is its scale [2], and what of it is the factor of widths."""
    chosen = [shapes[each] for each in torch.as_tensor(group.shape_ids).reshape(-1).tolist()]
    if not chosen:
        return []
    given = group.shape_to_canvas
    idle = not given.requires_grad and given.tolist() == torch.eye(3).tolist()
    matrix = None if idle else given.cpu().float()
    factor = picture[1] if matrix is None else _width_factor(matrix, picture[0])
    paths = [_placed(cubic_outline(shape), matrix) for shape in chosen]
    even_odd = bool(group.use_even_odd_rule)
    found = []
    if group.stroke_color is not None:
        if not isinstance(group.stroke_color, Tensor):
            raise ValueError(
                "stroke_color is a gradient; strokes have a flat color [4] only: fill an outline"
            )
        found = _strokes(chosen, paths, group.stroke_color, factor)
    if group.fill_color is not None:
        found.append(_Painted(paths, group.fill_color, None, None, factor, even_odd))
    return found


def _placed(outline: tuple[Tensor, bool], matrix: Tensor | None) -> tuple[Tensor, bool]:
    """Control points on the canvas, by the group's matrix."""
    points = outline[0].cpu().float()
    if matrix is not None:
        points = points @ matrix[:2, :2].T + matrix[:2, 2]
    return points, outline[1]


def _width_factor(matrix: Tensor | None, scale: Tensor) -> Tensor:
    """Pixels of full width per unit of half width."""
    linear = torch.diag(scale) if matrix is None else torch.diag(scale) @ matrix[:2, :2]
    still = linear.detach()
    across, size = float((still[:, 0] * still[:, 1]).sum().abs()), float(still.square().sum()) / 2
    if abs(float(still[:, 0].square().sum()) - size) > 2 * _EVEN * size or across > 2 * _EVEN * size:
        warnings.warn("shape_to_canvas scales a stroke unevenly; its width is scaled evenly", stacklevel=2)
    return 2 * torch.linalg.det(linear).abs().sqrt()


def _strokes(
    shapes: Sequence[Shape], paths: list[tuple[Tensor, bool]], color: Tensor, factor: Tensor
) -> list[_Painted]:
    """The strokes of a group: one, or where widths differ one for each shape."""
    widths = [shape.stroke_width.cpu().float() for shape in shapes]
    if any(each.numel() > 1 for each in widths) or len({float(each.detach()) for each in widths}) > 1:
        found = []
        for shape, path, width in zip(shapes, paths, widths, strict=True):
            profile = None
            if width.numel() > 1 and isinstance(shape, Path):
                profile = within(width_steps(shape).cpu().float(), 0.0, float("inf"))
            found.append(_Painted([path], color, width.reshape(-1)[0], profile, factor, False))
        return found
    return [_Painted(paths, color, widths[0].reshape(()), None, factor, False)]


def _flat_color(paint: Paint, black: Tensor) -> Tensor:
    """[4] straight RGBA; where a gradient paints, opaque black, whose alpha the gradient multiplies."""
    return paint.cpu().float() if isinstance(paint, Tensor) else black


def _styles(painted: Sequence[_Painted]) -> StrokeStyles | None:
    """Width profiles, all of as many steps; widths are those of the profiles' first steps."""
    most = max((each.profile.shape[0] for each in painted if each.profile is not None), default=0)
    if not most:
        return None
    rows = []
    for each in painted:
        if each.profile is None or each.half_width is None:
            rows.append(torch.ones(most))
        else:
            steps = torch.nn.functional.interpolate(
                each.profile[None, None], most, mode="linear", align_corners=True
            )
            rows.append(steps[0, 0] * each.factor / (each.half_width * each.factor).clamp(min=1e-6))
    return StrokeStyles.uniform(len(painted), profile=torch.stack(rows))


def _gradients(painted: Sequence[_Painted], scale: Tensor) -> GradientFills | None:
    parts: list[tuple[GradientFills | None, int]] = [(_gradient(each.paint, scale), 1) for each in painted]
    return GradientFills.join(parts)


def _gradient(paint: Paint, scale: Tensor) -> GradientFills | None:
    if isinstance(paint, Tensor):
        return None
    row = torch.zeros(1, dtype=torch.int64)
    position = within(paint.offsets.cpu().float(), 0.0, 1.0)[None]
    color = within(paint.stop_colors.cpu().float(), 0.0, 1.0).reshape(1, -1, 4)
    if isinstance(paint, LinearGradient):
        begin, end = (each.cpu().float() for each in (paint.begin, paint.end))
        along = end - begin
        frame = torch.stack([begin, end, begin + torch.stack([-along[1], along[0]])])
    else:
        center, radius = paint.center.cpu().float(), paint.radius.cpu().float()
        frame = torch.stack(
            [center, center + radius * radius.new_tensor([1, 0]), center + radius * radius.new_tensor([0, 1])]
        )
    return GradientFills(
        shape=row,
        radial=torch.tensor([isinstance(paint, RadialGradient)]),
        frame=(frame * scale)[None],
        stop_offsets=torch.tensor([0, position.shape[1]]),
        stop_position=position[0],
        stop_color=color[0],
    )
