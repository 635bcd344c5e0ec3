"""Strokes from random places, moved by one guidance term on a small canvas."""

import numpy as np
import torch

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from inkwright.initialization.sampled_strokes.short_strokes import LooseStrokes
from inkwright.optimization.fit import fit
from inkwright.optimization.objective import Objective
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.vector_graphics import rasterize

SIDE = 64
LOOSE = LooseStrokes(
    width=8.0, segments=1, hop=0.3, color="random", trained=("points", "width", "rgb", "opacity")
)


def random_strokes(count: int = 24, candidates: int = 2, seed: int = 0) -> ShapeParameters:
    """Sketches of strokes anywhere on the canvas, in any color."""
    dice = np.random.default_rng(seed)
    sketches = []
    for _ in range(candidates):
        places = torch.from_numpy(dice.uniform(0.15, 0.85, (count, 2)) * SIDE).float()
        sketches.append((LOOSE.grown_from(places, dice, SIDE), LOOSE.colors(count, dice)))
    return LOOSE.parameters(sketches, (SIDE, SIDE))


def pictures(source: ShapeParameters) -> torch.Tensor:
    """[K, 3, 64, 64] of all candidates."""
    with torch.no_grad():
        return rasterize(source.drawing())


def moved(
    source: ShapeParameters, term: GuidanceTerm, steps: int, target: torch.Tensor | None = None
) -> torch.Tensor:
    """The pictures after ``steps`` towards a target [1, 3, 64, 64], by default white paper."""
    term.prepare(Targets(torch.ones(1, 3, SIDE, SIDE) if target is None else target))
    settings = OptimizationSettings(
        steps=steps, lr_points=1.0, lr_width=0.2, lr_rgb=0.05, lr_opacity=0.05, lr_final=0.3,
        patience=0, score_every=steps,
    )  # fmt: skip
    fit(source, [Stage("all", settings, Objective({"term": term}))])
    return pictures(source)
