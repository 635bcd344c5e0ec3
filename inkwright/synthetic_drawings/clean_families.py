"""Which kinds of clean drawings there are, and how often each is drawn."""

from collections.abc import Callable, Mapping

import numpy as np

from inkwright.synthetic_drawings.clean_drawing import CleanDrawing, FloatArray
from inkwright.synthetic_drawings.curve_families import closed_shapes, open_strokes, structural_hatching
from inkwright.synthetic_drawings.held_out_families import contour_map, houses, rosettes, voronoi_cells
from inkwright.synthetic_drawings.picture_outlines import glyph_outlines, photo_contours
from inkwright.synthetic_drawings.scene_family import composed_scene

Family = Callable[[np.random.Generator, float], list[FloatArray]]

FAMILIES: dict[str, Family] = {
    "open_strokes": open_strokes,
    "closed_shapes": closed_shapes,
    "scenes": composed_scene,
    "glyphs": glyph_outlines,
    "photo_contours": photo_contours,
    "hatching": structural_hatching,
    "rosettes": rosettes,
    "voronoi": voronoi_cells,
    "contour_map": contour_map,
    "houses": houses,
}
TRAINING_WEIGHTS: dict[str, float] = {
    "open_strokes": 0.25,
    "closed_shapes": 0.2,
    "scenes": 0.3,
    "glyphs": 0.1,
    "photo_contours": 0.1,
    "hatching": 0.05,
}
HELD_OUT_WEIGHTS: dict[str, float] = {"rosettes": 0.25, "voronoi": 0.25, "contour_map": 0.25, "houses": 0.25}


def clean_drawing(
    rng: np.random.Generator, weights: Mapping[str, float] = TRAINING_WEIGHTS, side: float = 1024.0
) -> CleanDrawing:
    """A clean drawing of one of the families, on a square canvas of so many units.

    How often each family is drawn say the weights by name; they need not sum to 1.

    Raises:
        ValueError: a family is unknown, or a weight is negative or all are zero.
    """
    check_weights(weights)
    names = list(weights)
    share = np.array([weights[name] for name in names], dtype=np.float64)
    family = FAMILIES[names[rng.choice(len(names), p=share / share.sum())]]
    curves = tuple(curve for curve in family(rng, side) if len(curve) > 1)
    return CleanDrawing(curves, side)


def check_weights(weights: Mapping[str, float]) -> None:
    """The weights name families that exist, none is negative, and one is above 0.

    Raises:
        ValueError: they do not.
    """
    unknown = [name for name in weights if name not in FAMILIES]
    if unknown:
        raise ValueError(f"families has {unknown[0]!r}; there is {', '.join(FAMILIES)}")
    if any(weight < 0 for weight in weights.values()) or not sum(weights.values()) > 0:
        raise ValueError(f"families is {dict(weights)}; weights must be >= 0, and one above 0")
