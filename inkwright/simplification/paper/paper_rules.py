"""Ruled and graph paper becomes blank paper."""

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.float32]

_INK = 0.04  # darkness
_RUN_SHARE, _RUN_FILLED = 1 / 10, 0.85  # of the width, a run of ink that is a piece of a rule
_COVERED = 0.5  # of the width, by such runs
_THICKEST, _FEWEST = 6, 4
_EVEN = 0.12  # deviation of the distances from their median, as a share of it
_MARGIN = 1
_STROKE = 0.6  # of the darkness of rules, that of a stroke which crosses them


def without_rules(gray: Gray) -> Gray:
    """A page [H, W] in [0, 1], 1 = paper, without even rules across or down; strokes over them stay."""
    across, down = _found(gray), _found(gray.T)
    page = _erased(gray, across, down)
    return np.ascontiguousarray(_erased(page.T, down, across).T)


def _found(gray: Gray) -> list[tuple[int, int]]:
    """First rows, and those behind the last, of even rules; none if they are not even."""
    from scipy.ndimage import uniform_filter1d

    ink = float(np.quantile(gray, 0.75)) - gray > _INK
    length = max(int(gray.shape[1] * _RUN_SHARE), 8)
    pieces = uniform_filter1d(ink.astype(np.float32), length, axis=1) > _RUN_FILLED
    rules = _rules(pieces.mean(1) > _COVERED)
    return rules if _are_even(rules) else []


def _erased(gray: Gray, rules: list[tuple[int, int]], others: list[tuple[int, int]]) -> Gray:
    """The page without rules; the others, which cross them, are no strokes."""
    from scipy.ndimage import maximum_filter1d

    if not rules:
        return gray
    page, paper = gray.copy(), float(np.quantile(gray, 0.75))
    darkness = paper - np.median(np.concatenate([gray[first:last].min(0) for first, last in rules]))
    ink = paper - gray > max(_INK, _STROKE * float(darkness))
    for first, last in others:
        ink[:, max(first - _MARGIN, 0) : last + _MARGIN] = False
    for first, last in rules:
        low, high = max(first - _MARGIN, 0), min(last + _MARGIN, len(gray))
        beyond = [ink[max(low - 2, 0)], ink[min(high + 1, len(gray) - 1)]]
        reach = 2 * (high - low) + 1
        above, below = (maximum_filter1d(row.astype(np.uint8), reach) > 0 for row in beyond)
        page[low:high, ~(above & below)] = paper
    return page


def _rules(covered: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First rows and those behind the last of thin runs."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], covered, [False]]).astype(np.int8)))
    runs = changes.reshape(-1, 2).tolist()
    return [(first, last) for first, last in runs if last - first <= _THICKEST]


def _are_even(rules: list[tuple[int, int]]) -> bool:
    """Whether there are several, at the same distance or, where one was not seen, a multiple of it."""
    if len(rules) < _FEWEST:
        return False
    steps = np.diff([first + last for first, last in rules]) / 2
    usual = float(np.median(steps))
    return bool(usual > _THICKEST and (np.abs(steps / usual - np.round(steps / usual)) < _EVEN).mean() > 0.8)
