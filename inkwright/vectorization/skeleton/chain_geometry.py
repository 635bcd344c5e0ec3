"""Where exactly a line runs and how wide it is, measured on the grey values around a chain of pixels."""

import numpy as np

from inkwright.vectorization.skeleton.line_graph import FloatArray, unit
from inkwright.vectorization.skeleton.line_mask import Gray
from inkwright.vectorization.skeleton.stroke_chains import Chain


def placed_chain(chain: Chain, gray: Gray, radius: float = 3.0) -> FloatArray:
    """[n, 2] the chain's points moved across the line to the middle of the ink; ends and junctions stay.

    Points near a junction that the stroke passes are dropped: the skeleton is bent there.
    """
    points = _without_junctions(chain)
    if len(points) < 4:
        return points
    offset, _ = _profiles(points, gray, radius, chain.closed)
    normal = _normals(points, chain.closed)
    if not chain.closed:
        offset[0] *= not chain.held[0]
        offset[-1] *= not chain.held[1]
    moved: FloatArray = points + np.clip(offset, -1.0, 1.0)[:, None] * normal
    return moved if chain.closed else _straight_ends(moved, chain.held)


def _straight_ends(points: FloatArray, held: tuple[bool, bool], hooked: int = 2) -> FloatArray:
    """Free ends laid anew, straight on from what lies behind them: the last pixels of a skeleton bend."""
    if len(points) < 4 * hooked + 4:
        return points
    for last in (False, True):
        if held[last]:
            continue
        line = points if last else points[::-1]
        inner = line[:-hooked]
        way = unit(inner[-1] - inner[-6])
        end = inner[-1] + max(float((line[-1] - inner[-1]) @ way), 0.0) * way
        line = np.concatenate([inner, end[None]])
        points = line if last else line[::-1]
    return points


def line_width(points: FloatArray, gray: Gray, reach: float, closed: bool = False) -> float:
    """Median over points [n, 2] of a stroke of the ink across it in grey [H, W], in pixels of full black.

    Ink up to ``reach`` pixels from the middle belongs to the line; a closed one ends where it begins.
    """
    if len(points) < 2:
        return 1.0
    _, ink = _profiles(points, gray, reach, closed)
    return float(max(np.median(ink), 0.3))


def corners_of(points: FloatArray, closed: bool, degrees: float = 50.0, span: float = 4.0) -> list[int]:
    """Indices of points at which a chain turns by more than ``degrees`` within ``span`` pixels."""
    count = len(points)
    if count < 7:
        return []
    spacing = float(np.hypot(*np.diff(points, axis=0).T).mean())
    steps = max(round(span / max(spacing, 1e-6)), 2)
    index = np.arange(count)
    if closed:
        before, after = points[(index - steps) % count], points[(index + steps) % count]
    else:
        before, after = points[np.maximum(index - steps, 0)], points[np.minimum(index + steps, count - 1)]
    one, other = points - before, after - points
    cross = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    turn = np.abs(np.arctan2(cross, (one * other).sum(1)))
    if not closed:
        turn[:steps] = turn[-steps:] = 0.0
    found: list[int] = []
    for place in np.argsort(-turn):
        if turn[place] <= np.radians(degrees):
            break
        if all(_distance(int(place), other, count, closed) > steps for other in found):
            found.append(int(place))
    return sorted(found)


def sharpened(points: FloatArray, corners: list[int], gray: Gray, most: float = 6.0) -> list[FloatArray]:
    """An open chain cut at its corners, each corner moved to where the lines on both sides of it meet.

    A skeleton cuts acute corners short; the lines before and after tell where the tip is.

    Args:
        points: [n, 2] along the line.
        corners: indices at which to cut, rising.
        gray: [H, W] in [0, 1]; a tip is only moved to where there is ink.
        most: how far a tip may move, in pixels.
    """
    cuts = [0, *corners, len(points) - 1]
    tips = {
        corner: _tip(points, before, corner, after, gray, most)
        for before, corner, after in zip(cuts, cuts[1:], cuts[2:], strict=False)
    }
    pieces = []
    for first, last in zip(cuts, cuts[1:], strict=False):
        piece = points[first : last + 1]
        for corner, at_start in ((first, True), (last, False)):
            if corner in tips:
                far = np.hypot(*(piece - points[corner]).T) > min(3.5, 0.3 * (last - first))
                far[-1 if at_start else 0] = True
                piece = piece[far]
                parts = (tips[corner][None], piece) if at_start else (piece, tips[corner][None])
                piece = np.concatenate(parts)
        pieces.append(piece)
    return pieces


def _tip(points: FloatArray, before: int, corner: int, after: int, gray: Gray, most: float) -> FloatArray:
    sides = points[before : corner + 1][::-1], points[corner : after + 1]
    lines = []
    for side in sides:
        away = np.hypot(*(side - side[0]).T)
        near = side[(away >= 5.0) & (away <= 12.0)]
        if len(near) < 4:
            near = side[(away >= 2.5) & (away <= 9.0)]
        if len(near) < 3:
            return points[corner]
        middle = near.mean(0)
        way = np.linalg.svd(near - middle)[2][0]
        lines.append((middle, way))
    (a, u), (b, v) = lines
    determinant = u[0] * v[1] - u[1] * v[0]
    if abs(determinant) < 0.1:
        return points[corner]
    along = ((b - a)[0] * v[1] - (b - a)[1] * v[0]) / determinant
    tip: FloatArray = a + along * u
    way = tip - points[corner]
    steps = (
        np.linspace(0, 1, 13)[:, None] * way * min(1.0, most / max(float(np.hypot(*way)), 1e-9))
        + points[corner]
    )
    inked = gray_at(gray, steps) < 0.6
    reached = len(steps) if inked.all() else int(np.argmin(inked))
    return steps[max(reached - 1, 0)]


def gray_at(gray: Gray, points: FloatArray) -> FloatArray:
    """[n] grey values at points [n, 2], between pixels; white beyond the picture."""
    from scipy.ndimage import map_coordinates

    places = [points[:, 1] - 0.5, points[:, 0] - 0.5]
    # A picture that is cast at every call would cost more than everything else on a large page.
    found: FloatArray = map_coordinates(gray, places, output=np.float64, order=1, cval=1.0)
    return found


def smoothed(points: FloatArray, closed: bool, sigma: float = 1.5) -> FloatArray:
    """The chain without the steps of the pixels; the ends of an open one stay."""
    from scipy.ndimage import gaussian_filter1d

    if len(points) < 4 or sigma == 0:
        return points
    soft: FloatArray
    if closed:
        soft = gaussian_filter1d(points, sigma, axis=0, mode="wrap")
        return soft
    # Reflecting through the end points keeps them, and the direction in which the line arrives.
    reach = min(len(points) - 1, int(4 * sigma) + 1)
    before = 2 * points[0] - points[reach:0:-1]
    after = 2 * points[-1] - points[-2 : -reach - 2 : -1]
    soft = gaussian_filter1d(np.concatenate([before, points, after]), sigma, axis=0)[reach:-reach]
    soft[0], soft[-1] = points[0], points[-1]
    return soft


def _without_junctions(chain: Chain, radius: float = 2.6) -> FloatArray:
    kept = np.ones(len(chain.points), dtype=bool)
    held = [chain.points[place] for place, is_held in zip((0, -1), chain.held, strict=True) if is_held]
    for place in [*chain.points[chain.passed], *([] if chain.closed else held)]:
        kept &= np.hypot(*(chain.points - place).T) > radius
    if not chain.closed:
        kept[0] = kept[-1] = True
    return chain.points[kept] if kept.sum() >= 4 else chain.points


def _profiles(points: FloatArray, gray: Gray, radius: float, closed: bool) -> tuple[FloatArray, FloatArray]:
    """[n] offset of the ink's centre across the line, and [n] the ink across it, in pixels."""
    from scipy.ndimage import map_coordinates

    normal = _normals(points, closed)
    step = 0.25
    across = np.arange(-radius, radius + step / 2, step)
    places = points[:, None] + across[:, None] * normal[:, None]
    ink = 1 - map_coordinates(
        np.asarray(gray, dtype=np.float32),
        [places[..., 1] - 0.5, places[..., 0] - 0.5],
        order=1,
        mode="nearest",
    )
    ink = _nearest_hill(np.clip(ink, 0, 1))
    total = ink.sum(1)
    offset = (ink * across).sum(1) / np.maximum(total, 1e-6)
    return np.where(total > 1e-3, offset, 0.0), total * step


def _nearest_hill(ink: FloatArray) -> FloatArray:
    """Profiles [n, k] cut where the ink begins to rise again: the next line is another's."""
    middle = ink.shape[1] // 2
    result = ink.copy()
    for part in (result[:, middle:], result[:, middle::-1]):
        lowest = np.minimum.accumulate(part, axis=1)
        np.copyto(part, 0.0, where=np.logical_or.accumulate(part > lowest + 0.15, axis=1) & (lowest < 0.5))
    return result


def _normals(points: FloatArray, closed: bool) -> FloatArray:
    soft = smoothed(points, closed, 2.0)
    way = np.roll(soft, -2, axis=0) - np.roll(soft, 2, axis=0) if closed else np.gradient(soft, axis=0)
    normal = np.stack([-way[:, 1], way[:, 0]], axis=1)
    unit: FloatArray = normal / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    return unit


def _distance(one: int, other: int, count: int, closed: bool) -> int:
    apart = abs(one - other)
    return min(apart, count - apart) if closed else apart
