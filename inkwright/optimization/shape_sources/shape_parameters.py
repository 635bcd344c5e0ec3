"""The shapes of a drawing as parameters: strokes and fills, of any number and length."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection
from typing import Any

import torch
from torch import Tensor, nn

from inkwright.optimization.shape_sources.drawing_source import DrawingSource, StepSizes
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.drawing_tensors import from_tensors, to_tensors

TRAINABLE = ("points", "width", "rgb", "opacity")
# The parameters of each kind that may be trained, in the order of the optimizer's groups.
_KINDS = {
    "points": ("points", "gradient_frame"),
    "width": ("width",),
    "rgb": ("rgb", "fill_rgb", "gradient_rgb"),
    "opacity": ("opacity", "fill_opacity", "gradient_opacity"),
}


class ShapeParameters(DrawingSource):
    """The tensors of a drawing, moved directly: what most methods optimize.

    Of a drawing without strokes there are no ``width``, ``rgb``, ``opacity``; without fills no ``fill_*``;
    without gradients no ``gradient_*``.

    Attributes:
        points: [P, 2] control points in canvas units.
        width: [N] full stroke widths in canvas units.
        rgb: [N, 3] stroke colors in [0, 1].
        opacity: [N] of strokes, in [0, 1].
        fill_rgb: [N, 3] fill colors in [0, 1].
        fill_opacity: [N] of fills, in [0, 1].
        gradient_frame: [G, 3, 2] frames of gradients, see ``GradientFills``.
        gradient_rgb: [S, 3] stop colors in [0, 1].
        gradient_opacity: [S] of stops, in [0, 1].
        trained: which of ``TRAINABLE`` the optimizer moves.
        width_range: the smallest and the largest width allowed, in canvas units.
        opacity_range: the smallest and the largest opacity of strokes allowed, within [0, 1].
        margin: how far points may leave the canvas, as a share of its longer side.
    """

    points: Tensor
    width: Tensor
    rgb: Tensor
    opacity: Tensor
    fill_rgb: Tensor
    fill_opacity: Tensor
    gradient_frame: Tensor
    gradient_rgb: Tensor
    gradient_opacity: Tensor
    _structure: Drawing

    def __init__(
        self,
        drawing: Drawing,
        *,
        trained: Collection[str] = ("points", "width", "opacity"),
        width_range: tuple[float, float] = (0.5, math.inf),
        opacity_range: tuple[float, float] = (0.0, 1.0),
        margin: float = 0.25,
    ) -> None:
        """Takes over the start values.

        Raises:
            ValueError: a name in ``trained`` is unknown, or a range is empty.
        """
        super().__init__()
        _check_choices(trained, width_range, opacity_range, margin)
        self.trained = tuple(name for name in TRAINABLE if name in trained)
        self.width_range = (float(width_range[0]), float(width_range[1]))
        self.opacity_range = (float(opacity_range[0]), float(opacity_range[1]))
        self.margin = float(margin)
        self.take_over(drawing)
        self.project_()

    @classmethod
    def of_strokes(
        cls, points: Tensor, width: Tensor, color: Tensor, canvas: tuple[float, float], **options: Any
    ) -> ShapeParameters:
        """K candidate drawings of N strokes each, side by side: K canvases.

        Args:
            points: [K, N, 3S + 1, 2] control points in canvas units.
            width: [K, N] full widths in canvas units.
            color: [K, N, 4] straight RGBA in [0, 1].
            canvas: (width, height) of each canvas.
            options: see the constructor.

        Raises:
            ValueError: shapes do not fit, or an option is out of its range.
        """
        if points.dim() != 4:
            raise ValueError(f"points has shape {list(points.shape)}; it must be [K, N, 3S + 1, 2]")
        candidates = zip(points, width, color, strict=True)
        return cls(Drawing.batch([Drawing.from_strokes(*each, canvas) for each in candidates]), **options)

    @property
    def structure(self) -> Drawing:
        """What stays while parameters move: which points make which shapes, what is alive."""
        if self._structure.points.device != self.points.device:
            self._structure = self._structure.to(self.points.device)
        return self._structure

    def take_over(self, drawing: Drawing) -> None:
        """Becomes the parameters of another drawing; optimizers know nothing of it, see ``edits``."""
        self._structure = drawing.detach()
        trained = {name for kind in self.trained for name in _KINDS[kind]}
        for name, start in _starts(self._structure).items():
            value = start.detach().clone().contiguous()
            setattr(self, name, nn.Parameter(value, requires_grad=name in trained))

    def set_alive(self, alive: Tensor) -> None:
        """Says which shapes [N] (bool) are painted and exported."""
        self._structure = self._structure.replace(alive=alive.clone())

    def drawing(self) -> Drawing:
        """The shapes as they are now, connected to the parameters."""
        structure, changes = self.structure, dict[str, Any](points=self.points)
        if hasattr(self, "width"):
            changes |= {"width": self.width, "stroke": _rgba(self.rgb, self.opacity)}
        if hasattr(self, "fill_rgb"):
            changes["fill"] = _rgba(self.fill_rgb, self.fill_opacity)
        if structure.gradients is not None:
            changes["gradients"] = dataclasses.replace(
                structure.gradients,
                frame=self.gradient_frame,
                stop_color=_rgba(self.gradient_rgb, self.gradient_opacity),
            )
        return structure.replace(**changes)

    def parameter_groups(self, rates: StepSizes) -> list[dict[str, Any]]:
        """A group for each trained tensor."""
        return [
            {"params": [getattr(self, name)], "lr": getattr(rates, f"lr_{kind}"), "name": name}
            for kind in self.trained
            for name in _KINDS[kind]
            if hasattr(self, name)
        ]

    @torch.no_grad()
    def project_(self) -> None:
        """Brings every value back into its range."""
        canvas = self.structure.canvas
        reach = self.margin * max(canvas)
        for axis, side in enumerate(canvas):
            self.points[..., axis].clamp_(-reach, side + reach)
        if hasattr(self, "width"):
            self.width.clamp_(*self.width_range)
            self.opacity.clamp_(*self.opacity_range)
        for name in ("rgb", "fill_rgb", "fill_opacity", "gradient_rgb", "gradient_opacity"):
            if hasattr(self, name):
                getattr(self, name).clamp_(0, 1)

    def canvas_of_rows(self, name: str) -> Tensor:
        """[R] the canvas of each row of a parameter."""
        cache, key = self.structure.cache, f"canvas of {name}"
        if key not in cache:  # asked for in every step
            cache[key] = self.structure.canvas_index[self.shape_of_rows(name)]
        return cache[key]

    def shape_of_rows(self, name: str) -> Tensor:
        """[R] the shape of each row of a parameter."""
        structure = self.structure
        if name == "points":
            return structure.point_shape()
        if not name.startswith("gradient") or structure.gradients is None:
            return torch.arange(structure.num_shapes, device=self.points.device)
        gradients = structure.gradients
        if name == "gradient_frame":
            return gradients.shape
        return gradients.shape.repeat_interleave(torch.diff(gradients.stop_offsets))

    def shape_parts(self) -> list[tuple[ShapeParameters, slice]]:
        """Itself."""
        return [(self, slice(0, self.structure.num_shapes))]

    def get_extra_state(self) -> dict[str, Any]:
        """What stays while parameters move, and the ranges, for checkpoints."""
        names = ("trained", "width_range", "opacity_range", "margin")
        return {"structure": to_tensors(self._structure), **{name: getattr(self, name) for name in names}}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Takes the structure up; the ranges stay as this run has them."""
        self._structure = from_tensors(state["structure"])


def _starts(drawing: Drawing) -> dict[str, Tensor]:
    """The start value of each parameter that a drawing has."""
    starts = {"points": drawing.points}
    if bool(drawing.stroked.any()):
        starts |= {"width": drawing.width, "rgb": drawing.stroke[:, :3], "opacity": drawing.stroke[:, 3]}
    if bool(drawing.filled.any()):
        starts |= {"fill_rgb": drawing.fill[:, :3], "fill_opacity": drawing.fill[:, 3]}
    if drawing.gradients is not None:
        color = drawing.gradients.stop_color
        starts |= {"gradient_frame": drawing.gradients.frame}
        starts |= {"gradient_rgb": color[:, :3], "gradient_opacity": color[:, 3]}
    return starts


def _rgba(rgb: Tensor, opacity: Tensor) -> Tensor:
    return torch.cat([rgb, opacity[:, None]], dim=-1)


def _check_choices(
    trained: Collection[str],
    width_range: tuple[float, float],
    opacity_range: tuple[float, float],
    margin: float,
) -> None:
    unknown = sorted(set(trained) - set(TRAINABLE))
    if unknown or not trained:
        raise ValueError(f"trained is {sorted(trained)}; it must name one or more of {', '.join(TRAINABLE)}")
    low, high = width_range
    if not 0 <= low <= high:
        raise ValueError(f"width_range is {tuple(width_range)}; it must be (low, high) with 0 <= low <= high")
    faintest, darkest = opacity_range
    if not 0 <= faintest <= darkest <= 1:
        raise ValueError(
            f"opacity_range is {tuple(opacity_range)}; it must be (low, high) with 0 <= low <= high <= 1"
        )
    if not (math.isfinite(margin) and margin >= 0):
        raise ValueError(f"margin is {margin}; it must be finite and >= 0")
