"""What the canvases of a matrix start from and aim at: a region of a scene, in a hand of some looseness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from inkwright.guidance.targets import Targets
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.initialization.sampled_strokes.saliency_start import SaliencyStart
from inkwright.initialization.sampled_strokes.short_strokes import LooseStrokes
from inkwright.initialization.traced_strokes.loose_strokes import TOLERANCE
from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.initialization.traced_strokes.sketch_plan import Look, plan_sketches
from inkwright.scene_matrix.region_views import RegionView, region_view

if TYPE_CHECKING:
    from inkwright.image_analysis.scene.decomposition import Scene
    from inkwright.pictures.target_image import TargetImage

FloatArray = NDArray[np.float32]

# Published width of a stroke on a canvas of 224.
WIDTH = 1.5
# How much an error counts where the eye never goes, and how much more along the outline of the subject; where
# the eye goes first it is 1 more.
LEAST_EMPHASIS, OUTLINE_EMPHASIS = 0.3, 0.7
# Pieces of lines in pixels of a picture whose long side has 448: black strokes that are shorter are dots.
SHORTEST = 16.0
# Strokes are black: a faint line of the target must be dark enough for one to stay on it.
BLACKER = 1.7
# Below this strength of its line a stroke is none: walls and skies have no lines.
FAINTEST = 0.06


@dataclass(frozen=True)
class RegionStart:
    """One canvas before its first step.

    Attributes:
        points: [N, 4, 2] control points in canvas units.
        width: [N] full widths.
        alive: [N] bool; where there is too little to draw, some strokes never are.
        target: what it aims at, one row.
        given_up: what even the target loses against the lines of the picture.
    """

    points: Tensor
    width: Tensor
    alive: Tensor
    target: Targets
    given_up: float = 0.0


def traced_starts(
    target: TargetImage, scene: Scene, looseness: Sequence[float], num_strokes: int, pen: PenStyle
) -> list[RegionStart]:
    """For every looseness, then every region: strokes along its lines."""
    regions = [
        _traced(region_view(target, scene, region), looseness, num_strokes, pen) for region in scene.regions
    ]
    return [start for column in zip(*regions, strict=True) for start in column]


def salient_starts(
    target: TargetImage, scene: Scene, columns: int, num_strokes: int, start: SaliencyStart, seed: int
) -> list[RegionStart]:
    """For every column, then every region: short strokes where it is salient, as published."""
    strokes, found = LooseStrokes(width=WIDTH), []
    for region in scene.regions:
        seen = region_view(target, scene, region, alone=True).picture
        generator = np.random.default_rng(seed)
        places = start.look_at(seen, num_strokes).places(num_strokes, generator)
        points = strokes.grown_from(torch.from_numpy(places), generator, max(target.canvas))
        width = torch.full((num_strokes,), WIDTH * max(target.canvas) / 224)
        alive = torch.ones(num_strokes, dtype=torch.bool)
        found.append(RegionStart(points, width, alive, Targets(images=seen.image[None])))
    return found * columns


def line_map(target: TargetImage, num_strokes: int) -> Tensor:
    """[H, W] in [0, 1]: the lines of a whole picture, as a drawing of so many strokes should show them."""
    picture = np.ascontiguousarray(target.detail.permute(1, 2, 0).numpy())
    return _at_size(analyze_picture(picture).line_map(LevelOfDetail.for_strokes(num_strokes)), target)


def _traced(
    view: RegionView, looseness: Sequence[float], num_strokes: int, pen: PenStyle
) -> list[RegionStart]:
    """One region, in hands from the most careful to the freest."""
    seen = view.picture
    plans = [
        plan_sketches(seen, num_strokes, [0], pen, shortest=SHORTEST, look=Look(each), within=view.within)
        for each in looseness
    ]
    emphasis = LEAST_EMPHASIS + plans[0].attention
    if view.outline is not None:
        emphasis = emphasis + OUTLINE_EMPHASIS * _at_size(view.outline, seen)
    emphasis = emphasis / emphasis.mean()
    careful = plans[0].lines if looseness[0] == 0 else line_map(seen, num_strokes)
    square = (emphasis * careful.square()).mean().clamp_min(1e-4)
    found = []
    for plan, free in zip(plans, looseness, strict=True):
        strength = plan.strength[0]
        target = Targets(
            images=seen.image[None],
            lines=(BLACKER * plan.lines).clamp(max=1)[None],
            emphasis=emphasis[None],
            tolerance=torch.tensor([TOLERANCE * free]),
        )
        width = pen.width_for(num_strokes, max(seen.canvas)) * (0.7 + 0.5 * strength)
        lost = float((emphasis * (plan.lines - careful).square()).mean() / square)
        found.append(RegionStart(plan.points[0], width, strength > FAINTEST, target, lost))
    return found


def _at_size(values: FloatArray, target: TargetImage) -> Tensor:
    size = target.image.shape[1], target.image.shape[2]
    return F.adaptive_avg_pool2d(torch.from_numpy(values)[None], size)[0]
