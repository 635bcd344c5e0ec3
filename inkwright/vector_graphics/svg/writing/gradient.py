"""Gradient fills as SVG definitions that shapes refer to."""

from xml.etree import ElementTree as ET

import numpy as np

from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER
from inkwright.vector_graphics.svg.writing.values import (
    Array,
    check_readable,
    format_color,
    format_rounded,
    format_share,
    to_array,
)

_RIGHT_ANGLE = 1e-5
_LARGEST = MAX_NUMBER / 2  # axes are differences
_POSITION_DECIMALS = 5


class GradientDefinitions:
    """The gradients of a drawing that its exported shapes use, each written once.

    Args:
        gradients: of the drawing, or None.
        decimals: digits after the decimal point of coordinates.
    """

    def __init__(self, gradients: GradientFills | None, decimals: int) -> None:
        self._gradients = gradients
        self._rows = {} if gradients is None else {row: g for g, row in enumerate(gradients.shape.tolist())}
        self._decimals = decimals
        self._names: dict[str, str] = {}
        self._elements: list[ET.Element] = []

    def reference(self, shape: int) -> str | None:
        """The paint url(#...) of a shape; None if a flat colour fills it.

        Raises:
            ValueError: its gradient holds a number that is not finite, or above 5e8.
        """
        if self._gradients is None or shape not in self._rows:
            return None
        element = self._element(self._gradients, self._rows[shape], shape)
        text = ET.tostring(element, encoding="unicode")
        if text not in self._names:
            self._names[text] = f"gradient-{len(self._names)}"
            self._elements.append(element)
            element.attrib = {"id": self._names[text], **element.attrib}
        return f"url(#{self._names[text]})"

    def definitions(self) -> list[ET.Element]:
        """All gradients that were referred to."""
        return self._elements

    def _element(self, gradients: GradientFills, row: int, shape: int) -> ET.Element:
        first, last = gradients.stop_offsets[row : row + 2].tolist()
        frame = to_array(gradients.frame[row])
        position, color = (
            to_array(gradients.stop_position[first:last]),
            to_array(gradients.stop_color[first:last]),
        )
        for value in (frame, position, color):
            check_readable(f"gradient of shape {shape}", value, _LARGEST)
        radial = bool(gradients.radial[row])
        element = ET.Element("radialGradient" if radial else "linearGradient")
        element.set("gradientUnits", "userSpaceOnUse")
        focus = np.zeros(3) if gradients.focus is None else to_array(gradients.focus[row])
        element.attrib.update(self._radial(frame, focus) if radial else self._linear(frame))
        element.extend(_stop(*stop) for stop in zip(position, color, strict=True))
        return element

    def _linear(self, frame: Array) -> dict[str, str]:
        origin, end, across = frame
        if _is_upright(end - origin, across - origin):
            values = zip(("x1", "y1", "x2", "y2"), (*origin, *end), strict=True)
            return {name: self._number(value) for name, value in values}
        return {"x1": "0", "x2": "1", "gradientTransform": self._matrix(frame)}

    def _radial(self, frame: Array, focus: Array) -> dict[str, str]:
        origin, first, second = frame[0], frame[1] - frame[0], frame[2] - frame[0]
        lengths = np.linalg.norm(first), np.linalg.norm(second)
        if _is_upright(first, second) and np.isclose(*lengths, rtol=_RIGHT_ANGLE):
            own, turned = (*origin, lengths[0]), {}
            focal = (*(origin + focus[0] * first + focus[1] * second), focus[2] * lengths[0])
        else:
            own, turned = (0.0, 0.0, 1.0), {"gradientTransform": self._matrix(frame)}
            focal = tuple(focus)
        values = dict(zip(("cx", "cy", "r"), own, strict=True))
        values |= dict(zip(("fx", "fy", "fr"), focal, strict=True)) if focus.any() else {}
        return {name: self._number(float(value)) for name, value in values.items()} | turned

    def _matrix(self, frame: Array) -> str:
        numbers = np.concatenate([frame[1] - frame[0], frame[2] - frame[0], frame[0]])
        return f"matrix({' '.join(self._number(number) for number in numbers)})"

    def _number(self, value: float) -> str:
        """Finer than points: a small error of a frame grows over the shape."""
        return format_rounded(value, self._decimals + 2)


def _stop(position: float, color: Array) -> ET.Element:
    stop = {"offset": format_share(position, _POSITION_DECIMALS), "stop-color": format_color(color)}
    if (opacity := format_share(color[3])) != "1":
        stop["stop-opacity"] = opacity
    return ET.Element("stop", stop)


def _is_upright(first: Array, second: Array) -> bool:
    return bool(abs(first @ second) <= _RIGHT_ANGLE * np.linalg.norm(first) * np.linalg.norm(second))
