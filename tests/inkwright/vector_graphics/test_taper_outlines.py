"""How far the outlines of tapered strokes are from where they should be, against very many points of them."""

import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.bernstein import OUTLINE_FLATNESS
from inkwright.vector_graphics.curves.bezier import evaluate
from inkwright.vector_graphics.curves.stroke_outlines import stroke_contours
from inkwright.vector_graphics.stroke_styles import StrokeStyles

F64 = torch.float64
POINTS = 5000  # of each side


def uneven_line(generator):
    """[4, 2] an all but straight curve that gains or loses speed by a factor of up to 20, as random."""
    along = torch.exp(3 * torch.rand(3, generator=generator, dtype=F64)).cumsum(0)
    across = 0.3 * torch.randn(4, generator=generator, dtype=F64)
    return torch.stack([torch.cat([torch.zeros(1, dtype=F64), along]), across], dim=1)


def true_outline(cubic, half):
    """[K, 2] points of the outline of a curve with half widths [POINTS], and its largest width by radius."""
    t = torch.linspace(0, 1, POINTS, dtype=F64)
    point, steps = evaluate(cubic[None], t), torch.diff(cubic, dim=0)
    speed = 3 * torch.stack([(1 - t) ** 2, 2 * t * (1 - t), t * t], dim=1) @ steps
    second = 6 * torch.stack([1 - t, t], dim=1) @ torch.diff(steps, dim=0)
    length = torch.linalg.vector_norm(speed, dim=1)
    bend = (speed[:, 0] * second[:, 1] - speed[:, 1] * second[:, 0]).abs() / length**3
    arm = half[:, None] * torch.stack([-speed[:, 1], speed[:, 0]], dim=1) / length[:, None]
    left, right, share = point + arm, (point - arm).flip(0), torch.linspace(0, 1, 500, dtype=F64)[:, None]
    ends = [a[-1] + share * (b[0] - a[-1]) for a, b in ((left, right), (right, left))]
    return torch.cat([left, ends[0], right, ends[1]]), float((bend * half).max())


def farthest(corners, truth):
    """Largest distance between a polygon [K, 2] and points of an outline [L, 2], either way."""
    steps = corners.roll(-1, 0) - corners
    squared = steps.square().sum(1).clamp(min=1e-30)
    off = truth[::8, None] - corners
    share = ((off * steps).sum(-1) / squared).clamp(0, 1)
    there = torch.linalg.vector_norm(off - share[..., None] * steps, dim=-1).amin(1).max()
    between = corners[:, None] + torch.arange(4, dtype=F64)[:, None] / 4 * steps[:, None]
    back = torch.cat([torch.cdist(some, truth).amin(1) for some in between.reshape(-1, 2).split(500)]).max()
    return float(torch.maximum(there, back))


def test_outlines_of_tapers_keep_to_the_tolerance_however_unevenly_their_curves_run():
    generator, found = torch.Generator().manual_seed(0), 0
    while found < 20:
        cubic, profile = uneven_line(generator), torch.rand(1, 5, generator=generator, dtype=F64)
        width = 2 + 8 * torch.rand(1, generator=generator, dtype=F64)
        low = torch.linspace(0, 4, POINTS, dtype=F64).clamp(max=3.999999)
        steps = profile[0, low.long()] + low.frac() * (profile[0, low.long() + 1] - profile[0, low.long()])
        truth, tight = true_outline(cubic, width / 2 * steps)
        if tight > 0.1:  # there lines across the curve may all but cross
            continue
        drawing = Drawing.from_strokes(cubic[None], width, torch.eye(4, dtype=F64)[3:], (100, 100))
        styles = StrokeStyles.uniform(1, "butt", "round", profile=profile)
        corners, _, _ = stroke_contours(drawing, styles, torch.tensor([0]), 1.0)
        # the outer side of a bend is as much farther from its chords as its radius is larger
        assert farthest(corners, truth) <= (1 + tight) * OUTLINE_FLATNESS
        found += 1
