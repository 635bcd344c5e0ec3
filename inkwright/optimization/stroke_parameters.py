"""The strokes of all candidate sketches, as parameters that an optimiser can move."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import torch
from torch import Tensor, nn

from inkwright.vector_graphics.drawing import Drawing

TRAINABLE = ("points", "width", "rgb", "opacity")


class StrokeParameters(nn.Module):
    """K candidate sketches of N strokes each, side by side: K canvases of one Drawing.

    Attributes:
        points: [K, N, P, 2] control points in canvas units, P = 3S + 1.
        width: [K, N] full widths in canvas units.
        rgb: [K, N, 3] colours in [0, 1].
        opacity: [K, N] in [0, 1].
        alive: [K, N] bool; a stroke that is not alive is neither painted nor exported.
        canvas: (width, height) in canvas units.
        trained: which of ``TRAINABLE`` the optimiser moves.
        width_range: the smallest and the largest width allowed, in canvas units.
        opacity_range: the smallest and the largest opacity allowed, within [0, 1].
        margin: how far points may leave the canvas, as a share of its longer side.
    """

    points: Tensor
    width: Tensor
    rgb: Tensor
    opacity: Tensor
    alive: Tensor

    def __init__(
        self,
        points: Tensor,
        width: Tensor,
        color: Tensor,
        canvas: tuple[float, float],
        *,
        trained: Collection[str] = ("points", "width", "opacity"),
        width_range: tuple[float, float] = (0.5, math.inf),
        opacity_range: tuple[float, float] = (0.0, 1.0),
        margin: float = 0.25,
    ) -> None:
        """Checks and takes over the start values; ``color`` is straight RGBA [K, N, 4] in [0, 1].

        Raises:
            ValueError: shapes do not fit, a name in ``trained`` is unknown, or a range is empty.
        """
        super().__init__()
        _check_shapes(points, width, color)
        _check_choices(trained, width_range, opacity_range, margin)
        self.canvas = (float(canvas[0]), float(canvas[1]))
        self.trained = tuple(name for name in TRAINABLE if name in trained)
        self.width_range = (float(width_range[0]), float(width_range[1]))
        self.opacity_range = (float(opacity_range[0]), float(opacity_range[1]))
        self.margin = float(margin)
        starts = {"points": points, "width": width, "rgb": color[..., :3], "opacity": color[..., 3]}
        for name, start in starts.items():
            value = start.detach().clone().contiguous()
            self.register_parameter(name, nn.Parameter(value, requires_grad=name in self.trained))
        self.register_buffer("alive", torch.ones(width.shape, dtype=torch.bool, device=width.device))
        self._structure: Drawing | None = None
        self.clamp_()

    @property
    def num_candidates(self) -> int:
        """K, the number of sketches that are optimised side by side."""
        return self.points.shape[0]

    @property
    def num_strokes(self) -> int:
        """N, the number of strokes of each sketch."""
        return self.points.shape[1]

    @property
    def color(self) -> Tensor:
        """[K, N, 4] straight RGBA in [0, 1]."""
        return torch.cat([self.rgb, self.opacity[..., None]], dim=-1)

    def drawing(self) -> Drawing:
        """All sketches as one Drawing of K canvases, connected to the parameters."""
        structure = self._current_structure()
        return structure.replace(
            points=self.points.reshape(-1, 2),
            width=self.width.reshape(-1),
            stroke=self.color.reshape(-1, 4),
        )

    def parameter_groups(
        self, *, lr_points: float, lr_width: float, lr_rgb: float, lr_opacity: float
    ) -> list[dict[str, Any]]:
        """Groups of what is trained, for one optimiser.

        Args:
            lr_points: step size in canvas units.
            lr_width: step size in canvas units.
            lr_rgb: step size, colours run from 0 to 1.
            lr_opacity: step size, opacities run from 0 to 1.
        """
        rates = {"points": lr_points, "width": lr_width, "rgb": lr_rgb, "opacity": lr_opacity}
        return [{"params": [getattr(self, name)], "lr": rates[name], "name": name} for name in self.trained]

    @torch.no_grad()
    def clamp_(self) -> None:
        """Brings every value back into its range; belongs right after each optimiser step."""
        reach = self.margin * max(self.canvas)
        for axis, side in enumerate(self.canvas):
            self.points[..., axis].clamp_(-reach, side + reach)
        self.width.clamp_(*self.width_range)
        self.rgb.clamp_(0, 1)
        self.opacity.clamp_(*self.opacity_range)

    def restructure(self) -> None:
        """Forgets the Drawing built so far; needed after ``alive`` or a size has changed."""
        self._structure = None

    def _current_structure(self) -> Drawing:
        if self._structure is None or self._structure.points.device != self.points.device:
            self._structure = self._build_structure()
        return self._structure

    def _build_structure(self) -> Drawing:
        color = self.color.detach()
        sketches = [
            Drawing.from_strokes(points, width, rgba, self.canvas)
            for points, width, rgba in zip(self.points.detach(), self.width.detach(), color, strict=True)
        ]
        return Drawing.batch(sketches).replace(alive=self.alive.reshape(-1))


def _check_shapes(points: Tensor, width: Tensor, color: Tensor) -> None:
    if points.dim() != 4 or points.shape[-1] != 2 or points.shape[2] % 3 != 1 or points.shape[2] < 4:
        raise ValueError(f"points has shape {list(points.shape)}; it must be [K, N, 3S + 1, 2] with S >= 1")
    wanted = tuple(points.shape[:2])
    if tuple(width.shape) != wanted:
        raise ValueError(f"width has shape {list(width.shape)}; it must be {list(wanted)}")
    if tuple(color.shape) != (*wanted, 4):
        raise ValueError(f"color has shape {list(color.shape)}; it must be {[*wanted, 4]}, straight RGBA")


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
