"""A mask as closed paths of as many cubics as its outline needs: smooth, with corners, with holes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkwright.vectorization.masks.outlines import FloatArray, enclosed_area, mask_chains, resampled
from inkwright.vectorization.schneider import fit_chain

BoolArray = NDArray[np.bool_]

_SPACING = 0.5  # pixels between the points that curves are fitted to
_ARM = 4.0  # pixels before and after a point between which its turn is measured
_SMOOTH = 1.0  # pixels over which the outline between corners is smoothed


def mask_paths(
    mask: BoolArray, *, tolerance: float = 1.0, corner: float = 50.0, smallest: float = 4.0
) -> list[FloatArray]:
    """The outlines of a mask [H, W], holes as paths of their own, to be filled by the even-odd rule.

    Args:
        mask: pixel (i, j) covers [j, j + 1] x [i, i + 1].
        tolerance: largest distance of the smoothed outline from the curves, in pixels, > 0.
        corner: turn of the outline, in degrees, from which on it is a corner.
        smallest: parts and holes of a smaller area, in pixels, are left out.

    Returns:
        [3S, 2] control points of each closed path, S >= 2; smooth but for its corners.
    """
    chains = [chain for chain in mask_chains(mask) if abs(enclosed_area(chain)) >= smallest]
    return [_closed_path(chain, tolerance, np.radians(corner)) for chain in chains]


def corners_of(points: FloatArray, turn: float) -> list[int]:
    """Places on a closed chain [n, 2] of evenly spaced points where it turns by more than ``turn`` radians.

    Of neighbouring ones within an arm's length the sharpest counts.
    """
    arm = max(round(_ARM / _SPACING), 1)
    before, after = points - np.roll(points, arm, 0), np.roll(points, -arm, 0) - points
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turns = np.abs(np.arctan2(cross, (before * after).sum(1)))
    found = list[int]()
    for place in np.argsort(-turns, kind="stable"):
        if turns[place] < turn:
            break
        distances = [min(abs(place - other), len(points) - abs(place - other)) for other in found]
        if all(distance > arm for distance in distances):
            found.append(int(place))
    return sorted(found)


def _closed_path(chain: FloatArray, tolerance: float, turn: float) -> FloatArray:
    length = float(np.hypot(*np.diff(chain, axis=0, append=chain[:1]).T).sum())
    points = resampled(chain, max(round(length / _SPACING), 12))
    corners = corners_of(points, turn)
    smooth = _smoothed(points, corners)
    cuts = corners if len(corners) >= 2 else _halves(corners, len(points))
    pieces = []
    for start, end in zip(cuts, [*cuts[1:], cuts[0] + len(points)], strict=True):
        piece = smooth[np.arange(start, end + 1) % len(points)]
        ways = tuple(
            _way(smooth, place % len(points), corners, sign) for place, sign in ((start, 1), (end, -1))
        )
        pieces.append(fit_chain(piece, tolerance, (ways[0], ways[1]))[:-1])
    return np.concatenate(pieces)


def _halves(corners: list[int], count: int) -> list[int]:
    """Two places to cut a chain with one corner, or none."""
    first = corners[0] if corners else 0
    return sorted([first, (first + count // 2) % count])


def _way(points: FloatArray, place: int, corners: list[int], sign: int) -> FloatArray | None:
    """The unit vector in which a curve leaves a place where the chain is smooth, or arrives; else None."""
    if place in corners:
        return None
    step = points[(place + 3) % len(points)] - points[place - 3]
    return sign * step / max(float(np.hypot(*step)), 1e-9)


def _smoothed(points: FloatArray, corners: list[int]) -> FloatArray:
    """The chain without its stairs; what lies near corners stays as it is."""
    sigma = _SMOOTH / _SPACING
    reach = int(4 * sigma)
    around = np.concatenate([points[-reach:], points, points[:reach]]) if len(points) > reach else points
    blurred = cv2.GaussianBlur(around, (1, 2 * reach + 1), 0, sigmaY=sigma)
    blurred = blurred[reach : reach + len(points)] if len(around) > len(points) else points
    weight = np.ones(len(points))
    for place in corners:
        distance = np.abs(np.arange(len(points)) - place)
        distance = np.minimum(distance, len(points) - distance)
        weight = np.minimum(weight, np.clip(distance / (2 * sigma), 0, 1))
    return points + weight[:, None] * (blurred - points)
