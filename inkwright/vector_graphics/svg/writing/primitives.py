"""Paths of SVG text that are circles, ellipses or rectangles, written as such."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.fitting import sample_cubics
from inkwright.vector_graphics.svg.reading.shapes.path_parser import parse_path
from inkwright.vector_graphics.svg.writing.values import format_rounded

Array = NDArray[np.float64]

_PATH = re.compile(r'<path ([^>]*?)d="([^"]*)"([^>]*)/>')
_SAMPLES = 17  # points of each cubic, both ends included
_STRAIGHT = np.radians(0.5)  # what is turned by less is upright


def with_primitives(text: str, tolerance: float) -> str:
    """What ``svg_text`` has written, with elements ``circle``, ``ellipse`` and ``rect`` for some paths.

    Args:
        text: an SVG.
        tolerance: canvas units by which outlines may differ, >= 0; with 0 all paths stay.
    """
    no_gradients = 'fill="url(' not in text

    def rewritten(found: re.Match[str]) -> str:
        around = found[1] + found[3]
        flat = no_gradients or 'fill="#' in around  # a gradient, perhaps of its group, would turn, too
        element = _element(found[2], tolerance, turned=flat)
        return found[0] if element is None else f"<{element} {around.strip()}".rstrip() + " />"

    return _PATH.sub(rewritten, text) if tolerance else text


def _element(data: str, tolerance: float, turned: bool) -> str | None:
    """Tag and geometry of a primitive that path data is; None if it is none."""
    paths = parse_path(data)
    if len(paths) != 1 or not paths[0][1]:
        return None
    points = paths[0][0]
    around = np.concatenate([points, points[:1]])
    cubics = np.stack([around[3 * k : 3 * k + 4] for k in range(len(points) // 3)])
    outline = sample_cubics(cubics, _SAMPLES)[:, :-1].reshape(-1, 2)
    center, spread = _moments(outline)
    if center is None:
        return None
    for frame in _frames(spread):
        angle = np.arctan2(frame[0, 1], frame[0, 0])
        if not turned and abs(angle) > _STRAIGHT:
            continue
        place, sizes = (outline - center) @ frame.T, np.sqrt(np.diag(frame @ spread @ frame.T))
        for name, halves, far in (
            ("ellipse", 2 * sizes, _from_ellipse),
            ("rect", 3**0.5 * sizes, _from_rectangle),
        ):
            if far(place, halves) <= tolerance:
                return _written(name, center, halves, angle, tolerance)
    return None


def _moments(outline: Array) -> tuple[Array | None, Array]:
    """Center [2] of the area within an outline [n, 2], and the covariance [2, 2] of its points."""
    origin = outline.mean(0)
    a, b = outline - origin, np.roll(outline, -1, 0) - origin
    cross = a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]
    area = cross.sum() / 2
    if abs(area) < 1e-9:
        return None, np.eye(2)
    center = ((a + b) * cross[:, None]).sum(0) / (6 * area)
    terms = [np.einsum("n,ni,nj->ij", cross, one, other) for one, other in ((a, a), (b, b), (a, b), (b, a))]
    second = (2 * terms[0] + 2 * terms[1] + terms[2] + terms[3]) / (24 * area)
    spread = second - np.outer(center, center)
    return (center + origin, spread) if np.linalg.eigvalsh(spread)[0] > 1e-9 else (None, np.eye(2))


def _frames(spread: Array) -> Iterator[Array]:
    """Axes [2, 2] in which it may be upright: those of the canvas, its own, and for squares the diagonals."""
    yield np.eye(2)
    _, axes = np.linalg.eigh(spread)
    first = axes[:, 1] * (1 if axes[0, 1] >= 0 else -1)
    yield np.array([first, [-first[1], first[0]]])
    yield np.array([[1, 1], [-1, 1]]) / 2**0.5


def _from_ellipse(place: Array, halves: Array) -> float:
    """How far points are from an ellipse at most, along rays from its center."""
    reach = np.hypot(*(place / halves).T)
    length = np.hypot(*place.T)
    return float((length * np.abs(1 - 1 / np.maximum(reach, 1e-6))).max())


def _from_rectangle(place: Array, halves: Array) -> float:
    """How far an outline is from a rectangle at most, or a corner of that from the outline."""
    beyond = np.abs(place) - halves
    outside = np.hypot(*np.maximum(beyond, 0).T)
    distance = np.where(outside > 0, outside, -np.minimum(beyond.max(1), 0))
    corners = halves * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    missed = np.hypot(*(corners[:, None] - place).transpose(2, 0, 1)).min(1)
    return float(max(distance.max(), missed.max()))


def _written(name: str, center: Array, halves: Array, angle: float, tolerance: float) -> str:
    """An element's tag and attributes, with digits for a twentieth of the tolerance."""
    decimals = max(2, int(np.ceil(-np.log10(tolerance / 20))))
    x, y, half_x, half_y = (format_rounded(float(value), decimals) for value in (*center, *halves))
    turn = "" if abs(angle) <= _STRAIGHT else f' transform="rotate({np.degrees(angle):.2f} {x} {y})"'
    if name == "rect":
        left, top = (format_rounded(float(value), decimals) for value in center - halves)
        width, height = (format_rounded(float(2 * value), decimals) for value in halves)
        return f'rect x="{left}" y="{top}" width="{width}" height="{height}"{turn}'
    if abs(halves[0] - halves[1]) <= tolerance / 2:
        return f'circle cx="{x}" cy="{y}" r="{format_rounded(float(halves.mean()), decimals)}"'
    return f'ellipse cx="{x}" cy="{y}" rx="{half_x}" ry="{half_y}"{turn}'
