"""Areas of the plane as convex parts that do not overlap."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Polygon = NDArray[np.float64]  # [K, 2] corners
Area = tuple[list[Polygon], bool]  # closed polygons, and whether the even-odd rule holds
Label = Callable[[NDArray[np.bool_]], NDArray[np.int64]]  # of places that are inside [E, A] areas; 0 is none
Spend = Callable[[int, int], None]

MOST_EDGES, _MOST_LEVELS = 4_000, 10_000
_FLAT, _SHORT = 1e-12, 1e-9
_ROWS = 200


def convex_parts(areas: Sequence[Area], spend: Spend) -> list[Polygon] | None:
    """The union of areas as convex polygons of positive area.

    Args:
        areas: closed polygons with their fill rules.
        spend: is told how many levels are looked at, and how many edges at all of them; it may refuse.

    Returns:
        None if there are more than 4,000 edges, or they cross too often.
    """
    polygons = [polygon for area, _ in areas for polygon in area if len(polygon) > 2]
    if len(polygons) == 1 and _is_convex(polygons[0]):
        return [_turned(polygons[0])]
    parts = _parts(areas, _is_inside, spend)
    return None if parts is None else [polygon for _, polygon in parts]


def overlay(areas: Sequence[Area], spend: Spend) -> dict[tuple[int, ...], list[Polygon]] | None:
    """The plane by which areas lie over it: convex parts for every set of areas that share a place.

    Returns:
        The parts by the rising numbers of the areas; None as ``convex_parts``.
    """
    known: dict[tuple[int, ...], int] = {(): 0}

    def label(inside: NDArray[np.bool_]) -> NDArray[np.int64]:
        keys = [tuple(np.flatnonzero(row).tolist()) for row in inside]
        return np.array([known.setdefault(key, len(known)) for key in keys])

    parts = _parts(areas, label, spend)
    if parts is None:
        return None
    keys, found = list(known), dict[tuple[int, ...], list[Polygon]]()
    for number, polygon in parts:
        found.setdefault(keys[number], []).append(polygon)
    return found


def cut_polygon(polygon: Polygon, part: Polygon) -> Polygon:
    """A closed polygon, whatever its turns, cut to a convex one (Sutherland and Hodgman 1974).

    Around each point inside, the result winds as often as the polygon does.
    """
    for start, end in zip(part, np.roll(part, -1, axis=0), strict=True):
        if not len(polygon):
            break
        along = end - start
        side = along[0] * (polygon[:, 1] - start[1]) - along[1] * (polygon[:, 0] - start[0])
        inside, following = side >= 0, np.roll(side, -1)
        if inside.all():
            continue
        crosses = inside != (following >= 0)
        share = np.where(crosses, side / np.where(crosses, side - following, 1.0), 0.0)
        crossing = polygon + share[:, None] * (np.roll(polygon, -1, axis=0) - polygon)
        polygon = np.stack([polygon, crossing], axis=1)[np.stack([inside, crosses], axis=1)]
    return polygon


def _parts(areas: Sequence[Area], label: Label, spend: Spend) -> list[tuple[int, Polygon]] | None:
    if sum(len(polygon) for area, _ in areas for polygon in area) > MOST_EDGES:
        return None
    edges, owner = _edges(areas)
    if not len(edges):
        return []
    rules = np.array([even_odd for _, even_odd in areas])
    levels = np.unique(np.concatenate([edges[:, :, 1].ravel(), _crossings(edges)]))
    if len(levels) > _MOST_LEVELS:
        return None
    first, last = (np.searchsorted(levels, end) for end in (edges[:, :, 1].min(1), edges[:, :, 1].max(1)))
    spend(len(levels), int((last - first).sum()))
    found = []
    for top, bottom in zip(levels, levels[1:], strict=False):
        found += _slab(edges, owner, rules, label, (float(top), float(bottom)))
    turned = [(number, _turned(part)) for number, part in found]
    return [(number, part) for number, part in turned if len(part) > 2]


def _is_inside(inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.asarray(inside.any(1), dtype=np.int64)


def _is_convex(polygon: Polygon) -> bool:
    steps = np.roll(polygon, -1, axis=0) - polygon
    steps = steps[np.abs(steps).max(1) > 0]
    turns = np.arctan2(_cross(steps, np.roll(steps, -1, axis=0)), (steps * np.roll(steps, -1, axis=0)).sum(1))
    same_way = (turns >= -_FLAT).all() or (turns <= _FLAT).all()
    return bool(same_way and abs(abs(turns.sum()) - 2 * np.pi) < 1e-6)


def _turned(polygon: Polygon) -> Polygon:
    """With its signed area positive, without edges so short that rounding decides where they point."""
    steps = np.abs(np.roll(polygon, -1, axis=0) - polygon).max(1)
    polygon = polygon[steps > _SHORT * np.abs(polygon).max()]
    return polygon if _cross(polygon, np.roll(polygon, -1, axis=0)).sum() >= 0 else polygon[::-1]


def _cross(a: Polygon, b: Polygon) -> NDArray[np.float64]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _edges(areas: Sequence[Area]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """[E, 2, 2] edges that are not level, and the area [E] of each."""
    edges = [np.zeros((0, 2, 2))]
    owner = [np.zeros(0, dtype=np.int64)]
    for number, (polygons, _) in enumerate(areas):
        for polygon in polygons:
            each = np.stack([polygon, np.roll(polygon, -1, axis=0)], axis=1)
            each = each[each[:, 0, 1] != each[:, 1, 1]]
            edges.append(each)
            owner.append(np.full(len(each), number))
    return np.concatenate(edges), np.concatenate(owner)


def _crossings(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Heights at which edges cross."""
    start, along = edges[:, 0], edges[:, 1] - edges[:, 0]
    found = [np.zeros(0)]
    for first in range(0, len(edges), _ROWS):
        own, step = start[first : first + _ROWS, None], along[first : first + _ROWS, None]
        between = start[None] - own
        cross = step[..., 0] * along[None, :, 1] - step[..., 1] * along[None, :, 0]
        parallel = np.abs(cross) < _FLAT
        safe = np.where(parallel, 1.0, cross)
        t = (between[..., 0] * along[None, :, 1] - between[..., 1] * along[None, :, 0]) / safe
        u = (between[..., 0] * step[..., 1] - between[..., 1] * step[..., 0]) / safe
        meets = ~parallel & (t > 0) & (t < 1) & (u > 0) & (u < 1)
        found.append((own[..., 1] + t * step[..., 1])[meets])
    return np.concatenate(found)


def _slab(
    edges: NDArray[np.float64],
    owner: NDArray[np.int64],
    rules: NDArray[np.bool_],
    label: Label,
    between: tuple[float, float],
) -> list[tuple[int, Polygon]]:
    """Trapezoids between two heights, between which no edge ends or crosses another, with their labels."""
    top, bottom = between
    low, high = edges[:, :, 1].min(1), edges[:, :, 1].max(1)
    spans = (low <= top) & (high >= bottom)
    crossing = edges[spans]
    if bottom - top < _FLAT or not len(crossing):
        return []
    slope = (crossing[:, 1, 0] - crossing[:, 0, 0]) / (crossing[:, 1, 1] - crossing[:, 0, 1])
    at_top, at_bottom = (crossing[:, 0, 0] + slope * (y - crossing[:, 0, 1]) for y in (top, bottom))
    order = np.argsort(at_top + at_bottom, kind="stable")
    winding = np.where(crossing[:, 1, 1] > crossing[:, 0, 1], 1, -1)
    own = owner[spans][order][:, None] == np.arange(len(rules))
    count = np.cumsum(own * winding[order][:, None], axis=0)
    labels = label(np.where(rules, count % 2 != 0, count != 0))
    changes = np.flatnonzero(np.diff(labels, prepend=0))
    corners = np.stack([at_top[order], at_bottom[order]], axis=1)[changes]
    return [
        (number, np.array([[a[0], top], [b[0], top], [b[1], bottom], [a[1], bottom]]))
        for number, a, b in zip(labels[changes], corners, corners[1:], strict=False)
        if number
    ]
