"""Coverage by brute force, to measure others against: 64 lines through every pixel, exact along each."""

import itertools
import math

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_maker
from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.bernstein import quadratic_weights
from inkwright.vector_graphics.curves.bezier import evaluate
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS

Array = NDArray[np.float64]
LINES = 64
CHORDS = 256  # of each segment, far more than the rasteriser takes
FAN = 0.02  # angle of the pieces of round joins and caps, and of what tight bends sweep
HALVINGS = 30


def sampled_coverage(drawing: Drawing, height: int, width: int) -> Array:
    """[H, W] share of every pixel that the first shape covers: its fill, or else its stroke."""
    styles = drawing.styles
    if styles is not None and not bool(drawing.filled[0]) and bool(styles.needs_outline()[0]):
        return convex_lines(stroke_pieces(drawing, height, width), height, width)
    scale = torch.tensor([width / drawing.canvas[0], height / drawing.canvas[1]], dtype=torch.float64)
    segments, paths = drawing.segments(), int(drawing.shape_offsets[1])
    lines = []
    for path in range(paths):
        rows = segments.points[int(segments.offsets[path]) : int(segments.offsets[path + 1])]
        cubics = drawing.points.detach().double()[rows] * scale
        t = torch.linspace(0, 1, CHORDS + 1, dtype=torch.float64)
        vertices = torch.cat([evaluate(cubics[:, None], t[None])[:, :-1].flatten(0, 1), cubics[-1:, 3]])
        if bool(drawing.filled[0]):
            vertices = torch.cat([vertices, vertices[:1]])
        lines.append(torch.cat([vertices[:-1], vertices[1:]], dim=1))
    edges = torch.cat(lines).numpy()
    if bool(drawing.filled[0]):
        return fill_lines(edges, bool(drawing.fill_rule[0] == 1), height, width)
    half = float(drawing.width[0].detach()) / 2 * float(scale.prod()) ** 0.5
    return stroke_lines(edges, half, height, width)


@compiled_maker
def fill_lines(edges: Array, even_odd: bool, height: int, width: int) -> Array:
    """[H, W] coverage of a fill with the edges [E, 4]."""
    cover = np.zeros((height, width))
    crossings, turns = np.empty(edges.shape[0]), np.empty(edges.shape[0], np.int64)
    for line in range(height * LINES):
        y, count = (line + 0.5) / LINES, 0
        for e in range(edges.shape[0]):
            ay, by = edges[e, 1], edges[e, 3]
            if (ay <= y) != (by <= y):
                crossings[count] = edges[e, 0] + (y - ay) / (by - ay) * (edges[e, 2] - edges[e, 0])
                turns[count] = 1 if by > ay else -1
                count += 1
        order, winding = np.argsort(crossings[:count]), 0
        for k in range(count - 1):
            winding += turns[order[k]]
            if winding % 2 if even_odd else winding:
                _add(cover[line // LINES], crossings[order[k]], crossings[order[k + 1]])
    return cover / LINES


@compiled_maker
def stroke_lines(edges: Array, half: float, height: int, width: int) -> Array:
    """[H, W] coverage of a round stroke along the chords [E, 4]."""
    cover = np.zeros((height, width))
    low, high = np.empty(edges.shape[0]), np.empty(edges.shape[0])
    for line in range(height * LINES):
        y, count = (line + 0.5) / LINES, 0
        for e in range(edges.shape[0]):
            if min(edges[e, 1], edges[e, 3]) - half < y < max(edges[e, 1], edges[e, 3]) + half:
                low[count], high[count] = _capsule(edges[e], half, y)
                count += 1 if low[count] < high[count] else 0
        order, right = np.argsort(low[:count]), -np.inf
        for k in order:
            if high[k] > right:
                _add(cover[line // LINES], max(low[k], right), high[k])
                right = high[k]
    return cover / LINES


@compiled_maker
def _capsule(edge: Array, half: float, y: float) -> tuple[float, float]:
    """The part of a line at height y that is closer than ``half`` to a chord."""
    low, high = np.inf, -np.inf
    ex, ey = edge[2] - edge[0], edge[3] - edge[1]
    for k in range(2):
        rest = half * half - (y - edge[2 * k + 1]) ** 2
        if rest > 0:
            low, high = min(low, edge[2 * k] - rest**0.5), max(high, edge[2 * k] + rest**0.5)
    length = (ex * ex + ey * ey) ** 0.5
    if length > 0:
        for side in (-half, half):
            ax, ay = edge[0] - side * ey / length, edge[1] + side * ex / length
            if (ay <= y) != (ay + ey <= y):
                x = ax + (y - ay) / ey * ex
                low, high = min(low, x), max(high, x)
    return low, high


@compiled_maker
def convex_lines(pieces: Array, height: int, width: int) -> Array:
    """[H, W] coverage of the union of convex polygons [K, 4, 2]."""
    cover = np.zeros((height, width))
    count = pieces.shape[0]
    low, high = np.empty(count), np.empty(count)
    top, bottom = np.empty(count), np.empty(count)
    for k in range(count):
        top[k], bottom[k] = pieces[k, :, 1].min(), pieces[k, :, 1].max()
    for line in range(height * LINES):
        y, found = (line + 0.5) / LINES, 0
        for k in range(count):
            if top[k] < y < bottom[k]:
                low[found], high[found] = np.inf, -np.inf
                for corner in range(4):
                    ax, ay = pieces[k, corner - 1, 0], pieces[k, corner - 1, 1]
                    bx, by = pieces[k, corner, 0], pieces[k, corner, 1]
                    if (ay <= y) != (by <= y):
                        x = ax + (y - ay) / (by - ay) * (bx - ax)
                        low[found], high[found] = min(low[found], x), max(high[found], x)
                found += 1
        order, right = np.argsort(low[:found]), -np.inf
        for k in order:
            if high[k] > right:
                _add(cover[line // LINES], max(low[k], right), high[k])
                right = high[k]
    return cover / LINES


def stroke_pieces(drawing: Drawing, height: int, width: int) -> Array:
    """[K, 4, 2] convex polygons that together are the stroke of the first shape, an open path, in pixels.

    What a line across the path sweeps that moves along it from place to place, joins, and caps: as SVG says
    it. Where the path bends more tightly than the line reaches, that turns back on the inside.
    """
    styles, segments = drawing.styles, drawing.segments()
    if styles is None or int(drawing.shape_offsets[1]) != 1 or bool(drawing.closed[0]):
        raise ValueError(
            "drawing is of a plain, closed or compound stroke; it must be one open path with styles"
        )
    scale = np.array([width / drawing.canvas[0], height / drawing.canvas[1]])
    cubics = drawing.points.detach().double()[segments.points[: int(segments.offsets[1])]].numpy() * scale
    profile = np.ones(2) if styles.profile is None else styles.profile[0].detach().double().numpy()
    full = float(drawing.width[0].detach()) / 2 * float(scale.prod()) ** 0.5
    join, limit = JOINS[int(styles.join[0])], float(styles.miter_limit[0])
    cap, pieces, tangents = CAPS[int(styles.cap[0])], [], _tangents(cubics)
    for s, cubic in enumerate(cubics):
        t = _places(cubic)
        points, along = evaluate(torch.from_numpy(cubic), torch.from_numpy(t)).numpy(), _along(cubic, t)
        half = np.interp((s + t) / len(cubics), np.linspace(0, 1, len(profile)), profile) * full
        for side in (-half, half):
            pieces.append(_swept(points, points + side[:, None] * along[:, ::-1] * [-1, 1]))
        if s > 0:
            pieces += _turn(points[0], (tangents[s - 1, 1], tangents[s, 0]), half[0], join, limit)
        if s == 0:
            pieces += _cap(points[0], -tangents[0, 0], half[0], cap)
        if s + 1 == len(cubics):
            pieces += _cap(points[-1], tangents[-1, 1], half[-1], cap)
    return np.concatenate([np.reshape(each, (-1, 4, 2)) for each in pieces])


def _places(cubic: Array) -> Array:
    """Parameters of a curve [4, 2] so close that it hardly turns from one to the next."""
    t = np.linspace(0, 1, CHORDS + 1)
    for _ in range(HALVINGS):
        along = _along(cubic, t)
        wide = np.nonzero((along[1:] * along[:-1]).sum(1) < math.cos(FAN))[0]
        if wide.size == 0:
            break
        t = np.insert(t, wide + 1, (t[wide] + t[wide + 1]) / 2)
    return t


def _along(cubic: Array, t: Array) -> Array:
    """[T, 2] unit directions of a curve at parameters [T]; its ends may have no speed."""
    speed = np.stack(quadratic_weights(t), axis=1) @ np.diff(cubic, axis=0)
    speed[0], speed[-1] = _tangents(cubic[None])[0]
    return speed / np.linalg.norm(speed, axis=1, keepdims=True)


def _swept(points: Array, ends: Array) -> Array:
    """[K, 4, 2] triangles that lines from points [T, 2] to their ends [T, 2] sweep one after the other."""
    a, b, c, d = points[:-1], points[1:], ends[1:], ends[:-1]
    ways, others = d - a, c - b
    cross = ways[:, 0] * others[:, 1] - ways[:, 1] * others[:, 0]
    cross = np.where(cross == 0, 1e-300, cross)[:, None]
    step = b - a
    u = (step[:, :1] * others[:, 1:] - step[:, 1:] * others[:, :1]) / cross
    v = (step[:, :1] * ways[:, 1:] - step[:, 1:] * ways[:, :1]) / cross
    meet = (u > 0) & (u < 1) & (v > 0) & (v < 1)
    middle = a + np.clip(u, 0, 1) * ways
    first = np.where(meet, middle, c)
    second = np.where(meet, middle, a)
    return np.concatenate([np.stack([a, a, b, first], axis=1), np.stack([second, second, c, d], axis=1)])


def _tangents(cubics: Array) -> Array:
    """[S, 2, 2] unit directions in which curves [S, 4, 2] begin and end."""
    steps = np.stack([cubics[:, 1] - cubics[:, 0], cubics[:, 3] - cubics[:, 2]], axis=1)
    return steps / np.linalg.norm(steps, axis=2, keepdims=True)


def _turn(point: Array, along: tuple[Array, Array], half: float, join: str, limit: float) -> list[Array]:
    """What a stroke has at a turn besides its bands."""
    (ax, ay), (bx, by) = along
    angle = math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    side = -half if angle > 0 else half
    start, end = (np.array([-y, x]) * side for x, y in along)
    if join == "round":
        return _fan(point, start, angle)
    tip = point + (start + end) / (1 + math.cos(angle)) if math.cos(angle / 2) * limit >= 1 else point + start
    return [np.stack([point, point + start, tip if join == "miter" else point + start, point + end])]


def _cap(point: Array, out: Array, half: float, cap: str) -> list[Array]:
    """What a stroke has beyond its end, where it goes ``out``."""
    start = np.array([out[1], -out[0]]) * half
    if cap == "round":
        return _fan(point, start, math.pi)
    far = out * half if cap == "square" else 0 * out
    return [np.stack([point + start, point + start + far, point - start + far, point - start])]


def _fan(point: Array, start: Array, angle: float) -> list[Array]:
    """A sector of a disc from a radius on, around an angle."""
    turns = np.linspace(0, angle, 1 + math.ceil(abs(angle) / FAN + 1e-9))
    radii = np.outer(np.cos(turns), start) + np.outer(np.sin(turns), [-start[1], start[0]])
    return [np.stack([point, point + a, point + b, point + b]) for a, b in itertools.pairwise(radii)]


@compiled_maker
def _add(row: Array, low: float, high: float) -> None:
    """Add the interval to the pixels of a row."""
    low, high = max(low, 0.0), min(high, float(row.shape[0]))
    for x in range(int(low), min(int(np.ceil(high)), row.shape[0])):
        row[x] += max(min(high, x + 1.0) - max(low, float(x)), 0.0)
