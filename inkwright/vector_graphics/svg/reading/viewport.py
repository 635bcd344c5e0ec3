"""Where an <svg> or <symbol> puts its contents: viewBox, preserveAspectRatio, width and height."""

import re
from functools import partial

import numpy as np

from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.numbers import (
    Lengths,
    Size,
    UnreadableError,
    parse_length,
    parse_numbers,
    shortened,
)
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine
from inkwright.vector_graphics.svg.reading.values.units import WINDOW_UNITS, Units

Box = tuple[float, float, float, float]

_SHARE_BEFORE = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
_SAME_ASPECT = 1e-3
_SHORTEST_SIDE = 1e-20
_ALIGN = re.compile(r"(?:none|x(Min|Mid|Max)Y(Min|Mid|Max))(?:\s+(meet|slice))?")


def canvas_of_root(style: Style) -> tuple[Size, Matrix, Size]:
    """The canvas in units of its viewBox, the matrix from the viewBox to it, the viewBox's size.

    The canvas is what a viewer shows: the viewBox, enlarged or cut to the aspect ratio of width and height as
    preserveAspectRatio says. Without a viewBox a unit is a CSS pixel.

    Raises:
        ValueError: there is neither a viewBox nor a width and height, a number is out of its range, or a side
            is too short for single precision.
    """
    size, matrix, viewport = _canvas_of_root(style)
    if min(size) < _SHORTEST_SIDE:
        raise ValueError(
            f"the canvas is {size[0]:g} x {size[1]:g}; sides of at least {_SHORTEST_SIDE:g} are accepted"
        )
    return size, matrix, viewport


def _canvas_of_root(style: Style) -> tuple[Size, Matrix, Size]:
    box = view_box(style)
    width, height = (fixed_length(style, name) for name in ("width", "height"))
    if box is None:
        if width is None or height is None:
            raise ValueError(
                "<svg> has no viewBox and no width and height; give it one, so that it has a size"
            )
        return (width, height), np.eye(3), (width, height)
    size = (box[2], box[3])
    if width is None or height is None or abs(width * box[3] / (height * box[2]) - 1) < _SAME_ASPECT:
        return size, affine(1, 0, 0, 1, -box[0], -box[1]), size
    matrix = fitted(box, (width, height), style)
    units = matrix[0, 0]
    return (width / units, height / units), np.diag([1 / units, 1 / units, 1]) @ matrix, size


def nested_viewport(style: Style, outer: Size, size_from: Style) -> tuple[Box, Matrix, Size]:
    """The rectangle of a nested <svg> or a used <symbol> in an outer viewport, and what is inside of it.

    Width and height are those of ``size_from``: of the <use>, or its own style.

    Returns:
        (x, y, width, height) of the rectangle, the matrix from the contents to what is around them, and the
        (width, height) that percentages of the contents refer to.

    Raises:
        ValueError: a number is out of its range.
    """
    lengths = Lengths(style, outer)
    x, y = lengths.get("x"), lengths.get("y")
    width, height = (
        Lengths(size_from, outer).size(name, style.get(name, "100%").replace("auto", "100%"))
        for name in ("width", "height")
    )
    box = view_box(style)
    shift, outside = affine(1, 0, 0, 1, x, y), (x, y, width, height)
    if box is None or not width or not height:
        return outside, shift, (width, height)
    return outside, shift @ fitted(box, (width, height), style), (box[2], box[3])


def fixed_length(style: Style, name: str) -> float | None:
    """The width or height of an <svg> where it does not depend on the window it is shown in.

    Raises:
        ValueError: it can't be read, or is not above 0.
    """
    text = style.get(name, "auto").strip()
    if text in ("auto", "") or text.lower().endswith(("%", *WINDOW_UNITS)):
        return None
    value = parse_length(name, text, 0.0, Units.of(style))
    if value <= 0:
        error = ValueError if value == 0 else partial(UnreadableError, name)  # browsers show nothing at 0
        raise error(f"{name} of <svg> is {shortened(text)}; it must be above 0")
    return value


def view_box(style: Style) -> Box | None:
    """The viewBox (x, y, width, height) of a style.

    Raises:
        ValueError: it can't be read, or has no area.
    """
    text = style.get("viewBox", "none").strip()
    if text in ("none", ""):
        return None
    numbers = parse_numbers("viewBox", text)
    if len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
        raise UnreadableError(
            "viewBox", f"viewBox is {shortened(text)}; four numbers are needed, width and height above 0"
        )
    x, y, width, height = numbers
    return x, y, width, height


def fitted(box: Box, size: Size, style: Style) -> Matrix:
    """The matrix from a viewBox to a rectangle of this size at the origin, by ``preserveAspectRatio``.

    Raises:
        ValueError: that can't be read.
    """
    text = style.get("preserveAspectRatio", "xMidYMid")
    align = _ALIGN.fullmatch(text)
    if align is None:
        message = f"preserveAspectRatio is {shortened(text)}; none or, e.g., xMidYMid meet is needed"
        raise UnreadableError("preserveAspectRatio", message)
    scales = np.array(size) / box[2:]
    if align[1]:
        scales[:] = scales.max() if align[3] == "slice" else scales.min()
    shares = [_SHARE_BEFORE.get(align[axis], 0.0) for axis in (1, 2)]
    x, y = (size - box[2:] * scales) * shares - box[:2] * scales
    return affine(scales[0], 0, 0, scales[1], x, y)
