"""The one data type: every curve of every canvas of a run, as flat tensors."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing_checks import check_canvas, check_drawing, check_uniform
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.picture_fills import PictureFills
from inkwright.vector_graphics.ragged_arrays import join_offsets, select_ragged
from inkwright.vector_graphics.segments import Segments
from inkwright.vector_graphics.stroke_styles import StrokeStyles

FillRule = Literal["nonzero", "evenodd"]
FILL_RULES: tuple[FillRule, ...] = ("nonzero", "evenodd")

_PARAMETERS = ("points", "width", "stroke", "fill")
_PER_SHAPE = (
    "width",
    "stroke",
    "fill",
    "stroked",
    "filled",
    "alive",
    "fill_rule",
    "canvas_index",
    "layer",
    "order",
)
# What can change without the table of segments, the paint order and the like becoming another.
_NO_STRUCTURE = {*_PARAMETERS, "layer", "gradients", "pictures"}


@dataclass(frozen=True, eq=False)
class Drawing:
    """Cubic Bézier shapes on one or many canvases of one size.

    A shape is one or more paths painted as one; a path is a chain of cubic segments that share end points. An
    open path of S segments has 3S + 1 control points; a closed one has 3S, its last segment ends at its first
    point. Within a canvas, shapes are painted by rising ``order`` (equal orders: by row), each first filled,
    then stroked.

    Attributes:
        points: [P, 2] control points (x right, y down) in canvas units, the units of the SVG's viewBox.
        path_offsets: [Q + 1] int64; path q owns ``points[path_offsets[q]:path_offsets[q + 1]]``.
        shape_offsets: [N + 1] int64; shape n owns the paths ``shape_offsets[n]:shape_offsets[n + 1]``.
        closed: [Q] bool.
        width: [N] full stroke widths in canvas units, >= 0.
        stroke: [N, 4] straight RGBA of the stroke in [0, 1].
        fill: [N, 4] straight RGBA of the fill in [0, 1].
        stroked: [N] bool, whether the shape has a stroke at all.
        filled: [N] bool, whether the shape has a fill at all.
        fill_rule: [N] int64, index into ``FILL_RULES``.
        canvas_index: [N] int64, the canvas that each shape belongs to, in [0, num_canvases).
        layer: [N] int64, the SVG group that each shape is exported in; layers do not change what is painted.
        order: [N] int64, paint order within a canvas.
        alive: [N] bool; a shape that is not alive is neither painted nor exported.
        canvas: (width, height) of every canvas, > 0.
        num_canvases: how many canvases there are, >= 1.
        gradients: gradients that fill some shapes in place of a flat colour.
        pictures: pixel pictures that fill some other shapes in place of a flat colour.
        styles: caps, joins and width profiles [N]; None where all strokes are round and even.
    """

    points: Tensor
    path_offsets: Tensor
    shape_offsets: Tensor
    closed: Tensor
    width: Tensor
    stroke: Tensor
    fill: Tensor
    stroked: Tensor
    filled: Tensor
    fill_rule: Tensor
    canvas_index: Tensor
    layer: Tensor
    order: Tensor
    alive: Tensor
    canvas: tuple[float, float]
    num_canvases: int = 1
    gradients: GradientFills | None = None
    pictures: PictureFills | None = None
    styles: StrokeStyles | None = None
    cache: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not self.cache.get("checked"):
            check_drawing(self)
            self.cache["checked"] = True

    @classmethod
    def from_strokes(
        cls, points: Tensor, width: Tensor, color: Tensor, canvas: tuple[float, float], *, layer: int = 0
    ) -> Drawing:
        """Open strokes of one layer, painted in the order given.

        Args:
            points: [N, 3S + 1, 2] control points in canvas units.
            width: [N] full widths in canvas units.
            color: [N, 4] straight RGBA in [0, 1].
            canvas: (width, height) of the canvas.
            layer: the layer of all strokes.

        Raises:
            ValueError: a shape does not fit, or a value is out of its range.
        """
        return cls._uniform(points, color, canvas, width=width, layer=layer, closed=False)

    @classmethod
    def from_fills(
        cls,
        points: Tensor,
        color: Tensor,
        canvas: tuple[float, float],
        fill_rule: FillRule = "nonzero",
        *,
        layer: int = 0,
    ) -> Drawing:
        """Filled closed shapes of one path each, painted in the order given, otherwise as ``from_strokes``.

        Args:
            points: [N, 3S, 2] control points; the last segment closes to point 0.
            color: [N, 4] straight RGBA in [0, 1].
            canvas: (width, height) of the canvas.
            fill_rule: "nonzero" or "evenodd", as in SVG.
            layer: the layer of all shapes.
        """
        if fill_rule not in FILL_RULES:
            raise ValueError(f"fill_rule is {fill_rule!r}; allowed are {', '.join(FILL_RULES)}")
        rule = FILL_RULES.index(fill_rule)
        return cls._uniform(points, color, canvas, width=None, layer=layer, closed=True, fill_rule=rule)

    @classmethod
    def _uniform(
        cls,
        points: Tensor,
        color: Tensor,
        canvas: tuple[float, float],
        *,
        width: Tensor | None,
        layer: int,
        closed: bool,
        fill_rule: int = 0,
    ) -> Drawing:
        """One path of points [N, C, 2] for each shape, closed and filled or open and stroked."""
        check_uniform(points, color, closed=closed)
        integers = torch.arange(points.shape[0] + 1, device=points.device)
        zeros, yes = torch.zeros_like(integers[:-1]), torch.ones_like(integers[:-1], dtype=torch.bool)
        clear = torch.zeros_like(color, requires_grad=False)
        return cls(
            points=points.reshape(-1, 2),
            path_offsets=integers * points.shape[1],
            shape_offsets=integers,
            closed=yes & closed,
            width=points.new_zeros(points.shape[0]) if width is None else width,
            stroke=clear if closed else color,
            fill=color if closed else clear,
            stroked=yes & (not closed),
            filled=yes & closed,
            fill_rule=torch.full_like(zeros, fill_rule),
            canvas_index=zeros,
            layer=torch.full_like(zeros, layer),
            order=integers[:-1],
            alive=yes,
            canvas=check_canvas(canvas),
        )

    @classmethod
    def empty(cls, canvas: tuple[float, float], num_canvases: int = 1) -> Drawing:
        """No shapes at all: only the canvas."""
        strokes = cls.from_strokes(torch.zeros(0, 4, 2), torch.zeros(0), torch.zeros(0, 4), canvas)
        return strokes.replace(num_canvases=num_canvases)

    @classmethod
    def concat(cls, *drawings: Drawing) -> Drawing:
        """All shapes of drawings on the same canvases; a later drawing is painted over the earlier ones.

        Raises:
            ValueError: no drawing is given, or canvases differ.
        """
        _check_same_canvas(drawings)
        if len({drawing.num_canvases for drawing in drawings}) > 1:
            counts = [drawing.num_canvases for drawing in drawings]
            raise ValueError(
                f"num_canvases of the drawings is {counts}; it must be equal, or use Drawing.batch"
            )
        orders, start = [], 0
        for drawing in drawings:
            shift = start - (int(drawing.order.min()) if drawing.num_shapes else 0)
            orders.append(drawing.order + shift)
            start = int(orders[-1].max()) + 1 if drawing.num_shapes else start
        indices = [drawing.canvas_index for drawing in drawings]
        return cls._join(drawings, orders, indices, drawings[0].num_canvases)

    @classmethod
    def batch(cls, drawings: Sequence[Drawing]) -> Drawing:
        """Canvases side by side, as graphs are batched: canvas k of the result is canvas k of the list.

        Raises:
            ValueError: the list is empty, or canvas sizes differ.
        """
        _check_same_canvas(drawings)
        indices, start = [], 0
        for drawing in drawings:
            indices.append(drawing.canvas_index + start)
            start += drawing.num_canvases
        return cls._join(drawings, [drawing.order for drawing in drawings], indices, start)

    @classmethod
    def _join(
        cls, drawings: Sequence[Drawing], orders: list[Tensor], indices: list[Tensor], num_canvases: int
    ) -> Drawing:
        flat: dict[str, Any] = {
            name: torch.cat([getattr(drawing, name) for drawing in drawings])
            for name in ("points", "closed", *_PER_SHAPE)
            if name not in ("order", "canvas_index")
        }
        return cls(
            **flat,
            order=torch.cat(orders),
            canvas_index=torch.cat(indices),
            path_offsets=join_offsets([drawing.path_offsets for drawing in drawings]),
            shape_offsets=join_offsets([drawing.shape_offsets for drawing in drawings]),
            canvas=drawings[0].canvas,
            num_canvases=num_canvases,
            gradients=GradientFills.join([(drawing.gradients, drawing.num_shapes) for drawing in drawings]),
            pictures=PictureFills.join([(drawing.pictures, drawing.num_shapes) for drawing in drawings]),
            styles=StrokeStyles.join_all([(drawing.styles, drawing.num_shapes) for drawing in drawings]),
        )

    @property
    def num_shapes(self) -> int:
        """Number of shapes, alive or not."""
        return self.width.shape[0]

    @property
    def num_paths(self) -> int:
        """Number of paths of all shapes."""
        return self.closed.shape[0]

    def segments(self) -> Segments:
        """The table of all cubic segments; made once and kept while the structure does not change."""
        table: Segments | None = self.cache.get("segments")
        if table is None:
            table = Segments.of_paths(self.path_offsets, self.closed, self.path_shape(), self.canvas_index)
            self.cache["segments"] = table
        return table

    def cubics(self) -> Tensor:
        """[S, 4, 2] control points of all cubic segments, in the order of ``segments()``."""
        return self.points[self.segments().points]

    def path_shape(self) -> Tensor:
        """[Q] the shape that each path belongs to."""
        shapes = torch.arange(self.num_shapes, device=self.points.device)
        return torch.repeat_interleave(shapes, torch.diff(self.shape_offsets))

    def point_shape(self) -> Tensor:
        """[P] the shape that each control point belongs to."""
        return torch.repeat_interleave(self.path_shape(), torch.diff(self.path_offsets))

    def paint_order(self) -> Tensor:
        """[N] shapes as they are painted: sorted by canvas, then by paint order, then by row."""
        by_order = torch.argsort(self.order, stable=True)
        return by_order[torch.argsort(self.canvas_index[by_order], stable=True)]

    def replace(self, **changes: Any) -> Drawing:
        """The same drawing with some attributes replaced; what does not change is shared, not copied."""
        tensors = [name for name, value in changes.items() if isinstance(value, Tensor)]
        same_kind = all(_kind(getattr(self, name)) == _kind(changes[name]) for name in tensors)
        cache = self.cache if changes.keys() <= _NO_STRUCTURE and same_kind else {}
        return dataclasses.replace(self, **changes, cache=cache)

    def select(self, keep: Tensor) -> Drawing:
        """The shapes of a [N] bool mask, or of int64 rows in the order given."""
        rows = torch.nonzero(keep).flatten() if keep.dtype == torch.bool else keep
        paths, shape_offsets = select_ragged(self.shape_offsets, rows)
        points, path_offsets = select_ragged(self.path_offsets, paths)
        return Drawing(
            points=self.points[points],
            path_offsets=path_offsets,
            shape_offsets=shape_offsets,
            closed=self.closed[paths],
            **{name: getattr(self, name)[rows] for name in _PER_SHAPE},
            canvas=self.canvas,
            num_canvases=self.num_canvases,
            gradients=None if self.gradients is None else self.gradients.select(rows),
            pictures=None if self.pictures is None else self.pictures.select(rows),
            styles=None if self.styles is None else self.styles.select(rows),
        )

    def canvas_drawing(self, index: int) -> Drawing:
        """One canvas of the batch, as a drawing of its own.

        Raises:
            ValueError: there is no such canvas.
        """
        if not 0 <= index < self.num_canvases:
            raise ValueError(f"index is {index}; it must be in [0, {self.num_canvases}), one of the canvases")
        one = self.select(self.canvas_index == index)
        return one.replace(canvas_index=torch.zeros_like(one.canvas_index), num_canvases=1)

    def only_alive(self) -> Drawing:
        """The shapes that are painted, without the dead ones."""
        return self.select(self.alive)

    def scaled(self, factor_x: float, factor_y: float | None = None) -> Drawing:
        """The drawing and its canvas enlarged; widths grow with the geometric mean of the two factors."""
        factor_y = factor_x if factor_y is None else factor_y
        factors = torch.tensor([factor_x, factor_y], dtype=self.points.dtype, device=self.points.device)
        return self.replace(
            points=self.points * factors,
            width=self.width * float(factor_x * factor_y) ** 0.5,
            canvas=(self.canvas[0] * factor_x, self.canvas[1] * factor_y),
            gradients=None if self.gradients is None else self.gradients.scaled(factors),
            pictures=None if self.pictures is None else self.pictures.scaled(factors),
        )

    def detach(self) -> Drawing:
        """The same values outside of the autograd graph."""
        still: dict[str, Any] = {name: getattr(self, name).detach() for name in _PARAMETERS}
        return self.replace(**still, gradients=None if self.gradients is None else self.gradients.detach())

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> Drawing:
        """The drawing on another device, or with its parameters in another floating-point type."""
        moved: dict[str, Any] = {
            name: value.to(device=device, dtype=dtype if name in _PARAMETERS else None)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        for name in ("gradients", "pictures", "styles"):
            part = getattr(self, name)
            moved[name] = None if part is None else part.to(device, dtype)
        return dataclasses.replace(self, **moved, cache={})


def _kind(tensor: Tensor) -> tuple[Any, ...]:
    return tensor.shape, tensor.dtype, tensor.device


def _check_same_canvas(drawings: Sequence[Drawing]) -> None:
    if not drawings:
        raise ValueError("drawings is empty; give at least one Drawing")
    sizes = {drawing.canvas for drawing in drawings}
    if len(sizes) > 1:
        raise ValueError(f"canvas of the drawings is {sorted(sizes)}; all must be equal")
