"""Linear and radial gradients that fill shapes, differentiable in frame, stop offsets and stop colours."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing_checks import check_range, check_shape
from inkwright.vector_graphics.ragged_arrays import join_offsets, select_ragged

# Added to squared radii, so that the centre of a radial gradient has a derivative.
_CENTER = 1e-12
FARTHEST_FOCUS = 0.999  # of a focal circle's rim from the center, in radii
_ROUNDING = 1e-5  # of what a reader had found to lie just within


@dataclass(frozen=True, eq=False)
class GradientFills:
    """Gradients in place of the flat fill colour of some shapes; ``Drawing.fill`` multiplies their alpha.

    A gradient has a frame: the origin O and the ends X, Y of two axes in canvas units. A point
    p = O + u (X - O) + v (Y - O) has the colour at u (linear) or at sqrt(u^2 + v^2) (radial); before the
    first stop and beyond the last one the colour stays. Straight RGBA is mixed linearly, as in SVG. A radial
    gradient may have a focus: its circles then grow from a focal one, at 0, to the unit circle, at 1.

    Attributes:
        shape: [G] int64, the filled shape of each gradient, rising.
        radial: [G] bool; the others are linear.
        frame: [G, 3, 2] O, X, Y in canvas units; the axes are not parallel.
        stop_offsets: [G + 1] int64; gradient g owns the stops ``stop_offsets[g]:stop_offsets[g + 1]``, at
            least one.
        stop_position: [S] positions in [0, 1], not falling within a gradient.
        stop_color: [S, 4] straight RGBA in [0, 1].
        focus: [G, 3] (u, v) and radius of each focal circle, in units of the frame and within its unit
            circle; of linear ones 0. None: no gradient has one.
    """

    shape: Tensor
    radial: Tensor
    frame: Tensor
    stop_offsets: Tensor
    stop_position: Tensor
    stop_color: Tensor
    focus: Tensor | None = None

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def linear(
        cls, shape: Tensor, start: Tensor, end: Tensor, position: Tensor, color: Tensor
    ) -> GradientFills:
        """Linear gradients of shapes [G], from start to end [G, 2] in canvas units.

        All have K stops, at ``position`` [G, K] in [0, 1] with straight RGBA [G, K, 4].
        """
        axis = end - start
        across = start + torch.stack([-axis[:, 1], axis[:, 0]], dim=-1)
        return cls._uniform(shape, False, torch.stack([start, end, across], dim=1), position, color)

    @classmethod
    def circular(
        cls, shape: Tensor, center: Tensor, radius: Tensor, position: Tensor, color: Tensor
    ) -> GradientFills:
        """Radial gradients around centers [G, 2] to radii [G] > 0 in canvas units, else as ``linear``."""
        zero = torch.zeros_like(radius)
        right, down = torch.stack([radius, zero], dim=-1), torch.stack([zero, radius], dim=-1)
        frame = torch.stack([center, center + right, center + down], dim=1)
        return cls._uniform(shape, True, frame, position, color)

    @classmethod
    def _uniform(
        cls, shape: Tensor, radial: bool, frame: Tensor, position: Tensor, color: Tensor
    ) -> GradientFills:
        count, stops = position.shape
        return cls(
            shape=shape,
            radial=torch.full_like(shape, radial, dtype=torch.bool),
            frame=frame,
            stop_offsets=torch.arange(count + 1, device=shape.device) * stops,
            stop_position=position.reshape(-1),
            stop_color=color.reshape(-1, 4),
        )

    def select(self, rows: Tensor) -> GradientFills | None:
        """The gradients of the chosen shapes [M] int64, in their new order; None if there are none."""
        matches = (rows[:, None] == self.shape[None, :]).nonzero()
        if matches.shape[0] == 0:
            return None
        stops, stop_offsets = select_ragged(self.stop_offsets, matches[:, 1])
        return GradientFills(
            shape=matches[:, 0],
            radial=self.radial[matches[:, 1]],
            frame=self.frame[matches[:, 1]],
            stop_offsets=stop_offsets,
            stop_position=self.stop_position[stops],
            stop_color=self.stop_color[stops],
            focus=None if self.focus is None else self.focus[matches[:, 1]],
        )

    @classmethod
    def join(cls, parts: Sequence[tuple[GradientFills | None, int]]) -> GradientFills | None:
        """The gradients of drawings one after another, each given with its number of shapes."""
        shifted, start = [], 0
        for gradients, num_shapes in parts:
            if gradients is not None:
                shifted.append(dataclasses.replace(gradients, shape=gradients.shape + start))
            start += num_shapes
        if not shifted:
            return None
        names = ("shape", "radial", "frame", "stop_position", "stop_color")
        flat = {name: torch.cat([getattr(each, name) for each in shifted]) for name in names}
        focus = None
        if any(each.focus is not None for each in shifted):
            found = [
                each.frame.new_zeros(len(each.shape), 3) if each.focus is None else each.focus
                for each in shifted
            ]
            focus = torch.cat(found)
        offsets = join_offsets([each.stop_offsets for each in shifted])
        return cls(**flat, stop_offsets=offsets, focus=focus)

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> GradientFills:
        """The same on another device, or with its parameters in another floating-point type."""
        return GradientFills(
            **{
                name: value.to(device, dtype if value.is_floating_point() else None)
                for name, value in vars(self).items()
                if value is not None
            }
        )

    def detach(self) -> GradientFills:
        """The same values outside of the autograd graph."""
        held = {name: value for name, value in vars(self).items() if value is not None}
        return GradientFills(**{name: value.detach() for name, value in held.items()})

    def scaled(self, factors: Tensor) -> GradientFills:
        """The same on a canvas enlarged by ``factors`` [2]."""
        return dataclasses.replace(self, frame=self.frame * factors)

    def color_at(self, gradient: int, points: Tensor) -> Tensor:
        """[M, 4] straight RGBA of one gradient at points [M, 2] in canvas units."""
        rows = torch.full((points.shape[0],), gradient, dtype=torch.long, device=points.device)
        return self.colors_at(rows, points)

    def colors_at(self, rows: Tensor, points: Tensor) -> Tensor:
        """[M, 4] straight RGBA at points [M, 2] in canvas units, each of the gradient rows [M]."""
        inverse = torch.linalg.inv(self.frame[:, 1:] - self.frame[:, :1]).flatten(1)
        away = points - self.frame[:, 0].index_select(0, rows)
        way = inverse.index_select(0, rows)
        u, v = (
            away[:, 0] * way[:, 0] + away[:, 1] * way[:, 2],
            away[:, 0] * way[:, 1] + away[:, 1] * way[:, 3],
        )
        if bool(self.radial.any()):
            u = torch.where(self.radial[rows], self._outward(rows, u, v), u)
        return self._mix(rows, u)

    def _outward(self, rows: Tensor, u: Tensor, v: Tensor) -> Tensor:
        """[M] places of points (u, v) between the focal circle and the unit circle; without focus, radii.

        The larger t at which |p - f + t f| = r + t (1 - r), of a focal circle around f of radius r.
        """
        if self.focus is None:
            return torch.sqrt(u * u + v * v + _CENTER)
        across, down, radius = self.focus.index_select(0, rows).unbind(1)
        u, v, growth = u - across, v - down, 1 - radius
        a = across * across + down * down - growth * growth
        b = radius * growth - u * across - v * down
        c = u * u + v * v - radius * radius
        return (b - torch.sqrt((b * b - a * c).clamp_min(0) + _CENTER)) / a

    def _mix(self, rows: Tensor, place: Tensor) -> Tensor:
        """Colors at places [M]; of coinciding stops the last counts from there on, the first before them."""
        before, position, place = place < 0, self.stop_position, place.clamp(0, 1)
        first, last = self.stop_offsets[rows], self.stop_offsets[rows + 1] - 1
        # The stops of all gradients one after another: those of gradient g lie between 2 g and 2 g + 1.
        owner = torch.arange(self.shape.shape[0], device=rows.device).repeat_interleave(
            torch.diff(self.stop_offsets)
        )
        after = torch.searchsorted(
            (2.0 * owner + position.detach().double()).contiguous(),
            (2.0 * rows + place.detach().double()).contiguous(),
            right=True,
        )
        after = torch.where(before, first, after)
        low, high = torch.maximum(after - 1, first), torch.minimum(after, last)
        start = position.index_select(0, low)
        gap = position.index_select(0, high) - start
        share = torch.where(gap > 0, (place - start) / torch.where(gap > 0, gap, 1), 0)[:, None]
        lower = self.stop_color.index_select(0, low)
        return lower + share * (self.stop_color.index_select(0, high) - lower)


def _check(gradients: GradientFills) -> None:
    count = gradients.shape.shape[0]
    wanted = {"radial": (count,), "frame": (count, 3, 2), "stop_offsets": (count + 1,)}
    wanted |= {"stop_color": (gradients.stop_position.shape[0], 4)}
    if gradients.focus is not None:
        wanted["focus"] = (count, 3)
    for name, shape in wanted.items():
        check_shape(f"gradient {name}", getattr(gradients, name), shape)
    if gradients.focus is not None and not bool(_within(gradients.focus.detach()).all()):
        raise ValueError(
            f"gradient focus is {gradients.focus.tolist()}; each circle must lie within the unit circle"
        )
    if bool((torch.diff(gradients.shape) <= 0).any()):
        raise ValueError(
            f"gradient shape is {gradients.shape.tolist()}; it must rise, one gradient per shape"
        )
    if bool((torch.diff(gradients.stop_offsets) < 1).any()):
        raise ValueError("gradient stop_offsets gives a gradient no stop; it needs at least one")
    for name in ("stop_position", "stop_color"):
        check_range(f"gradient {name}", getattr(gradients, name), 0, 1, "in [0, 1]")
    axes = (gradients.frame[:, 1:] - gradients.frame[:, :1]).detach()
    area = axes[:, 0, 0] * axes[:, 1, 1] - axes[:, 0, 1] * axes[:, 1, 0]
    if not bool((torch.isfinite(area) & (area != 0)).all()):
        raise ValueError(
            "gradient frame has parallel or infinite axes; O, X and Y must be finite and span the plane"
        )


def _within(focus: Tensor) -> Tensor:
    """[G] whether focal circles [G, 3] lie within the unit circle, by a little."""
    reach = torch.hypot(focus[:, 0], focus[:, 1]) + focus[:, 2]
    return (focus[:, 2] >= 0) & (reach <= FARTHEST_FOCUS + _ROUNDING)
