"""What a picture's analysis says to draw: where the strokes start, and what they aim at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from inkwright.image_analysis.network_analysis import Analyze
from inkwright.image_analysis.picture_analysis import PictureAnalysis, analyze_loosely
from inkwright.initialization.traced_strokes.hatching import hatch_strokes
from inkwright.initialization.traced_strokes.ink_color import ink_colors, visible_colors
from inkwright.initialization.traced_strokes.line_target import drawn_ink, stroke_ink, target_ink
from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.initialization.traced_strokes.stroke_tracing import TracedStrokes, TracingStyle, trace_strokes

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

FloatArray = NDArray[np.float32]

# Line strength that hatching strokes count as, and how dark they are in the ink to aim at.
HATCH_STRENGTH, HATCH_INK = 0.2, 0.6


@dataclass(frozen=True)
class Look:
    """How a picture is looked at before it is sketched.

    Attributes:
        looseness: in [0, 1], how free the hand is; 0 follows every line closely.
        analyze: what finds lines and salient places.
    """

    looseness: float = 0.0
    analyze: Analyze = analyze_loosely


@dataclass(frozen=True)
class SketchPlan:
    """K first sketches of N strokes each, and what they are to become.

    Attributes:
        points: [K, N, 4, 2] control points in canvas units.
        strength: [K, N] in [0, 1], how strong a line runs under each stroke; 0 where there is nothing to
            draw.
        color: [K, N, 3] in [0, 1].
        lines: [H, W] in [0, 1] at working size, the ink to aim at.
        attention: [H, W] in [0, 1] at working size, where the eye goes.
        paint: [3, H, W] in [0, 1], the colours to aim at.
    """

    points: Tensor
    strength: Tensor
    color: Tensor
    lines: Tensor
    attention: Tensor
    paint: Tensor


def plan_sketches(
    target: TargetImage,
    num_strokes: int,
    seeds: Sequence[int],
    pen: PenStyle,
    *,
    shortest: float = 4.0,
    look: Look = Look(),  # noqa: B008 (it is frozen)
    within: FloatArray | None = None,
) -> SketchPlan:
    """Looks closely at a picture and traces a first sketch of N >= 1 strokes of the pen for every seed.

    What the sketches aim at does not depend on their seeds, so that their scores can be compared.

    Args:
        target: the picture.
        num_strokes: N.
        seeds: of the K sketches.
        pen: what strokes look like.
        shortest: see ``TracingStyle``.
        look: how the picture is looked at.
        within: [H', W'] of the size of the target's ``detail``, how much its lines count; None = all alike.
    """
    picture = np.ascontiguousarray(target.detail.permute(1, 2, 0).numpy())
    mask = None if target.detail_mask is None else target.detail_mask.numpy()
    looseness, analysis = look.looseness, look.analyze(picture, mask, look.looseness)
    width = pen.width_for(num_strokes, max(analysis.shape))
    hatches = hatch_strokes(analysis, int(pen.hatching * num_strokes), pen=width)
    style = TracingStyle(pen.jitter, shortest, looseness)
    by_seed = {
        seed: trace_strokes(analysis, num_strokes - len(hatches), style, seed=seed, within=within)
        for seed in {0, *seeds}
    }
    traced = [by_seed[seed] for seed in seeds]
    points = np.stack([np.concatenate([hatches, each.points]) for each in traced])
    shade = np.full(len(hatches), HATCH_STRENGTH, dtype=np.float32)
    strength = np.stack([np.concatenate([shade, each.strength]) for each in traced])
    size = target.image.shape[1], target.image.shape[2]
    scale = torch.tensor([size[1] / picture.shape[1], size[0] / picture.shape[0]])
    return SketchPlan(
        points=torch.from_numpy(points) * scale,
        strength=torch.from_numpy(strength),
        color=torch.from_numpy(_colors(picture, points, pen, 3 * analysis.unit)),
        lines=_scaled(_lines(analysis, hatches, by_seed[0], num_strokes, width, looseness, within), size),
        attention=_scaled(analysis.saliency, size),
        paint=_scaled(np.moveaxis(visible_colors(picture), -1, 0), size),
    )


def _lines(
    analysis: PictureAnalysis,
    hatches: FloatArray,
    traced: TracedStrokes,
    num_strokes: int,
    width: float,
    looseness: float,
    within: FloatArray | None,
) -> FloatArray:
    real = traced.points[traced.strength > 0] if within is not None else traced.points
    if looseness:
        lines = drawn_ink(traced.points, traced.strength, analysis.shape, width)
    else:
        lines = target_ink(analysis, real, num_strokes=num_strokes, pen=width)
        lines = lines if within is None else lines * within
    shade = HATCH_INK * stroke_ink(hatches, analysis.shape, 0.8 * width)
    return np.maximum(lines, shade).astype(np.float32)


def _colors(picture: FloatArray, points: FloatArray, pen: PenStyle, reach: float) -> FloatArray:
    if not pen.color:
        return np.zeros((*points.shape[:2], 3), dtype=np.float32)
    return ink_colors(picture, points, reach)


def _scaled(values: FloatArray, size: tuple[int, int]) -> Tensor:
    """The map [H, W] or [C, H, W] at another size, by area averages."""
    tensor = torch.from_numpy(np.ascontiguousarray(values))
    return F.adaptive_avg_pool2d(tensor[None] if values.ndim == 2 else tensor, size).reshape(
        *values.shape[:-2], *size
    )
