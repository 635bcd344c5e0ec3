"""Clean raster to strokes: skeleton, graph, chains, cubic Bézier curves, widths."""

from dataclasses import dataclass

import numpy as np

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vectorization.schneider import fit_chain
from inkwright.vectorization.skeleton.chain_geometry import (
    corners_of,
    gray_at,
    line_width,
    placed_chain,
    sharpened,
    smoothed,
)
from inkwright.vectorization.skeleton.graph_cleaning import (
    bridge_gaps,
    dissolve,
    join_split_crossings,
    prune_spurs,
)
from inkwright.vectorization.skeleton.joined_ends import joined_ends
from inkwright.vectorization.skeleton.line_graph import FloatArray, graph_of, unit
from inkwright.vectorization.skeleton.line_mask import Gray, line_mask
from inkwright.vectorization.skeleton.stroke_chains import Chain, chains_of
from inkwright.vectorization.traced_stroke import TracedStroke, to_drawing

_NOT_NEGATIVE = (
    *("smallest", "pinhole", "valley", "gap", "spur"),
    *("spur_ratio", "shortest", "alone", "smoothing", "blur"),
)
# Rasters of which a finer one would have more pixels are traced at their own size: memory grows with it.
_MOST_PIXELS = 2**26


@dataclass(frozen=True)
class CenterlineSettings:
    """How lines become strokes; lengths in pixels.

    Attributes:
        threshold: darkness that makes a line, in (0, 1).
        tolerance: how far a curve may run from the middle of its line, > 0.
        smallest: specks of fewer pixels are dropped.
        pinhole: holes in a line of fewer pixels are filled.
        finer: the raster is traced this many times as fine: lines near each other part sooner.
        valley: two lines that touch are told apart where the ink between them is lighter by this; 1 or more
            never tells them apart.
        gap: longest gap that is bridged, >= 0.
        spur: shortest dead end that stays, >= 0.
        spur_ratio: and it must be this many times as long as the ink it leaves is wide, >= 0.
        corner: degrees from which a turn is a corner.
        shortest: shorter strokes are dropped.
        alone: and so are strokes shorter than this that touch no other.
        smoothing: standard deviation of the blur along each line, which takes out the steps of the pixels.
        blur: standard deviation of a blur before ink is told from paper, for uneven lines.
        width: of all strokes; None measures each.
    """

    threshold: float = 0.5
    tolerance: float = 0.5
    smallest: int = 4
    pinhole: int = 1
    finer: int = 2
    valley: float = 0.05
    gap: float = 12.0
    spur: float = 1.5
    spur_ratio: float = 0.7
    corner: float = 50.0
    shortest: float = 2.0
    alone: float = 2.0
    smoothing: float = 1.5
    blur: float = 0.0
    width: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold is {self.threshold}; it must be between 0 and 1")
        if not self.tolerance > 0:
            raise ValueError(f"tolerance is {self.tolerance}; it must be above 0 pixels")
        if self.finer < 1:
            raise ValueError(f"finer is {self.finer}; it must be at least 1")
        if self.width is not None and not self.width > 0:
            raise ValueError(f"line width is {self.width}; it must be above 0 pixels")
        for name in _NOT_NEGATIVE:
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 0")


def trace_centerlines(gray: Gray, settings: CenterlineSettings | None = None) -> Drawing:
    """The lines of a clean raster [H, W] in [0, 1], 1 = paper, as black strokes, one canvas unit a pixel."""
    height, width = gray.shape
    return to_drawing(traced_strokes(gray, settings or CenterlineSettings()), (width, height))


def traced_strokes(gray: Gray, settings: CenterlineSettings) -> list[TracedStroke]:
    """The strokes of a clean raster [H, W], longest first."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter
    from skimage.morphology import skeletonize

    even = gaussian_filter(gray, settings.blur) if settings.blur else gray
    finer = settings.finer if gray.size * settings.finer**2 <= _MOST_PIXELS else 1
    ink = line_mask(
        even, settings.threshold, settings.smallest, settings.pinhole, finer=finer, valley=settings.valley
    )
    if not ink.any():
        return []
    skeleton = skeletonize(ink, method="lee")  # Zhang's method eats lines at exactly 45 degrees
    wide = _coarser(2 / finer * distance_transform_edt(ink) * skeleton, finer)
    graph = graph_of(skeleton)
    graph.scale(1 / finer)
    graph.space_evenly()
    dissolve(graph)
    prune_spurs(graph, wide, settings.spur, settings.spur_ratio)
    join_split_crossings(graph, wide)
    if settings.gap:
        bridge_gaps(graph, settings.gap)
    graph.space_evenly()
    reach = float(np.quantile(wide[wide > 0], 0.9)) / 2 + 2.0
    strokes = [_stroke(chain, even, settings, reach) for chain in chains_of(graph)]
    return joined_ends([stroke for stroke in strokes if stroke is not None])


def _coarser(field: FloatArray, factor: int) -> FloatArray:
    """[H / factor, W / factor] the largest value of each block."""
    height, width = field.shape
    found: FloatArray = field.reshape(height // factor, factor, width // factor, factor).max((1, 3))
    return found


def _stroke(chain: Chain, gray: Gray, settings: CenterlineSettings, reach: float) -> TracedStroke | None:
    points = placed_chain(chain, gray, reach)
    extent = float(np.hypot(*np.diff(points, axis=0).T).sum())
    if extent < settings.shortest and not all(chain.held):
        return None
    if extent < settings.alone and not any(chain.held) and not chain.closed:
        return None
    measured = line_width(points, gray, reach, chain.closed)
    if not chain.closed:
        points = _fitting_ends(points, chain, gray, measured)
    control = _fitted(points, chain.closed, gray, settings)
    return TracedStroke(control, chain.closed, settings.width or measured, chain.held)


def _fitted(points: FloatArray, closed: bool, gray: Gray, settings: CenterlineSettings) -> FloatArray:
    corners = corners_of(points, closed, settings.corner)
    if closed and not corners:
        soft = smoothed(points, True, settings.smoothing)
        ring = np.concatenate([soft, soft[:1]])
        way = unit(ring[2] - ring[-3])
        return fit_chain(ring, settings.tolerance, (way, -way))[:-1]
    if closed:
        points = np.roll(points, -corners[0], axis=0)
        points = np.concatenate([points, points[:1]])
        corners = [corner - corners[0] for corner in corners[1:]]
        # The corner at which the ring was opened is sharpened as an inner one of the ring laid out twice.
        doubled = np.concatenate([points[:-1], points])
        inner = [*corners, len(points) - 1, *(corner + len(points) - 1 for corner in corners)]
        parts = sharpened(doubled, inner, gray)[1 : len(corners) + 2]
    else:
        parts = sharpened(points, corners, gray)
    soft_parts = [smoothed(part, False, settings.smoothing) for part in parts if len(part) > 1]
    pieces = [fit_chain(part, settings.tolerance) for part in soft_parts]
    joined = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    return joined[:-1] if closed else joined


def _fitting_ends(points: FloatArray, chain: Chain, gray: Gray, width: float) -> FloatArray:
    """Free ends moved along their line to half a width before the ink ends; skeletons miss it either way."""
    for last in (False, True):
        if chain.held[last] or len(points) < 8:
            continue
        line = points if last else points[::-1]
        way = unit(line[-1] - line[-6])
        steps = np.arange(0.1, 4.0 + width, 0.1)
        outside = np.flatnonzero(gray_at(gray, line[-1] + steps[:, None] * way) > 0.5)
        extra = (steps[outside[0]] if len(outside) else steps[-1]) - 0.5 * width
        end = line[-1] + max(extra, -2.0) * way
        kept = np.ones(len(line), dtype=bool)
        kept[-6:] = (end - line[-6:]) @ way > 0.5
        before = line[kept]
        line = np.concatenate([before, end[None]]) if len(before) > 4 else line
        points = line if last else line[::-1]
    return points
