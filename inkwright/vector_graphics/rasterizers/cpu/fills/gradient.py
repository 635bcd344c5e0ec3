"""Compiled gradient of fills: from the coverage of pixels to the ends of edges."""

from inkwright.compiled_kernels.compilation import compiled
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Fill, Gradients
from inkwright.vector_graphics.rasterizers.cpu.fills.boxes import end_pixel, first_pixel, inside_box


@compiled
def fill_gradient(fill: Fill, item: int, found: Coverage, to: Gradients) -> None:
    """Add the gradient of one fill to its vertices; `shared_pixels` has that of pixels that edges share.

    Only the part of an edge inside a pixel box acts on the box; an edge on the border acts on both sides (of
    which one is empty as a rule, and without a derivative).
    """
    y0, y1, row = found.item_y[item, 0], found.item_y[item, 1], found.item_row[item]
    f = fill.filter_width
    scale = 1.0 / (f * f)
    for c in range(fill.first, fill.end):
        i, j = fill.chords[c, 0], fill.chords[c, 1]
        ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
        dx, dy = bx - ax, by - ay
        if dx == 0.0 and dy == 0.0:
            continue
        to_a, to_b = 0.0, 0.0
        level = 1 if dy == 0.0 else 0
        low = max(first_pixel(min(ay, by), f, y1) - level, y0)
        for y in range(low, end_pixel(max(ay, by), f, y1 - level) + level):
            row_a, row_b = _row_gradient((ax, ay, dx, dy), y, row + y - y0, fill, found, to.cover)
            to_a, to_b = to_a + row_a, to_b + row_b
        to.vertices[i, 0] -= to_a * dy * scale
        to.vertices[i, 1] += to_a * dx * scale
        to.vertices[j, 0] -= to_b * dy * scale
        to.vertices[j, 1] += to_b * dx * scale


@compiled
def _row_gradient(
    edge: tuple[float, float, float, float], y: int, row: int, fill: Fill, found: Coverage, to_cover: Array
) -> tuple[float, float]:
    """What the pixels of row y, which is one of the item's rows, give to the ends of an edge."""
    (ax, ay, dx, dy), f = edge, fill.filter_width
    top = y + 0.5 - 0.5 * f
    s0, s1 = inside_box(ay, dy, top, f)
    span = found.row_spans[row]
    left, right = found.span_x[span, 0], found.span_x[span, 1]
    shift = found.span_cell[span] - left
    xa, xb = ax + s0 * dx, ax + s1 * dx
    to_a, to_b = 0.0, 0.0
    upright = 1 if dx == 0.0 else 0
    low = max(first_pixel(min(xa, xb), f, right) - upright, left)
    for x in range(low, end_pixel(max(xa, xb), f, right - upright) + upright):
        slope = found.source[shift + x]
        if slope <= 1 and found.cover[shift + x] == 1.0 and (dx == 0.0 or dy == 0.0):
            slope = _border_slope((ax - x - 0.5 + 0.5 * f, ay - top, dx, dy), slope, fill)
        upstream = to_cover[shift + x] * slope
        if upstream != 0.0 and slope <= 1:
            u0, u1 = inside_box(ax, dx, x + 0.5 - 0.5 * f, f)
            u0, u1 = max(u0, s0), min(u1, s1)
            if u1 > u0:
                half = 0.5 * (u1 * u1 - u0 * u0)
                to_a += upstream * (u1 - u0 - half)
                to_b += upstream * half
    return to_a, to_b


@compiled
def _border_slope(edge: tuple[float, float, float, float], slope: int, fill: Fill) -> int:
    """Derivative of the coverage of a full box by its winding, for an edge that lies on the box's border.

    The edge is (x, y, dx, dy) as seen from the box. What it parts from the inside has one winding more or
    less, by the way that it goes; by the rule nonzero, it may be inside as well.
    """
    x, y, dx, dy = edge
    outwards = 0.0
    if dx == 0.0 and (x == 0.0 or x == fill.filter_width):
        outwards = dy if x == 0.0 else -dy
    elif dy == 0.0 and (y == 0.0 or y == fill.filter_width):
        outwards = -dx if y == 0.0 else dx
    if outwards == 0.0:
        return slope
    sign = 1 if outwards > 0.0 else -1
    return sign if fill.even_odd or sign == slope else 0
