"""Where an <svg> or <symbol> puts its contents: viewBox, preserveAspectRatio, width and height."""

from __future__ import annotations

import numpy as np

from inkwright.vector_graphics.svg.reading.numbers import Matrix, parse_length, parse_numbers, shortened
from inkwright.vector_graphics.svg.reading.style import Style

Size = tuple[float, float]
Box = tuple[float, float, float, float]

_SHARE_BEFORE = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
_SAME_ASPECT = 1e-3


def canvas_of_root(style: Style) -> tuple[Size, Matrix, Size]:
    """The canvas in units of its viewBox, the matrix from the viewBox to it, the viewBox's size.

    The canvas is what a viewer shows: the viewBox, enlarged or cut to the aspect ratio of width and height as
    preserveAspectRatio says. Without a viewBox a unit is a CSS pixel.

    Raises:
        ValueError: there is neither a viewBox nor a width and height, or a number is out of its range.
    """
    box = _view_box(style)
    width, height = (_fixed_length(style, name) for name in ("width", "height"))
    if box is None:
        if width is None or height is None:
            raise ValueError(
                "<svg> has no viewBox and no width and height; add one of them, so that its size is known"
            )
        return (width, height), np.eye(3), (width, height)
    size = (box[2], box[3])
    if width is None or height is None or abs(width * box[3] / (height * box[2]) - 1) < _SAME_ASPECT:
        return size, _translation(-box[0], -box[1]), size
    matrix = _fit(box, (width, height), style.get("preserveAspectRatio", "xMidYMid"))
    units = matrix[0, 0]
    return (width / units, height / units), np.diag([1 / units, 1 / units, 1]) @ matrix, size


def nested_viewport(style: Style, outer: Size, size_from: Style) -> tuple[Box, Matrix, Size]:
    """The rectangle of a nested <svg> or a used <symbol>, and what its contents are measured in.

    Args:
        style: of the <svg> or <symbol>.
        outer: (width, height) that its percentages refer to.
        size_from: the style whose width and height hold: of the <use>, or its own.

    Returns:
        (x, y, width, height) of the rectangle in the coordinates around it, the matrix from the contents to
        these coordinates, and the (width, height) that percentages of the contents refer to.

    Raises:
        ValueError: a number is out of its range.
    """
    x, y = (parse_length(name, style.get(name, "0"), outer[axis]) for axis, name in enumerate("xy"))
    width, height = (
        parse_length(name, _given(size_from, name) or _given(style, name) or "100%", outer[axis])
        for axis, name in enumerate(("width", "height"))
    )
    if width < 0 or height < 0:
        raise ValueError(f"width, height are {width:g}, {height:g}; they must not be negative")
    box = _view_box(style)
    matrix, inner = np.eye(3), (width, height)
    if box is not None and width and height:
        matrix, inner = _fit(box, inner, style.get("preserveAspectRatio", "xMidYMid")), (box[2], box[3])
    return (x, y, width, height), _translation(x, y) @ matrix, inner


def _given(style: Style, name: str) -> str | None:
    value = style.get(name, "auto")
    return None if value == "auto" else value


def _fixed_length(style: Style, name: str) -> float | None:
    """A length that does not depend on the window it is shown in."""
    text = style.get(name, "auto").strip()
    if text in ("auto", "") or text.endswith("%"):
        return None
    value = parse_length(name, text, 0.0)
    if value <= 0:
        raise ValueError(f"{name} of <svg> is {shortened(text)}; it must be above 0")
    return value


def _view_box(style: Style) -> Box | None:
    text = style.get("viewBox", "none").strip()
    if text in ("none", ""):
        return None
    numbers = parse_numbers("viewBox", text)
    if len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
        raise ValueError(f"viewBox is {shortened(text)}; four numbers are needed, width and height above 0")
    x, y, width, height = numbers
    return x, y, width, height


def _fit(box: Box, size: Size, aspect_ratio: str) -> Matrix:
    """The matrix from a viewBox to a rectangle of this size at the origin."""
    align, how, *_ = [*aspect_ratio.split(), "meet", ""]
    scales = np.array([size[0] / box[2], size[1] / box[3]])
    shares = (0.0, 0.0)
    if align != "none":
        if align[:1] != "x" or align[4:5] != "Y" or not {align[1:4], align[5:]} <= _SHARE_BEFORE.keys():
            raise ValueError(
                f"preserveAspectRatio is {shortened(aspect_ratio)}; none or, e.g., xMidYMid meet is needed"
            )
        scales[:] = scales.max() if how == "slice" else scales.min()
        shares = (_SHARE_BEFORE[align[1:4]], _SHARE_BEFORE[align[5:]])
    matrix = np.diag([*scales, 1.0])
    for axis in (0, 1):
        spare = size[axis] - box[2 + axis] * scales[axis]
        matrix[axis, 2] = spare * shares[axis] - box[axis] * scales[axis]
    return matrix


def _translation(x: float, y: float) -> Matrix:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])
