"""Strokes moved by gradients until they look like the raster they were traced from."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from inkwright.optimization.fit import fit
from inkwright.optimization.objective import Objective
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend
from inkwright.vectorization.cubic_splitting import split_where_missed
from inkwright.vectorization.end_fitting import fitted_ends
from inkwright.vectorization.skeleton.joined_ends import joined_ends
from inkwright.vectorization.skeleton.line_mask import Gray
from inkwright.vectorization.smooth_joints import SmoothJoints, inner_points
from inkwright.vectorization.traced_stroke import TracedStroke, to_drawing


def refined_strokes(
    strokes: list[TracedStroke],
    gray: Gray,
    steps: int = 60,
    lr_points: float = 0.3,
    stiffness: float = 0.02,
    rounds: int = 1,
) -> list[TracedStroke]:
    """Traced strokes after ``refine``; ends that have stayed near another stroke end exactly on it.

    Args:
        strokes: in pixels.
        gray: [H, W] in [0, 1], 1 = paper.
        steps: of the optimiser, >= 0.
        lr_points: see ``refine``.
        stiffness: see ``refine``.
        rounds: so many share the steps, >= 1. Between two of them ends are put where the ink ends, and
            strokes that lie on paper get more control points there. Exact drawings gain by three; of lines
            that waver this would trace the wavering.

    Raises:
        ValueError: there are fewer than 0 steps, or no round.
    """
    if rounds < 1:
        raise ValueError(f"rounds is {rounds}; it must be at least 1")
    for left in range(rounds, 0, -1):
        strokes = _moved(strokes, gray, steps // rounds, lr_points, stiffness)
        if left > 1:
            strokes = split_where_missed(fitted_ends(strokes, gray), gray)
    return joined_ends(strokes, reach=0.5)


def _moved(
    strokes: list[TracedStroke], gray: Gray, steps: int, lr_points: float, stiffness: float
) -> list[TracedStroke]:
    height, width = gray.shape
    drawing = to_drawing(strokes, (width, height))
    refined = refine(drawing, gray, steps, lr_points, stiffness=stiffness)
    if refined is drawing:
        return strokes
    points = np.split(refined.points.numpy().astype(np.float64), refined.path_offsets[1:-1].numpy())
    return [
        dataclasses.replace(stroke, control=control, width=float(wide))
        for stroke, control, wide in zip(strokes, points, refined.width, strict=True)
    ]


def refine(
    drawing: Drawing,
    gray: Gray,
    steps: int = 60,
    lr_points: float = 0.3,
    lr_width: float = 0.05,
    stiffness: float = 0.02,
    backend: Backend = "auto",
) -> Drawing:
    """The drawing after Adam on its control points and widths; smooth joints stay smooth.

    The loss is the squared difference of picture and raster, summed over pixels, at full and at half size,
    and a penalty on neighbouring points that move apart. From two fifths of the way on the step sizes fall to
    a twentieth.

    Args:
        drawing: one canvas of strokes, one unit a pixel.
        gray: [H, W] in [0, 1], 1 = paper.
        steps: of the optimiser, >= 0.
        lr_points: step size of points in pixels.
        lr_width: step size of widths in pixels.
        stiffness: cost of one pixel squared by which a point leaves the middle of its neighbours. Little lets
            strokes come to where exact lines are, much keeps them from following lines that waver.
        backend: the rasteriser.

    Returns:
        The drawing whose picture was nearest to the raster; never worse than the given one.

    Raises:
        ValueError: the raster has another size than the canvas, or there are fewer than 0 steps.
    """
    height, width = gray.shape
    if drawing.canvas != (width, height):
        raise ValueError(f"grey is {width} x {height}, the canvas {drawing.canvas}; they must be equal")
    if steps < 0:
        raise ValueError(f"refine_steps is {steps}; it must be at least 0")
    if steps == 0 or drawing.num_shapes == 0:
        return drawing
    target = torch.from_numpy(np.ascontiguousarray(gray, dtype=np.float32))
    terms = {"whole": _RasterFit(), "half": _RasterFit([[0, 1], [1, 1], [1, 0]], halved=True)}
    for term in terms.values():
        term.prepare(Targets(target.expand(1, 3, height, width)))
    objective = Objective(terms, backend=backend)
    objective.add_penalty("bends", _Bends(drawing, stiffness), scored=False)
    settings = _RefinementSettings(steps=steps, lr_points=lr_points, lr_width=lr_width)
    run = fit(_Strokes(drawing), [Stage("refining", settings, objective, scored_in_passing=True)])
    return run.best_drawing()


class _RefinementSettings(OptimizationSettings):
    def learning_rate_share(self, progress: float) -> float:
        """Share of the step sizes: all of them at first, then falling to a twentieth."""
        return 1.0 if progress < 0.4 else max((1 - progress) / 0.6, 0.05)


class _Strokes(ShapeParameters):
    """Points and widths of strokes whose smooth joints stay smooth."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__(drawing, trained=("points", "width"), width_range=(0.3, math.inf), margin=1.0)
        self._joints = SmoothJoints(drawing)

    @torch.no_grad()
    def project_(self) -> None:
        super().project_()
        if hasattr(self, "_joints"):  # the start stays as it was traced
            self._joints.straighten(self.points)


class _RasterFit(GuidanceTerm):
    """Squared difference from a raster, summed over pixels, at the whole size or at half of it."""

    target: Tensor

    def __init__(self, weight: float | Sequence[Sequence[float]] = 1.0, *, halved: bool = False) -> None:
        super().__init__(weight)
        self.halved = halved

    def prepare(self, targets: Targets) -> None:
        self.remember(target=targets.images[:, :1])

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        difference = images[:, :1] - self.target
        if self.halved and min(difference.shape[-2:]) >= 2:
            return {"fit": 4 * F.avg_pool2d(difference, 2).square().sum((1, 2, 3))}
        return {"fit": difference.square().sum((1, 2, 3))}


class _Bends:
    """What it costs when neighbouring points of a stroke move apart."""

    def __init__(self, drawing: Drawing, stiffness: float) -> None:
        self.first, self.inner = drawing.points.detach().clone(), inner_points(drawing)
        self.stiffness = stiffness

    def __call__(self, drawing: Drawing, progress: float) -> Tensor:
        moved = drawing.points - self.first
        bends = moved[self.inner - 1] - 2 * moved[self.inner] + moved[self.inner + 1]
        return self.stiffness * bends.square().sum()[None]
