"""Kernels that flatten the segments of all shapes to chords, and bring gradients back to control points."""

import math

from inkwright.compiled_kernels.compilation import compiled, compiled_part
from inkwright.compiled_kernels.inlining import inlined
from inkwright.compiled_kernels.threads import Parts, next_part
from inkwright.vector_graphics.curves.bernstein import (
    BEND_PARTS,
    CHAIN,
    COUNT_SLACK,
    FILL_FLATNESS,
    LEAST_SPEED,
    MAX_CHORDS,
    ONE_CHORD,
    TAPER_STEP,
    TIGHT_BEND,
    cubic_weights,
    quadratic_weights,
)
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Gradients, Outline, Structure, View

cubic_bernstein, quadratic_bernstein = inlined(cubic_weights), inlined(quadratic_weights)


@compiled
def count_chords(parts: Parts, points: Array, structure: Structure, view: View, counts: Array) -> None:
    """Write how many chords each cubic has [S], by the rule of `curves.bezier.chord_counts`."""
    n = next_part(parts)
    while n >= 0:
        paths = structure.shape_paths
        first, end = structure.path_segments[paths[n]], structure.path_segments[paths[n + 1]]
        flatness = view.fill_flatness if structure.filled[n] else view.stroke_flatness
        for s in range(first, end):
            counts[s] = segment_chords(points, structure.segments[s], view, flatness, (0.0, 0.0))
        n = next_part(parts)


@compiled_part
def segment_chords(
    points: Array, segment: Array, view: View, flatness: float, sides: tuple[float, float]
) -> int:
    """Chords of one cubic that keep to a distance in pixels, by the rule of `curves.bezier.chord_counts`.

    Its sides are (by how much their distance changes, the largest distance).
    """
    x, y = _pixel_steps(points, segment, view.scale_x, view.scale_y)
    largest = _largest_bend(x, y)
    bend, tight = _bend(x, y, sides)
    more = TIGHT_BEND if flatness <= FILL_FLATNESS else 1.0
    bound = math.sqrt(CHAIN / flatness * max(bend, more * tight))
    if tight > 0.0:
        bound = max(bound, more * sides[0] / (TAPER_STEP * flatness))
    elif math.sqrt(ONE_CHORD / flatness * largest) - COUNT_SLACK <= 1.0:
        return 1
    return MAX_CHORDS if bound > MAX_CHORDS else max(2, math.ceil(bound - COUNT_SLACK))


@compiled_part
def inflection_chords(points: Array, segment: Array, view: View, reach: float, flatness: float) -> int:
    """Chords of one cubic that find where it turns back, by the rule of `curves.bezier.inflection_chords`."""
    x, y = _pixel_steps(points, segment, view.scale_x, view.scale_y)
    x0, x1, y0, y1 = x[0], x[1] - x[0], y[0], y[1] - y[0]
    x2, y2 = x[2] - x[1] - x1, y[2] - y[1] - y1
    a, b, c = x1 * y2 - y1 * x2, x0 * y2 - y0 * x2, x0 * y1 - y0 * x1
    inside = b * b - 4.0 * a * c
    if inside <= 0.0:
        return 0
    q, worst = -0.5 * (b + math.copysign(math.sqrt(inside), b)), 0.0
    for k in range(2):
        above, below = (q, a) if k == 0 else (c, q)
        if below != 0.0 and 0.0 < above / below < 1.0:
            t = above / below
            speed_x, speed_y = x0 + t * (2.0 * x1 + t * x2), y0 + t * (2.0 * y1 + t * y2)
            bend = abs(speed_x * y2 - speed_y * x2)
            squared = speed_x * speed_x + speed_y * speed_y
            worst = max(worst, bend / max(3.0 * squared, LEAST_SPEED))
    return int(min(math.ceil(math.sqrt(worst * reach / flatness) - COUNT_SLACK), float(MAX_CHORDS)))


@compiled_part
def _pixel_steps(
    points: Array, segment: Array, scale_x: float, scale_y: float
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """The x and the y of the steps between a cubic's control points, in pixels."""
    i, j, k, m = segment[0], segment[1], segment[2], segment[3]
    x0, x1, x2, x3 = (
        points[i, 0] * scale_x,
        points[j, 0] * scale_x,
        points[k, 0] * scale_x,
        points[m, 0] * scale_x,
    )
    y0, y1, y2, y3 = (
        points[i, 1] * scale_y,
        points[j, 1] * scale_y,
        points[k, 1] * scale_y,
        points[m, 1] * scale_y,
    )
    return (x1 - x0, x2 - x1, x3 - x2), (y1 - y0, y2 - y1, y3 - y2)


@compiled_part
def _largest_bend(x: tuple[float, float, float], y: tuple[float, float, float]) -> float:
    """The largest |B''| / 6 of a cubic with such steps."""
    first, last = math.hypot(x[1] - x[0], y[1] - y[0]), math.hypot(x[2] - x[1], y[2] - y[1])
    return max(first, last)


@compiled_part
def _bend(
    x: tuple[float, float, float], y: tuple[float, float, float], sides: tuple[float, float]
) -> tuple[float, float]:
    """The bound of |B''| / 6 across a cubic with such steps and its sides, and that of its tight bends."""
    (taper, reach), tightest = sides, 0.0
    worst, low_x, low_y, first_x, first_y = 0.0, x[0], y[0], x[1] - x[0], y[1] - y[0]
    for k in range(1, BEND_PARTS + 1):
        t = k / BEND_PARTS
        w0, w1, w2 = quadratic_bernstein(t)
        high_x, high_y = w0 * x[0] + w1 * x[1] + w2 * x[2], w0 * y[0] + w1 * y[1] + w2 * y[2]
        last_x = (1.0 - t) * (x[1] - x[0]) + t * (x[2] - x[1])
        last_y = (1.0 - t) * (y[1] - y[0]) + t * (y[2] - y[1])
        bend = math.sqrt(max(first_x * first_x + first_y * first_y, last_x * last_x + last_y * last_y))
        along_x, along_y = low_x + high_x, low_y + high_y
        length = math.sqrt(along_x * along_x + along_y * along_y)
        middle_x, middle_y = low_x + first_x / BEND_PARTS, low_y + first_y / BEND_PARTS
        slowest = min(low_x * along_x + low_y * along_y, high_x * along_x + high_y * along_y)
        slowest = min(slowest, middle_x * along_x + middle_y * along_y)
        if slowest > LEAST_SPEED * length:
            product = low_x * first_y - low_y * first_x
            middle = 0.5 * (product + low_x * last_y - low_y * last_x)
            product = max(abs(product), max(abs(middle), abs(high_x * last_y - high_y * last_x)))
            speed = slowest / length
            along = taper / math.sqrt(taper * taper + 9.0 * speed * speed) if taper > 0.0 else 0.0
            tight = 2.0 * product * reach > 3.0 * speed * speed * speed
            bend = min(bend, product / speed + bend * along)
        else:
            tight = reach > 0.0
        worst, tightest = max(worst, bend), max(tightest, bend if tight else 0.0)
        low_x, low_y, first_x, first_y = high_x, high_y, last_x, last_y
    return worst, tightest


@compiled
def place_chords(structure: Structure, counts: Array, segment_vertex: Array, shape_chords: Array) -> None:
    """Write where the vertices of each segment [S] and the chords of each shape [N, 3] begin, by the counts.

    After the first chord of a shape come the end of its stroke's chords, and the end of its fill's, which are
    those and the lines that close open paths.
    """
    v, c = 0, 0
    for n in range(structure.filled.shape[0]):
        shape_chords[n, 0], lines = c, 0
        for q in range(structure.shape_paths[n], structure.shape_paths[n + 1]):
            for s in range(structure.path_segments[q], structure.path_segments[q + 1]):
                segment_vertex[s] = v
                v += counts[s]
                c += counts[s]
            v += 1
            lines += 1 if structure.filled[n] and not structure.path_closed[q] else 0
        shape_chords[n, 1] = c
        c += lines
        shape_chords[n, 2] = c


@compiled_part
def lay_chords(n: int, points: Array, structure: Structure, view: View, outline: Outline) -> None:
    """Write the vertices, in pixels, and the chords of shape n."""
    chords, c, line = outline.chords, outline.shape_chords[n, 0], outline.shape_chords[n, 1]
    for q in range(structure.shape_paths[n], structure.shape_paths[n + 1]):
        first, v = outline.segment_vertex[structure.path_segments[q]], 0
        for s in range(structure.path_segments[q], structure.path_segments[q + 1]):
            v, count = outline.segment_vertex[s], outline.counts[s]
            chord_vertices(
                points, structure.segments[s], count, view.scale_x, view.scale_y, outline.vertices, v
            )
            for k in range(count):
                chords[c, 0], chords[c, 1] = v + k, v + k + 1
                c += 1
            v += count
        if structure.filled[n] and not structure.path_closed[q]:  # closed by a straight line, as in SVG
            chords[line, 0], chords[line, 1] = v, first
            line += 1


@compiled_part
def chord_vertices(
    points: Array, segment: Array, count: int, scale_x: float, scale_y: float, vertices: Array, first: int
) -> None:
    """Write the vertices of one cubic's chords, in pixels, from the first on."""
    x0, y0 = points[segment[0], 0] * scale_x, points[segment[0], 1] * scale_y
    x1, y1 = points[segment[1], 0] * scale_x, points[segment[1], 1] * scale_y
    x2, y2 = points[segment[2], 0] * scale_x, points[segment[2], 1] * scale_y
    x3, y3 = points[segment[3], 0] * scale_x, points[segment[3], 1] * scale_y
    inverse = 1.0 / count
    for k in range(count + 1):
        b0, b1, b2, b3 = vertex_weights(k, count, inverse)
        vertices[first + k, 0] = b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3
        vertices[first + k, 1] = b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3


@compiled_part
def vertex_weights(k: int, count: int, inverse: float) -> tuple[float, float, float, float]:
    """Weights of the four control points in vertex k of ``count`` chords, 1 / count being known.

    Chords between points of the curve lie on its inner side, on average by B'' / (12 count^2). Inner vertices
    are moved out by just that, so that the chords run on both sides and the area beside them is the curve's.
    """
    t = k * inverse if k < count else 1.0
    b0, b1, b2, b3 = cubic_bernstein(t)
    if 0 < k < count:
        out = 0.5 * inverse * inverse
        b0 -= out * (1.0 - t)
        b1 -= out * (3.0 * t - 2.0)
        b2 -= out * (1.0 - 3.0 * t)
        b3 -= out * t
    return b0, b1, b2, b3


@compiled_part
def unflatten(
    shape: int, structure: Structure, view: View, counts: Array, segment_vertex: Array, to: Gradients
) -> None:
    """Add the gradient of one shape's vertices to that of its control points: dL/dP = B^T dL/dV.

    Segments [S] have so many chords, and begin at such vertices.
    """
    paths = structure.shape_paths
    first, end = structure.path_segments[paths[shape]], structure.path_segments[paths[shape + 1]]
    for s in range(first, end):
        count, v = counts[s], segment_vertex[s]
        inverse = 1.0 / count
        last = s + 1 == end or segment_vertex[s + 1] != v + count
        for k in range(count + (1 if last else 0)):
            gx, gy = to.vertices[v + k, 0] * view.scale_x, to.vertices[v + k, 1] * view.scale_y
            weights = vertex_weights(k, count, inverse)
            for i in range(4):
                to.points[structure.segments[s, i], 0] += weights[i] * gx
                to.points[structure.segments[s, i], 1] += weights[i] * gy
