"""The basic shapes of SVG as chains of cubic segments, by way of the path data that SVG says they equal."""

from collections.abc import Mapping

from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath, parse_path
from inkwright.vector_graphics.svg.reading.values.numbers import (
    Lengths,
    Size,
    UnreadableError,
    parse_numbers,
    readable_numbers,
    shortened,
)

SHAPE_TAGS = frozenset(("path", "line", "polyline", "polygon", "rect", "circle", "ellipse"))


def cubic_paths(
    tag: str, style: Mapping[str, str], viewport: Size, *, until_error: bool = False
) -> list[CubicPath]:
    """The paths of a basic shape, one of ``SHAPE_TAGS``, in its own coordinates; none if it is not rendered.

    A negative size is no size, a negative radius of a corner is taken from the other, as in CSS.
    ``until_error`` reads path data and points as far as they go.

    Raises:
        ValueError: a length or the path data cannot be read.
    """
    if tag == "path":
        return parse_path(style.get("d", ""), until_error=until_error)
    return parse_path(path_data(tag, style, viewport, until_error=until_error))


def path_data(tag: str, style: Mapping[str, str], viewport: Size, *, until_error: bool = False) -> str:
    """The path data that a basic shape equals; otherwise as ``cubic_paths``."""
    lengths = Lengths(style, viewport)
    if tag == "path":
        return style.get("d", "")
    if tag in ("polyline", "polygon"):
        return _polyline(style.get("points", ""), tag == "polygon", until_error)
    if tag == "line":
        return "M{} {}L{} {}".format(*map(lengths.get, ("x1", "y1", "x2", "y2")))
    given = [name for name in ("rx", "ry") if style.get(name, "auto") != "auto" and lengths.get(name) >= 0]
    given = ["r"] if tag == "circle" else given or ["rx"]  # of rx and ry, one is enough
    radii = max(lengths.get(given[0]), 0.0), max(lengths.get(given[-1]), 0.0)
    return _rectangle(lengths, *radii) if tag == "rect" else _ellipse(lengths, *radii)


def _polyline(text: str, closed: bool, until_error: bool) -> str:
    values = readable_numbers(text) if until_error else parse_numbers("points", text)
    if len(values) % 2 and not until_error:
        message = f"points is {shortened(text)}; it has {len(values)} numbers, an even count is needed"
        raise UnreadableError("points", message)
    values = values[: len(values) // 2 * 2]
    return f"M{' '.join(map(repr, values))}{'Z' if closed else ''}" if len(values) > 2 else ""


def _rectangle(lengths: Lengths, rx: float, ry: float) -> str:
    left, top = lengths.get("x"), lengths.get("y")
    width, height = max(lengths.get("width"), 0.0), max(lengths.get("height"), 0.0)
    right, bottom = left + width, top + height
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    if not rx or not ry:
        return f"M{left} {top}H{right}V{bottom}H{left}Z" if width and height else ""
    across, down, arc = 2 * rx < width, 2 * ry < height, f"A{rx} {ry} 0 0 1 "
    return (
        f"M{left + rx} {top}"
        + f"H{right - rx}" * across + f"{arc}{right} {top + ry}"
        + f"V{bottom - ry}" * down + f"{arc}{right - rx} {bottom}"
        + f"H{left + rx}" * across + f"{arc}{left} {bottom - ry}"
        + f"V{top + ry}" * down + f"{arc}{left + rx} {top}Z"
    )  # fmt: skip


def _ellipse(lengths: Lengths, rx: float, ry: float) -> str:
    x, y = lengths.get("cx"), lengths.get("cy")
    ends = ((x, y + ry), (x - rx, y), (x, y - ry), (x + rx, y))
    arcs = "".join(f"A{rx} {ry} 0 0 1 {right} {down}" for right, down in ends)
    return f"M{x + rx} {y}{arcs}Z" if rx and ry else ""
