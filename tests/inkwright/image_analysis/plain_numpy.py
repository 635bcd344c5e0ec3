"""What the kernels of the analysis do, written with NumPy only: slow, obvious, the truth for the tests."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.flow.streamlines import Streamlines
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.initialization.traced_strokes.stroke_selection import CLOSENESS, SAMPLES
from inkwright.vector_graphics.curves.fitting import bernstein, resample

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

DIRECTIONS = 12
CELL = 4


def fit_cubics(points: FloatArray, reparametrisations: int = 3) -> tuple[FloatArray, FloatArray]:
    """The cubics that pass nearest to rows of points, from the first to the last of each."""
    points = np.asarray(points, dtype=np.float64)
    t = _chord_length_parameters(points)
    control = _solve_inner_points(points, t)
    for _ in range(reparametrisations):
        t = _newton_parameters(control, points, t)
        control = _solve_inner_points(points, t)
    offset = bernstein(t) @ control - points
    return control, np.sqrt((offset * offset).sum(-1).max(-1))


def _chord_length_parameters(points: FloatArray) -> FloatArray:
    steps = np.sqrt((np.diff(points, axis=1) ** 2).sum(-1)) + 1e-9
    length = np.concatenate([np.zeros((len(points), 1)), np.cumsum(steps, axis=1)], axis=1)
    return length / length[:, -1:]


def _solve_inner_points(points: FloatArray, t: FloatArray) -> FloatArray:
    basis = bernstein(t)
    start, end = points[:, :1], points[:, -1:]
    rest = points - basis[..., :1] * start - basis[..., 3:] * end
    inner = basis[..., 1:3]
    # A whiff of pull towards the thirds of the chord keeps nearly undetermined fits from flying away.
    pull = 1e-6 * points.shape[1]
    thirds = np.concatenate([(2 * start + end) / 3, (start + 2 * end) / 3], axis=1)
    normal = np.swapaxes(inner, 1, 2) @ inner + pull * np.eye(2)
    right = np.swapaxes(inner, 1, 2) @ rest + pull * thirds
    return np.concatenate([start, np.linalg.solve(normal, right), end], axis=1)


def _newton_parameters(control: FloatArray, points: FloatArray, t: FloatArray) -> FloatArray:
    first = 3.0 * np.diff(control, axis=1)
    second = 2.0 * np.diff(first, axis=1)
    s = 1.0 - t
    offset = bernstein(t) @ control - points
    speed = np.stack([s * s, 2 * s * t, t * t], axis=-1) @ first
    bend = np.stack([s, t], axis=-1) @ second
    slope = (speed * speed).sum(-1) + (offset * bend).sum(-1)
    step = np.where(slope > 1e-9, (offset * speed).sum(-1) / np.maximum(slope, 1e-9), 0.0)
    improved = np.clip(t - step, 0.0, 1.0)
    improved[:, 0], improved[:, -1] = 0.0, 1.0
    return np.maximum.accumulate(improved, axis=1)


def sample(maps: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Bilinear values of maps at points, clamped to the picture."""
    height, width = maps.shape[:2]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = x.astype(np.int32), y.astype(np.int32)
    across, down = x - left, y - top
    corner = top * width + left
    right, below = (left < width - 1).astype(np.int32), np.where(top < height - 1, width, 0).astype(np.int32)
    flat = maps.reshape(height * width, *maps.shape[2:])
    values = np.zeros((*x.shape, *maps.shape[2:]), dtype=maps.dtype)
    for weight, offset in (
        ((1 - across) * (1 - down), 0),
        (across * (1 - down), right),
        ((1 - across) * down, below),
        (across * down, right + below),
    ):
        values += np.take(flat, corner + offset, axis=0) * (weight[..., None] if maps.ndim == 3 else weight)
    return values


def nearest(maps: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """[...] or [..., C] values of maps at the pixels nearest to points (x, y), clamped to the picture."""
    height, width = maps.shape[:2]
    column = np.clip(np.rint(x), 0, width - 1).astype(np.int32)
    row = np.clip(np.rint(y), 0, height - 1).astype(np.int32)
    return np.take(maps.reshape(height * width, *maps.shape[2:]), row * width + column, axis=0)


def smooth_along_flow(
    maps: FloatArray, flow: FloatArray, sigma: float, turns_with_flow: NDArray[np.bool_]
) -> FloatArray:
    """Gaussian averages of maps along the curves of a direction field (line integral convolution)."""
    if sigma <= 0:
        return maps
    stride = max(1.0, sigma / 3)
    total, weights = maps.copy(), 1.0
    for way in (1.0, -1.0):
        for step, (x, y, sign) in enumerate(
            _walk(flow, way, stride, int(np.ceil(2 * sigma / stride))), start=1
        ):
            weight = float(np.exp(-0.5 * (stride * step / sigma) ** 2))
            values = sample(maps, x, y)
            values[..., turns_with_flow] *= np.float32(way) * sign[..., None]
            total += np.float32(weight) * values
            weights += weight
    return total / np.float32(weights)


def _walk(
    flow: FloatArray, way: float, stride: float, steps: int
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Positions x, y of all pixels walking along the flow; whether with (1) or against (-1) its vectors."""
    height, width = flow.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    sign = np.full((height, width), way, dtype=np.float32)
    heading = flow * sign[..., None]
    for _ in range(steps):
        x = np.clip(x + np.float32(stride) * heading[..., 0], 0, width - 1)
        y = np.clip(y + np.float32(stride) * heading[..., 1], 0, height - 1)
        local = nearest(flow, x, y)
        sign = np.where(
            local[..., 0] * heading[..., 0] + local[..., 1] * heading[..., 1] < 0,
            np.float32(-1),
            np.float32(1),
        )
        heading = local * sign[..., None]
        yield x, y, sign


def trace_streamlines(
    strength: FloatArray,
    flow: FloatArray,
    seeds: FloatArray,
    reach: int,
    *,
    threshold: float,
    largest_gap: int = 3,
    sharpest_turn: float = 0.6,
) -> Streamlines:
    """Follow the ridges both ways from every seed, one pixel a step."""
    count = len(seeds)
    points = np.repeat(seeds[:, None, :], 2 * reach + 1, axis=1).astype(np.float32)
    valid = np.zeros((count, 2 * reach + 1), dtype=bool)
    valid[:, reach] = True
    start = nearest(flow, seeds[:, 0], seeds[:, 1])
    for way in (1, -1):
        rows, position, heading = np.arange(count), seeds.astype(np.float32), way * start
        faded = np.zeros(count, dtype=np.int32)
        for step in range(1, reach + 1):
            position, heading, straight, level = _advance(strength, flow, position, heading)
            faded = np.where(level < threshold, faded + 1, 0)
            goes_on = (straight > sharpest_turn) & (faded <= largest_gap) & _inside(position, strength.shape)
            rows, position, heading, faded = (
                rows[goes_on],
                position[goes_on],
                heading[goes_on],
                faded[goes_on],
            )
            if not len(rows):
                break
            points[rows, reach + way * step] = position
            valid[rows, reach + way * step] = True
    return Streamlines(points, valid)


def _advance(
    strength: FloatArray, flow: FloatArray, position: FloatArray, heading: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """New positions and headings, the cosine of the turn, and the strength of the line."""
    ahead = position + 0.5 * heading
    local = nearest(flow, ahead[:, 0], ahead[:, 1])
    agreement = (local * heading).sum(-1)
    turned = heading + 1.5 * local * np.where(agreement < 0, np.float32(-1), np.float32(1))[:, None]
    turned /= np.maximum(np.hypot(turned[:, 0], turned[:, 1]), 1e-6)[:, None]
    position = position + turned
    normal = turned[:, ::-1] * np.array([-1, 1], dtype=np.float32)
    across = position + np.array([-1, 0, 1], dtype=np.float32)[:, None, None] * normal
    before, here, after = sample(strength, across[..., 0], across[..., 1])
    shift = _peak_offset(before, here, after, limit=0.35)
    return position + shift[:, None] * normal, turned, np.abs(agreement), here


def _peak_offset(before: FloatArray, here: FloatArray, after: FloatArray, limit: float) -> FloatArray:
    bend = before - 2 * here + after
    uphill = 0.5 * (before - after)
    parabola = np.where(bend < -1e-9, uphill / np.minimum(bend, -1e-9), np.sign(-uphill) * limit)
    return np.clip(parabola, -limit, limit).astype(np.float32)


def _inside(position: FloatArray, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    x, y = position[:, 0], position[:, 1]
    return (x > -0.5) & (y > -0.5) & (x < shape[1] - 0.5) & (y < shape[0] - 0.5)


def select_curves(
    curves: Streamlines, worth: FloatArray, count: int, level: LevelOfDetail, unit: float
) -> list[FloatArray]:
    """Up to ``count`` curves that one cubic each can follow, the most telling first."""
    values = np.zeros(curves.valid.shape, dtype=np.float32)
    values[curves.valid] = sample(worth, *curves.points[curves.valid].T)
    low, high = longest_cubics(curves, values - level.effort, max(level.tolerance * unit, 0.5))
    ink = DrawnInk(worth.shape, max(level.clearance * unit, 1.5), level.crowding_radius * unit)
    places = ink.places(curves.points)
    seed = curves.points.shape[1] // 2
    heap = _heap(values - level.effort, low, high)
    selected: list[FloatArray] = []
    shortest = max(level.shortest * unit, 3.0)
    while heap and len(selected) < count:
        row = heapq.heappop(heap)[1]
        if ink.is_drawn(int(places[row, seed])):
            continue
        part = slice(int(low[row]), int(high[row]) + 1)
        gains = values[row, part] * ink.freshness(places[row, part], level.crowding) - level.effort
        first, last, value = _best_stretch(gains, seed - part.start)
        if last - first < shortest or value <= 0:
            continue
        if heap and value < -heap[0][0]:
            heapq.heappush(heap, (-value, row))
            continue
        selected.append(curves.points[row, part.start + first : part.start + last + 1])
        ink.draw(selected[-1])
    return selected


def longest_cubics(curves: Streamlines, gains: FloatArray, tolerance: float) -> tuple[IntArray, IntArray]:
    """For every curve the part around its seed that is worth most among those that one cubic can follow."""
    seed = curves.points.shape[1] // 2
    masked = np.where(curves.valid, gains, np.float32(-1e3))
    high = seed + np.argmax(np.cumsum(masked[:, seed:], axis=1), axis=1)
    low = seed - np.argmax(np.cumsum(masked[:, seed::-1], axis=1), axis=1)
    totals = np.cumsum(np.pad(masked, ((0, 0), (1, 0))), axis=1)
    rows = np.arange(len(low))
    for _ in range(24):
        _, error = fit_cubics(
            resample(curves.points[rows], low[rows], high[rows], SAMPLES), reparametrisations=2
        )
        allowed = np.clip((high[rows] - low[rows]) * CLOSENESS, 0.35 * tolerance, tolerance)
        rows = rows[error > allowed]
        if not len(rows):
            break
        _shorten(totals, low, high, rows, seed)
    return low, high


def _shorten(totals: FloatArray, low: IntArray, high: IntArray, rows: IntArray, seed: int) -> None:
    """Cut an eighth off the end that is worth less, but never the seed."""
    a, b = low[rows], high[rows]
    cut = np.maximum((b - a) // 8, 1)
    cut_low, cut_high = np.minimum(cut, seed - a), np.minimum(cut, b - seed)
    loss_low = (totals[rows, a + cut_low] - totals[rows, a]) / np.maximum(cut_low, 1)
    loss_high = (totals[rows, b + 1] - totals[rows, b + 1 - cut_high]) / np.maximum(cut_high, 1)
    at_low = np.where(cut_low > 0, loss_low, np.inf) < np.where(cut_high > 0, loss_high, np.inf)
    low[rows] = np.where(at_low, a + cut_low, a)
    high[rows] = np.where(at_low, b, b - cut_high)


def _heap(gains: FloatArray, low: IntArray, high: IntArray) -> list[tuple[float, int]]:
    totals = np.cumsum(np.pad(gains, ((0, 0), (1, 0))), axis=1)
    rows = np.arange(len(gains))
    worths = totals[rows, high + 1] - totals[rows, low]
    heap = [(-value, row) for row, value in enumerate(worths.tolist()) if value > 0]
    heapq.heapify(heap)
    return heap


def _best_stretch(gains: FloatArray, seed: int) -> tuple[int, int, float]:
    """First, last and worth of the part around the seed that is worth most."""
    before, after = np.cumsum(gains[seed::-1]), np.cumsum(gains[seed:])
    first, last = int(np.argmax(before)), int(np.argmax(after))
    return seed - first, seed + last, float(before[first] + after[last] - gains[seed])


class DrawnInk:
    """The strokes drawn so far."""

    def __init__(
        self, shape: tuple[int, ...], clearance: float, crowding_radius: float, spread: float = 0.6
    ) -> None:
        self._shape = shape[0], shape[1]
        self._clearance = clearance
        self._drawn = np.zeros(DIRECTIONS * shape[0] * shape[1], dtype=bool)
        self._cells = np.zeros((shape[0] // CELL + 1, shape[1] // CELL + 1), dtype=np.float32)
        self._reach = round(spread / np.pi * DIRECTIONS)
        radius = max(crowding_radius / CELL, 0.5)
        offsets = _disk(2 * radius)
        self._halo = (
            offsets,
            np.exp(-0.5 * (offsets**2).sum(-1) / radius**2).astype(np.float32) / crowding_radius,
        )

    def places(self, points: NDArray[np.floating]) -> IntArray:
        """[..., n] where the points of curves [..., n, 2] are kept: pixel and direction in one number."""
        return self._places(points, _direction(points))

    def freshness(self, places: IntArray, crowding: float) -> NDArray[np.float32]:
        """[n] in [0, 1] how much of its worth a curve keeps at each of its places beside what is drawn."""
        height, width = self._shape
        pixel = places % (height * width)
        around = self._cells[pixel // width // CELL, pixel % width // CELL]
        fresh: NDArray[np.float32] = np.where(self._drawn[places], np.float32(0), 1 / (1 + crowding * around))
        return fresh

    def is_drawn(self, place: int) -> bool:
        """Whether a parallel stroke runs through that place already."""
        return bool(self._drawn[place])

    def draw(self, curve: NDArray[np.floating]) -> None:
        """Add a curve [n, 2] of one point per pixel of length, n >= 2."""
        points = np.concatenate([curve, 0.5 * (curve[1:] + curve[:-1])])[np.argsort(_interleaved(len(curve)))]
        tangent = np.gradient(points, axis=0)
        normal = tangent[:, ::-1] / np.maximum(np.hypot(*tangent.T), 1e-9)[:, None] * [-1, 1]
        across = np.arange(-self._clearance, self._clearance + 0.25, 0.5)
        band = points[:, None] + across[:, None] * normal[:, None]
        direction = np.broadcast_to(_direction(points)[:, None], band.shape[:2])
        for turn in range(-self._reach, self._reach + 1):
            self._drawn[self._places(band, (direction + turn) % DIRECTIONS)] = True
        self._crowd(curve[::CELL], CELL)

    def _crowd(self, points: NDArray[np.floating], step: float) -> None:
        offsets, weights = self._halo
        cells = (np.rint(points / CELL)[:, None] + offsets[None]).astype(np.int64)
        inside = ((cells >= 0) & (cells < np.array(self._cells.shape)[::-1])).all(-1)
        amounts = np.broadcast_to(weights, inside.shape)[inside] * step
        np.add.at(self._cells, (cells[inside][:, 1], cells[inside][:, 0]), amounts)

    def _places(self, points: NDArray[np.floating], direction: IntArray) -> IntArray:
        height, width = self._shape
        column = np.clip(np.rint(points[..., 0]), 0, width - 1).astype(np.int64)
        row = np.clip(np.rint(points[..., 1]), 0, height - 1).astype(np.int64)
        return (direction * height + row) * width + column


def _interleaved(count: int) -> IntArray:
    """Where count points and the count - 1 points between them stand along the curve."""
    return np.concatenate([2 * np.arange(count), 2 * np.arange(count - 1) + 1])


def _disk(radius: float) -> NDArray[np.float64]:
    side = np.arange(-int(radius), int(radius) + 1)
    offsets = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    return offsets[(offsets**2).sum(-1) <= radius * radius].astype(np.float64)


def _direction(points: NDArray[np.floating]) -> IntArray:
    tangent = np.gradient(points, axis=-2)
    angle = np.arctan2(tangent[..., 1], tangent[..., 0])
    return np.rint(angle / np.pi * DIRECTIONS).astype(np.int64) % DIRECTIONS


def filter_directions(
    field: NDArray[np.complex64], strength: FloatArray, radius: int
) -> NDArray[np.complex64]:
    height, width = strength.shape
    padded_field = np.pad(field, radius, mode="edge")
    padded_strength = np.pad(strength, radius, mode="edge")
    total = np.zeros_like(field)
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy > radius * radius:
                continue
            rows, columns = slice(radius + dy, radius + dy + height), slice(radius + dx, radius + dx + width)
            other = padded_field[rows, columns]
            outvotes = 0.5 * (1.0 + np.tanh(padded_strength[rows, columns] - strength))
            aligned = 0.5 * (1.0 + (field * other.conj()).real)
            total += (outvotes * aligned * np.sqrt(padded_strength[rows, columns] + 1e-6)) * other
    return (total / np.maximum(np.abs(total), 1e-12)).astype(np.complex64)
