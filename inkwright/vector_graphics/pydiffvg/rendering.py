"""Rendering by diffvg's two calls, ``serialize_scene`` and ``apply``, on our rasteriser.

What diffvg samples is integrated here: sample counts and seeds are taken and have no effect. A picture
without background is diffvg's, [H, W, 4]: alpha is the opacity of what is painted, and the color of a pixel
is the mean of straight colors where something is painted, black elsewhere.
"""

import copy
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.pydiffvg.device import get_device, strokes_backend
from inkwright.vector_graphics.pydiffvg.scene import scene_drawing
from inkwright.vector_graphics.pydiffvg.shapes import Shape, ShapeGroup
from inkwright.vector_graphics.rasterizer import rasterize

# Below this alpha a pixel has no color of its own.
_CLEAR = 1e-6


class FilterType(IntEnum):
    """diffvg's pixel filters; ours is the box."""

    box = 0
    tent = 1
    parabolic = 2
    hann = 3


class OutputType(IntEnum):
    """diffvg's kinds of pictures; ours is color."""

    color = 1
    sdf = 2


class PixelFilter:
    """A pixel filter by its type and its radius, half the side of the box in pixels."""

    def __init__(self, type: FilterType, radius: Tensor | float = 0.5) -> None:  # noqa: A002
        self.type = type
        self.radius = torch.as_tensor(radius)


class RenderFunction:
    """diffvg's interface: ``RenderFunction.apply(width, height, 2, 2, 0, background, *scene)``."""

    @staticmethod
    def serialize_scene(
        canvas_width: float,
        canvas_height: float,
        shapes: Sequence[Shape],
        shape_groups: Sequence[ShapeGroup],
        filter: PixelFilter | None = None,  # noqa: A002
        **options: Any,
    ) -> list[Any]:
        """A scene as the list of arguments that ``apply`` takes after the first six.

        ``use_prefiltering`` has no effect: pictures are filtered exactly.

        Raises:
            ValueError: signed distances, positions, or a filter that is not a box of at least a pixel.
            TypeError: an option that diffvg does not have.
        """
        allowed = ("output_type", "use_prefiltering", "eval_positions")
        unknown = [name for name in options if name not in allowed]
        if unknown:
            raise TypeError(f"serialize_scene has no option {unknown[0]!r}; allowed are {', '.join(allowed)}")
        if options.get("output_type", OutputType.color) != OutputType.color:
            raise ValueError("output_type is sdf; only OutputType.color can be rendered here")
        positions = options.get("eval_positions")
        if positions is not None and positions.numel():
            raise ValueError("eval_positions is given; only whole pictures can be rendered here")
        side = 1.0 if filter is None else 2 * float(filter.radius)
        if filter is not None and (int(filter.type) != FilterType.box or side < 1 - 1e-6):
            raise ValueError(
                f"filter is {FilterType(int(filter.type)).name} of radius {float(filter.radius):g}; "
                "only FilterType.box with a radius of at least 0.5 can be rendered here"
            )
        size = float(canvas_width), float(canvas_height)
        return [size, [copy.copy(each) for each in shapes], [copy.copy(each) for each in shape_groups], side]

    @staticmethod
    def apply(
        width: int,
        height: int,
        samples_x: int,
        samples_y: int,
        seed: int,
        background: Tensor | None,
        *scene: Any,
    ) -> Tensor:
        """[height, width, 4] picture, differentiable in all numbers of the scene and in the background.

        The background is [height, width, 3 or 4], straight; sample counts and the seed have no effect.

        Raises:
            ValueError: the background has another size, or the scene is out of order.
        """
        canvas, shapes, groups, side = scene
        drawing = scene_drawing(canvas, (int(width), int(height)), shapes, groups)
        device = get_device()
        return render(drawing.to(device), int(height), int(width), side, background)

    @staticmethod
    def render_grad(*arguments: Any) -> Tensor:
        """Pictures of derivatives are not there.

        Raises:
            ValueError: always.
        """
        raise ValueError(
            "render_grad, a picture of derivatives, can't be rendered here; use autograd on apply"
        )


def render(drawing: Drawing, height: int, width: int, side: float, background: Tensor | None) -> Tensor:
    """[H, W, 4] picture of a drawing as diffvg has it, with a box filter of so many pixels.

    Raises:
        ValueError: the background has another size.
    """
    white = drawing.fill.new_ones(drawing.num_shapes, 3)
    paint = _painted(drawing, height, width, side).permute(1, 2, 0)
    alpha = _alpha(_whitened(drawing, white, drawing), height, width, side)
    if background is not None:
        return _over(paint, alpha, background)
    if _is_opaque(drawing):
        return torch.cat([paint, alpha], dim=2)
    opaque = _alpha(_whitened(drawing, white, None), height, width, side)
    clear = alpha.detach() < _CLEAR
    color = torch.where(clear, 0.0, paint * opaque / torch.where(clear, 1.0, alpha))
    return torch.cat([color, alpha], dim=2)


def _over(paint: Tensor, alpha: Tensor, background: Tensor) -> Tensor:
    """Premultiplied paint over a straight background, straight again."""
    height, width = paint.shape[:2]
    under = background.to(paint)
    if under.dim() != 3 or under.shape[:2] != (height, width) or under.shape[2] not in (3, 4):
        raise ValueError(f"background has shape {list(background.shape)}; it must be [{height}, {width}, 4]")
    opacity = under[..., 3:] if under.shape[2] == 4 else torch.ones_like(alpha)
    whole = alpha + (1 - alpha) * opacity
    color = paint + (1 - alpha) * opacity * under[..., :3]
    return torch.cat([color / whole.clamp(min=_CLEAR), whole], dim=2)


def _alpha(drawing: Drawing, height: int, width: int, side: float) -> Tensor:
    return _painted(drawing, height, width, side)[:1].permute(1, 2, 0)


def _painted(drawing: Drawing, height: int, width: int, side: float) -> Tensor:
    """[3, H, W] picture over black."""
    black, backend = (0.0, 0.0, 0.0), strokes_backend()
    return rasterize(drawing, height, width, backend, black, filter_width=side)[0]


def _whitened(drawing: Drawing, white: Tensor, like: Drawing | None) -> Drawing:
    """The drawing in white, with its own opacities, or opaque wherever it is not fully transparent."""

    def painted(color: Tensor) -> Tensor:
        opacity = color[:, 3:] if like is not None else (color[:, 3:].detach() > 0).to(color)
        return torch.cat([white, opacity], dim=1)

    gradients = drawing.gradients
    if gradients is not None:
        color = gradients.stop_color
        opacity = color[:, 3:] if like is not None else torch.ones_like(color[:, 3:])
        stops = torch.cat([torch.ones_like(color[:, :3]), opacity], dim=1)
        gradients = copy.copy(gradients)
        object.__setattr__(gradients, "stop_color", stops)
    return drawing.replace(stroke=painted(drawing.stroke), fill=painted(drawing.fill), gradients=gradients)


def _is_opaque(drawing: Drawing) -> bool:
    """Whether all that is painted is opaque, so that a pixel's opacity is its coverage."""
    used = torch.where(drawing.filled, drawing.fill[:, 3], drawing.stroke[:, 3]).detach()
    stops = drawing.gradients is None or bool((drawing.gradients.stop_color[:, 3].detach() == 1).all())
    return stops and bool(((used == 1) | (used == 0)).all())
