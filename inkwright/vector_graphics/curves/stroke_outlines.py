"""Strokes that are not round and even, as filled outlines: differentiable, for rasterisers without these.

A path's outline runs along its left side, around its end, and back along its right side; that of a closed
path is two loops. By the nonzero rule it paints the union of the bands beside all chords, and of joins and
caps.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bernstein import FILL_FLATNESS, OUTLINE_FLATNESS
from inkwright.vector_graphics.curves.outline_corners import (
    arcs,
    bevels,
    by_steps,
    caps,
    chords_around,
    fans,
    miters,
    pivots,
    tips,
)
from inkwright.vector_graphics.curves.outline_rules import (
    DOUBLES_BACK,
    LONG_ENOUGH,
    LONGEST_TIP,
    MOST_STEPS,
    MOST_TAPER,
    SHARPEST_MITER,
    STRAIGHT,
)
from inkwright.vector_graphics.curves.stroke_chords import StrokeChords, stroke_chords
from inkwright.vector_graphics.curves.tight_bends import (
    Turns,
    inner_turns,
    line_ends,
    line_sweeps,
    tight_corners,
)
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.ragged_arrays import offsets_from_counts
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS, StrokeStyles

# More than the corners of one turn, and than a run of turns has for each.
_MOST = 8 + MOST_STEPS


def outline_styled(drawing: Drawing, scale: float = 1.0, *, every: bool = False) -> Drawing:
    """The drawing with strokes that need it as fills of the stroke's colour, in the same paint order.

    Curves are flattened finely enough for so many pixels per canvas unit. With ``every``, round strokes are
    outlined, too, and all as finely as fills are; without, a drawing without styles is given back as it is.
    """
    if drawing.styles is None and not every:
        return drawing
    styles = drawing.styles or StrokeStyles.uniform(drawing.num_shapes).to(drawing.points.device)
    needs = (styles.needs_outline() | every) & drawing.stroked & drawing.alive
    painted = drawing.paint_order()
    rank = torch.empty_like(painted)
    rank[painted] = torch.arange(painted.shape[0], device=painted.device)
    stroked = drawing.stroked & ~needs
    rest = drawing.replace(stroked=stroked, styles=None, alive=drawing.alive & (stroked | drawing.filled))
    rows = torch.nonzero(needs).flatten()
    if rows.shape[0] == 0:
        return rest
    contours = stroke_contours(drawing, styles, rows, scale, FILL_FLATNESS if every else OUTLINE_FLATNESS)
    joined = Drawing.concat(rest, _outlines(drawing, rows, *contours))
    return joined.replace(order=torch.cat([2 * rank, 2 * rank[rows] + 1]))


def _outlines(drawing: Drawing, rows: Tensor, corners: Tensor, counts: Tensor, shape: Tensor) -> Drawing:
    """One filled shape for the stroke of each of the rows [M], of the contours that they have."""
    paths = torch.bincount(torch.searchsorted(rows, shape), minlength=rows.shape[0])
    offsets = offsets_from_counts(counts)
    following = torch.arange(1, corners.shape[0] + 1, device=rows.device)
    following[offsets[1:] - 1] = offsets[:-1]
    steps = corners[following] - corners
    some = drawing.select(rows)
    return some.replace(
        points=torch.stack([corners, corners + steps / 3, corners + steps * (2 / 3)], dim=1).reshape(-1, 2),
        path_offsets=3 * offsets,
        shape_offsets=offsets_from_counts(paths),
        closed=torch.ones_like(counts, dtype=torch.bool),
        width=torch.zeros_like(some.width),
        stroke=torch.zeros_like(some.stroke),
        fill=some.stroke,
        stroked=torch.zeros_like(some.stroked),
        filled=torch.ones_like(some.filled),
        fill_rule=torch.zeros_like(some.fill_rule),
        gradients=None,
        pictures=None,
        styles=None,
    )


def stroke_polygons(drawing: Drawing, styles: StrokeStyles, row: int, scale: float = 1.0) -> list[Tensor]:
    """Polygons [1, K, 2] that together are one shape's stroke; a canvas unit has ``scale`` pixels."""
    corners, counts, _ = stroke_contours(drawing, styles, torch.tensor([row]), scale)
    return [each[None] for each in torch.split(corners, counts.tolist())]


def stroke_contours(
    drawing: Drawing, styles: StrokeStyles, rows: Tensor, scale: float, flatness: float = OUTLINE_FLATNESS
) -> tuple[Tensor, Tensor, Tensor]:
    """The outlines of the strokes of shapes ``rows`` [M], which rise, from chords of some flatness in pixels.

    They are found in float64, as the kernels do, so that no turn goes another way by rounding.

    Returns:
        [T, 2] corners, contour by contour; [G] how many each contour has; [G] its shape.
    """
    dtype = drawing.points.dtype
    drawing, styles = drawing.to(dtype=torch.float64), styles.to(dtype=torch.float64)
    chords = stroke_chords(drawing, styles, rows, scale, flatness)
    parts = [*_turns(chords, styles, scale), *_ends(chords, styles, scale)]
    key = torch.cat([key for key, _ in parts])
    corners = torch.cat([corners for _, corners in parts])
    order = torch.argsort(key)
    contour, counts = torch.unique_consecutive(key[order] // _span(chords), return_counts=True)
    return corners[order].to(dtype), counts, chords.shape[contour // 2]


_Part = tuple[Tensor, Tensor]  # [R K] where corners belong, [R K, 2] the corners


def _span(chords: StrokeChords) -> int:
    """More places than the contour of any path has; contours 2 q and 2 q + 1 are those of path q."""
    return 2 * (chords.path.shape[0] + 2) * _MOST


def _placed(chords: StrokeChords, chord: Tensor, left: Tensor, corners: Tensor, path: Tensor) -> _Part:
    """Corners [R, K, 2] beside the ends of chords [R], in their places on the left or right side [R]."""
    place = torch.arange(corners.shape[1], device=chord.device)
    return _keys(chords, chord[:, None], left[:, None], place, path[:, None]).flatten(), corners.reshape(
        -1, 2
    )


def _keys(chords: StrokeChords, chord: Tensor, left: Tensor, place: Tensor, path: Tensor) -> Tensor:
    """Where corners belong that have a place beside the ends of chords."""
    span = _span(chords)
    ahead = (chord + 1) * _MOST + place
    second = (~left & chords.closed[path]).long()
    return (2 * path + second) * span + torch.where(left, ahead, span - 1 - ahead)


def _turns(chords: StrokeChords, styles: StrokeStyles, scale: float) -> list[_Part]:
    """The corners on both sides of every turn: round within a segment, the style's where segments meet."""
    before, after = _neighbors(chords)
    shape = chords.shape[chords.path[before]]
    d, e = chords.leaves[before], chords.enters[after]
    cosine, sine = (d * e).sum(-1).detach(), (d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]).detach()
    join, pixels = styles.join[shape], chords.half[before, 1].detach() * scale
    styled = chords.meets[before] & (cosine < STRAIGHT) & (join != JOINS.index("round"))
    tip = torch.sqrt(2 / (1 + cosine).clamp(min=SHARPEST_MITER))
    miter = (join == JOINS.index("miter")) & (tip <= styles.miter_limit[shape])
    smooth = torch.where(styled, miter, pixels * (tip - 1) <= LONGEST_TIP)
    around = chords_around(pixels, torch.atan2(sine.abs(), cosine))
    turns = Turns(before, after, cosine, sine, torch.where(smooth, 1, around))
    meet = _inner_edges_meet(chords, before, after, cosine)
    inner, outer_arc = inner_turns(chords, turns, meet), ~styled & ~smooth
    swept = outer_arc & ~chords.meets[before] & _tapers(chords, turns, scale)
    parts = []

    def put(corners: Tensor, rows: Tensor, side: bool) -> None:
        left = torch.full_like(rows, side, dtype=torch.bool)
        parts.append(_placed(chords, before[rows], left, corners, chords.path[before[rows]]))

    def place(make: Callable[..., Tensor], rows: Tensor, side: bool, *steps: int) -> None:
        reach = chords.half[before[rows], 1:] * (1 if side else -1)
        put(make(chords.ends[before[rows]], d[rows], e[rows], reach, *steps), rows, side)

    for side in (True, False):
        sign, outer = 1 if side else -1, (sine > 0) != side
        chosen = {
            tips: torch.where(outer, smooth & ~styled, meet), miters: outer & smooth & styled,
            bevels: outer & ~smooth & styled, pivots: ~outer & inner.pivot,
        }  # fmt: skip
        for make, which in chosen.items():
            place(make, torch.nonzero(which).flatten(), side)
        round_turns = (arcs, outer & outer_arc & ~swept), (fans, ~outer & inner.fan)
        for along_arc, which in round_turns:
            every = torch.nonzero(which).flatten()
            for rows, steps in by_steps(every, around[every]):
                place(along_arc, rows, side, steps)
        every = torch.nonzero(outer & swept).flatten()
        for rows, steps in by_steps(every, around[every]):
            put(line_sweeps(chords, turns, rows, sign, steps), rows, side)
        rows = torch.nonzero(~outer & inner.apart).flatten()
        put(torch.stack([line_ends(chords, each[rows], sign) for each in (before, after)], dim=1), rows, side)
        rows = torch.nonzero(~outer & inner.tight).flatten()
        for chord, at, corners in tight_corners(chords, turns, rows, sign):
            left = torch.full_like(chord, side, dtype=torch.bool)
            parts.append((_keys(chords, chord, left, at, chords.path[chord]), corners))
    return parts


def _tapers(chords: StrokeChords, turns: Turns, scale: float) -> Tensor:
    """[J] whether the width changes much where outer edges go around a turn."""
    half, length = chords.half.detach(), chords.lengths()
    changes = (chords.line_half(turns.after) - chords.line_half(turns.before)).detach().abs() * scale
    around = half[turns.before, 1] * torch.atan2(turns.sine.abs(), turns.cosine)
    way = (length[turns.before] + length[turns.after]) / 2
    return changes * around > 2 * MOST_TAPER * (around + way)


def _neighbors(chords: StrokeChords) -> tuple[Tensor, Tensor]:
    """[J] chords that go on, and [J] the chords that follow them."""
    count, path = chords.path.shape[0], chords.path
    every = torch.arange(count, device=path.device)
    last = torch.cat([path[1:] != path[:-1], torch.ones_like(path[:1], dtype=torch.bool)])
    first = torch.searchsorted(path, path)
    before = every[~last | chords.closed[path]]
    return before, torch.where(last, first, every + 1)[before]


def _inner_edges_meet(chords: StrokeChords, before: Tensor, after: Tensor, cosine: Tensor) -> Tensor:
    """[J] whether the inner edges beside a turn meet before they end."""
    lengths = chords.lengths()
    lost = chords.half[before, 1].detach() * torch.sqrt(
        ((1 - cosine) / (1 + cosine).clamp(min=SHARPEST_MITER)).clamp(min=0)
    )
    return (torch.minimum(lengths[before], lengths[after]) > LONG_ENOUGH * lost) & (cosine > DOUBLES_BACK)


def _ends(chords: StrokeChords, styles: StrokeStyles, scale: float) -> list[_Part]:
    """The caps of open paths: around the end from left to right, around the start from right to left."""
    path = chords.path
    change = torch.cat([path.new_tensor([-1]), path])
    open_first = torch.nonzero((change[1:] != change[:-1]) & ~chords.closed[path]).flatten()
    change = torch.cat([path, path.new_tensor([-1])])
    open_last = torch.nonzero((change[1:] != change[:-1]) & ~chords.closed[path]).flatten()
    cap = styles.cap[chords.shape[path]]
    half = torch.stack([chords.half[:, 1], chords.half[:, 0]])
    parts = []
    for name in CAPS:
        for start, rows in enumerate((open_last, open_first)):
            of_cap = rows[cap[rows] == CAPS.index(name)]
            pixels = half[start, of_cap].detach() * scale
            around = chords_around(pixels, torch.full_like(pixels, math.pi))
            groups = by_steps(of_cap, around) if name == "round" else [(of_cap, 0)]
            for chord, steps in groups:
                points, along = (chords.starts, -chords.enters) if start else (chords.ends, chords.leaves)
                around = caps(points[chord], along[chord], half[start, chord, None], name, steps)
                left = torch.ones_like(chord, dtype=torch.bool)
                parts.append(_placed(chords, chord - start, left, around, path[chord]))
    return parts
