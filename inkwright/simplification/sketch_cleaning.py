"""From a grey picture of a rough sketch to its clean lines: scale, normalise, network, strokes."""

import dataclasses
from dataclasses import dataclass
from numbers import Real
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.simplification.faint.faint_lines import with_faint_lines
from inkwright.simplification.paper.ink_on_paper import brought_up, strengthened
from inkwright.simplification.paper.paper_photo import (
    flattened,
    looks_photographed,
    page_corners,
    straightened,
)
from inkwright.simplification.paper.paper_rules import without_rules
from inkwright.simplification.paper.solid_areas import filled_areas, solid_areas, without_rims
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.tiled_inference import DEFAULT_TILE, simplify_tiled
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vectorization.centerline_tracing import CenterlineSettings, traced_strokes
from inkwright.vectorization.consolidation.strokes import consolidated_strokes
from inkwright.vectorization.line_refinement import refined_strokes
from inkwright.vectorization.outline_tracing import Tracer, trace_outlines
from inkwright.vectorization.traced_stroke import to_drawing

Gray = NDArray[np.float32]
Flatten = Literal["auto", "always", "never"]
Vector = Literal["centerline", "outline", "potrace", "none"]
Consolidate = Literal["auto", "always", "never"]
KeepFaint = Literal["auto", "true", "false"]
# Share of the strokes' length that repeats another, from which lines count as drawn many times; clean pages
# have less, see docs/simplification.md.
_REPEATED = 0.1
# What a network draws wavers a little; these settings of the tracing see past that.
_WAVERING = CenterlineSettings(
    tolerance=0.8,
    blur=0.8,
    smoothing=3.0,
    smallest=24,
    pinhole=6,
    finer=1,
    valley=1.0,
    spur=6.0,
    spur_ratio=1.2,
    shortest=5.0,
    alone=16.0,
)
# Of the refinement, for the same reason: see ``refine``.
_STEPS, _STEP_SIZE, _STIFFNESS = 10, 0.1, 2.0


@dataclass(frozen=True)
class CleaningSettings:
    """What is done to a sketch.

    Attributes:
        size: long side in pixels at which lines are cleaned, before ``scale``; smaller pictures are not
            enlarged. 0 keeps the picture's own size.
        scale: degree of simplification, in [0.05, 1]: at 0.5 and 0.25 fewer, larger features remain.
        flatten: whether shadows and the tone of the paper are divided out, and a page on a darker ground is
            cut out: always, never, or where the picture looks photographed.
        threshold: darkness from which a pixel counts as a line when strokes are traced, in (0, 1).
        line_width: of all strokes, in pixels of the cleaned picture; None measures each.
        vector: strokes along the lines, filled outlines of them (by vtracer or potrace), or nothing.
        consolidate: whether strokes that repeat a line become that line: always, never, or where many do.
        refine_steps: optimiser steps that draw the strokes onto the cleaned picture, >= 0; none if any
            were consolidated.
        tile: side of the tiles that the network sees, in pixels.
        drop_rules: whether even rules of the paper are taken out.
        keep_faint: whether lines that are paler than others, which the network takes for guides, are brought
            up for it: all of them, none, or those that are no guides by their shape.
        keep_solids: whether solid blacks and dots are kept, as filled shapes.
    """

    size: int = 1024
    scale: float = 1.0
    flatten: Flatten = "auto"
    threshold: float = 0.4
    line_width: float | None = None
    vector: Vector = "centerline"
    consolidate: Consolidate = "auto"
    refine_steps: int = 10
    tile: int = DEFAULT_TILE
    drop_rules: bool = True
    keep_faint: KeepFaint = "auto"
    keep_solids: bool = True

    def __post_init__(self) -> None:
        """Checks scale and keep_faint; the other settings are checked by what they are handed to.

        Raises:
            ValueError: one is out of its range.
        """
        scale: object = self.scale  # whatever it is
        if not (isinstance(scale, Real) and 0.05 <= float(scale) <= 1):
            raise ValueError(f"scale is {scale!r}; it must be a number in [0.05, 1]")
        if self.keep_faint not in get_args(KeepFaint):
            raise ValueError(f"keep_faint is {self.keep_faint!r}; it must be 'auto', 'true' or 'false'")


@dataclass(frozen=True)
class CleanedSketch:
    """The result.

    Attributes:
        page: [H, W] what the network saw, in [0, 1], 1 = paper.
        lines: [H, W] clean lines, in [0, 1]; those of the drawing if strokes were consolidated.
        drawing: the same as strokes or outlines, one canvas unit a pixel; None if none were asked for.
        own_size: (height, width) of the page in pixels of the picture that was given, before it was scaled.
        repeated: how many strokes became part of others because they repeated a line.
    """

    page: Gray
    lines: Gray
    drawing: Drawing | None
    own_size: tuple[int, int]
    repeated: int


def clean_sketch(gray: Gray, network: SimplifierNetwork, settings: CleaningSettings) -> CleanedSketch:
    """Clean lines of one picture [H, W] in [0, 1], 1 = paper, by a network in evaluation mode.

    Raises:
        ValueError: a setting is out of its range, or the network makes no numbers of the picture.
    """
    upright = flat_page(gray, settings.flatten)
    page = working_page(upright, settings)
    page = without_rules(page) if settings.drop_rules else page
    lifted = page
    if settings.keep_faint != "false":
        lifted = strengthened(brought_up(page))
        lifted = without_rules(lifted) if settings.drop_rules else lifted  # the palest show only now
    page = lifted if settings.keep_faint == "true" else strengthened(page)
    lines = _cleaned(page, network, settings)
    if settings.keep_faint == "auto":
        lines = with_faint_lines(
            page,
            lines,
            lifted,
            lambda faint: _cleaned(faint, network, settings),
            lambda raster: traced_strokes(raster, _tracing(settings)),
        )
    solid = solid_areas(page) if settings.keep_solids else np.zeros(page.shape, dtype=np.bool_)
    drawing, repeated = _drawing(without_rims(lines, solid), settings)
    if drawing is not None and repeated:
        # The network's raster still shows every stroke of a line that is one line now.
        lines = rasterize(drawing, *lines.shape)[0, 0].detach().numpy()
    areas = None if drawing is None else filled_areas(solid)
    if drawing is not None and areas is not None:
        drawing = Drawing.concat(areas, drawing)
    return CleanedSketch(page, np.where(solid, np.float32(0), lines), drawing, upright.shape, repeated)


def flat_page(gray: Gray, flatten: Flatten) -> Gray:
    """The picture as if it was scanned: the page alone, evenly lit; untouched where that is not wanted."""
    if flatten == "never" or (flatten == "auto" and not looks_photographed(gray)):
        return gray
    corners = page_corners(gray)
    return flattened(gray if corners is None else straightened(gray, corners))


def working_page(gray: Gray, settings: CleaningSettings) -> Gray:
    """The page at the size at which its lines are cleaned."""
    height, width = gray.shape
    long_side = min(max(height, width), settings.size or max(height, width)) * settings.scale
    factor = min(long_side / max(height, width), 1.0)
    size = max(round(height * factor), 1), max(round(width * factor), 1)
    if size == (height, width):
        return np.ascontiguousarray(gray, dtype=np.float32)
    return resized(gray, size)


def resized(gray: Gray, size: tuple[int, int]) -> Gray:
    """[height, width] the picture at another size: averaged over areas where it shrinks."""
    picture = torch.from_numpy(np.ascontiguousarray(gray, dtype=np.float32))[None, None]
    scaled = torch.nn.functional.interpolate(
        picture, size, mode="bilinear", antialias=True, align_corners=False
    )
    found: Gray = scaled[0, 0].clamp(0, 1).numpy()
    return found


def _cleaned(page: Gray, network: SimplifierNetwork, settings: CleaningSettings) -> Gray:
    """[H, W] what the network draws of a page.

    Raises:
        ValueError: it makes no numbers.
    """
    lines: Gray = simplify_tiled(network, torch.from_numpy(page)[None], settings.tile)[0].numpy()
    if not np.isfinite(lines).all():
        raise ValueError("weights: the network makes no numbers of this picture; give other weights")
    return lines


def _tracing(settings: CleaningSettings) -> CenterlineSettings:
    return dataclasses.replace(_WAVERING, threshold=settings.threshold, width=settings.line_width)


def _drawing(lines: Gray, settings: CleaningSettings) -> tuple[Drawing | None, int]:
    """The lines as asked for, and how many strokes became part of others."""
    if settings.vector == "none":
        return None, 0
    if settings.vector in ("outline", "potrace"):
        tracer: Tracer = "potrace" if settings.vector == "potrace" else "vtracer"
        return trace_outlines(lines, settings.threshold, tracer=tracer), 0
    traced = traced_strokes(lines, _tracing(settings))
    strokes = traced
    if settings.consolidate != "never":
        strokes = consolidated_strokes(traced, 0.0 if settings.consolidate == "always" else _REPEATED)
    if len(strokes) == len(traced):
        # Lines that were drawn many times are not where the raster is, which shows every stroke of them.
        strokes = refined_strokes(traced, lines, settings.refine_steps, _STEP_SIZE, _STIFFNESS)
    drawing = to_drawing(strokes, (lines.shape[1], lines.shape[0]))
    if settings.line_width is not None:
        drawing = drawing.replace(width=torch.full_like(drawing.width, settings.line_width))
    return drawing, len(traced) - len(strokes)
