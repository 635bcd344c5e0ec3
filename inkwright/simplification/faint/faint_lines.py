"""Lines that are paler than others come into a cleaned page if they are meant: no guides, no shading."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inkwright.simplification.faint.guides import Mask, guide_samples, long_runs
from inkwright.simplification.paper.paper_photo import local_paper
from inkwright.vectorization.consolidation.strip import SPACING, Samples, samples_of
from inkwright.vectorization.traced_stroke import TracedStroke

Gray = NDArray[np.float32]

_SEEN_INK = 0.4  # darkness of what the network draws, from which it is there
_LIFTED_INK = 0.25  # darkness of a page whose pale lines were brought up, from which something is there
_BESIDE = 4.0  # pixels
_WORTH_A_LOOK = 0.05  # share of that ink which the network did not draw
_PALE_LINES = 0.5  # or share of what it drew that is pale
_PALE = 0.6  # of the darkness of the page's dark lines
_DARK_SHARE = 0.9  # quantile of the darkness along lines that is theirs
# Of shading, and of tries beside lines that are there; lengths are shares of the page's long side.
_HATCHED, _HATCHES = 0.03, 2  # so near there are that many other pale strokes
_ECHO = 0.015
_SAME_WAY = 0.9  # cosine
_MOST = 0.4  # of a stroke
_MOST_PAIRS = 5_000_000  # on a crowded page less far is seen
_RUN = 8  # samples; less of a line is no line
# Of pages on which pale lines are meant.
_LINE, _FEWEST = 0.03, 6  # share of the long side, and how many lines that long are missing
_LEAST, _MANY = 0.08, 0.3  # share of the lines that is missing: at least, and so that nothing else is asked
_PALE_PAGE = 0.54  # share of the lines that is pale, missing or not
_MANY_GUIDES = 0.1  # share of the lines, from which guides go from any page


def with_faint_lines(
    page: Gray,
    lines: Gray,
    lifted: Gray,
    clean: Callable[[Gray], Gray],
    trace: Callable[[Gray], list[TracedStroke]],
) -> Gray:
    """A cleaned page with those of its pale lines that are meant, and without guides.

    Args:
        page: [H, W] in [0, 1], 1 = paper: the sketch.
        lines: [H, W] what the network draws of it.
        lifted: [H, W] the sketch with its pale lines as dark as others.
        clean: the network: a page to its lines.
        trace: the strokes of lines.

    Returns:
        [H, W]; the very ``lines`` if the page has few pale lines that are meant, and few guides.
    """
    ink, drawn = lifted < 1 - _LIFTED_INK, lines < 1 - _SEEN_INK
    missing = (ink & ~_near_ink(lines)).sum() > _WORTH_A_LOOK * ink.sum()
    if not missing and not (drawn.any() and _is_pale(_darkness(page)[drawn]).mean() > _PALE_LINES):
        return lines
    cleaned = clean(lifted)
    return _joined(page, lines, cleaned, trace(cleaned))


def _joined(page: Gray, lines: Gray, brought_up: Gray, strokes: list[TracedStroke]) -> Gray:
    """The lines with what of ``brought_up`` is pale and meant, without guides; its strokes are given."""
    polylines = [stroke.polyline(1.0) for stroke in strokes]
    polylines = [line for line in polylines if np.ptp(line, axis=0).max() > 2]
    if not polylines:
        return lines
    samples, side = samples_of(polylines), max(page.shape)
    pale = _is_pale(_along(_darkness(page), samples))
    drawn = _near_ink(lines)[_pixels(samples.places, page.shape)]
    guides = guide_samples(samples, pale, drawn, side)
    missing, there = pale & ~drawn & ~guides, drawn & ~guides
    unwanted = _shading(samples, missing, side) | _echoes(samples, missing, there, side)
    meant = long_runs(missing & ~unwanted, samples.owner, _RUN)
    if not _are_faint_lines_meant(samples, meant, there, pale, side):
        if guides.mean() < _MANY_GUIDES:
            return lines
        meant = np.zeros_like(meant)
    kept = samples.places[meant | there]
    around = _around(kept, page.shape, _BESIDE + 1) if meant.any() else np.zeros(page.shape, dtype=np.bool_)
    found = np.minimum(lines, np.where(around, brought_up, np.float32(1)))
    erased = _around(samples.places[guides], page.shape, _BESIDE) & ~_around(kept, page.shape, _BESIDE - 1)
    return np.where(erased, np.float32(1), found)


def _are_faint_lines_meant(samples: Samples, meant: Mask, there: Mask, pale: Mask, side: float) -> bool:
    """Whether enough of a page's lines are pale, missing and no guides, and it is a page of pale lines."""
    lines = (np.bincount(samples.owner, meant) * SPACING > _LINE * side).sum()
    share = meant.sum() / max((meant | there).sum(), 1)
    pale_share = (pale & (meant | there)).sum() / max((meant | there).sum(), 1)
    return bool(lines >= _FEWEST and share > _LEAST and (share > _MANY or pale_share > _PALE_PAGE))


def _near_ink(lines: Gray) -> Mask:
    from scipy.ndimage import distance_transform_edt

    ink = lines < 1 - _SEEN_INK
    return np.asarray(distance_transform_edt(~ink) <= _BESIDE) if ink.any() else ink


def _darkness(page: Gray) -> Gray:
    """[H, W] of the darkest pixel around each one, less that of the paper."""
    from scipy.ndimage import gaussian_filter, minimum_filter

    return 1 - minimum_filter(gaussian_filter(page / local_paper(page), 0.7), 3)


def _along(field: Gray, samples: Samples) -> Gray:
    """[n] what most samples around each have on their stroke."""
    from scipy.ndimage import median_filter

    values = field[_pixels(samples.places, field.shape)]
    parts = np.split(values, np.flatnonzero(np.diff(samples.owner)) + 1)
    return np.concatenate([median_filter(part, 15, mode="nearest") for part in parts])


def _is_pale(darkness: Gray) -> Mask:
    """[n] which parts of lines are much less dark than the page's dark lines."""
    return np.asarray(darkness < _PALE * np.quantile(darkness, _DARK_SHARE))


def _shading(samples: Samples, missing: Mask, side: float) -> Mask:
    """[n] samples of strokes most of whose missing part lies beside others, and goes as they do."""
    at = np.flatnonzero(missing)
    one, other = _beside(samples, at, at, _HATCHED * side)
    pairs = np.unique(np.stack([one, samples.owner[other]], axis=1), axis=0)
    crowded = np.bincount(pairs[:, 0], minlength=len(missing)) >= _HATCHES
    return missing & _mostly(crowded, missing, samples)


def _echoes(samples: Samples, missing: Mask, drawn: Mask, side: float) -> Mask:
    """[n] samples of strokes most of whose missing part runs close to lines that are there."""
    one, _ = _beside(samples, np.flatnonzero(missing), np.flatnonzero(drawn), _ECHO * side)
    beside = np.zeros(len(missing), dtype=np.bool_)
    beside[one] = True
    return missing & _mostly(beside, missing, samples)


def _beside(
    samples: Samples, ones: NDArray[np.intp], others: NDArray[np.intp], reach: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of samples of different strokes that are near each other and go the same way."""
    from scipy.spatial import cKDTree

    if not len(ones) or not len(others):
        return ones[:0], others[:0]
    trees = cKDTree(samples.places[ones]), cKDTree(samples.places[others])
    while trees[0].count_neighbors(trees[1], reach) > _MOST_PAIRS:
        reach *= 0.8
    near = trees[0].sparse_distance_matrix(trees[1], reach, output_type="coo_matrix")
    one, other = ones[near.row], others[near.col]
    same = np.abs((samples.ways[one] * samples.ways[other]).sum(1)) > _SAME_WAY
    apart = samples.owner[one] != samples.owner[other]
    return one[same & apart], other[same & apart]


def _mostly(some: Mask, of: Mask, samples: Samples) -> Mask:
    """[n] whether most of a stroke's samples of one kind are of another."""
    total, found = (np.bincount(samples.owner, each, samples.owner[-1] + 1) for each in (of, some & of))
    return np.asarray((found > _MOST * total)[samples.owner])


def _around(points: NDArray[np.float64], shape: tuple[int, ...], reach: float) -> Mask:
    from scipy.ndimage import distance_transform_edt

    empty = np.ones(shape, dtype=np.bool_)
    if not len(points):
        return ~empty
    rows, columns = _pixels(points, shape)
    empty[rows, columns] = False
    return np.asarray(distance_transform_edt(empty) <= reach)


def _pixels(points: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = (np.clip(points[:, axis].astype(np.intp), 0, shape[1 - axis] - 1) for axis in (1, 0))
    return rows, columns
