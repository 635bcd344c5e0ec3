"""A document that is being read: its styles, what its references mean, and what was refused or noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import element_label
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.style import INHERITED, Style, StyleSheet
from inkwright.vector_graphics.svg.reading.values.illegal import is_beyond
from inkwright.vector_graphics.svg.reading.values.numbers import Size, UnreadableError, shortened
from inkwright.vector_graphics.svg.reading.values.transform import Matrix

_URL = re.compile(r"url\(\s*[\"']?#([^\"')]+)[\"']?\s*\)", re.IGNORECASE)
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_MOST_NOTES = 10
_MOST_LEVELS = 30_000
_Read = TypeVar("_Read")
_ADVICE = "lenient=True leaves it out or approximates it"


class ElementError(ValueError):
    """A refusal that already names its element."""


class ContextPaint(NamedTuple):
    """The fill or stroke of an element that markers or what it uses may ask for, and the element's place.

    Its paths, in its own coordinates, say what gradients and patterns refer to: of a <use>, a box around all.
    """

    text: str
    place: Place
    paths: Callable[[], Sequence[CubicPath]]


@dataclass(frozen=True)
class Place:
    """What an element gets from the elements around it; its matrix maps to the canvas.

    ``group`` is the number of shapes that were painted before the group with which it is blended; None where
    that is not known. ``grounded``: the group is the document's own, whose ground is beneath it, too.
    ``context`` is what ``context-fill`` and ``context-stroke`` mean; none outside of markers and <use>.
    """

    matrix: Matrix
    style: dict[str, str]
    viewport: Size
    layer: int
    ancestors: tuple[Element, ...]
    group: int | None = 0
    grounded: bool = True
    context: Mapping[str, ContextPaint] = field(default_factory=dict)


def context_of(place: Place, paths: Callable[[], Sequence[CubicPath]]) -> dict[str, ContextPaint]:
    """The paints of an element at a place as ``context-fill`` and ``context-stroke``."""
    found: dict[str, ContextPaint] = {}
    for kind, initial in (("fill", "black"), ("stroke", "none")):
        text = place.style.get(kind, initial)
        if text.lower() in ("context-fill", "context-stroke"):
            around = place.context.get(text.lower())
            found |= {} if around is None else {f"context-{kind}": around}
            continue
        if text.lower() == "currentcolor":
            text = place.style.get("color", "black")
        found[f"context-{kind}"] = ContextPaint(text, place, paths)
    return found


class Source:
    """A document that is being read; ``lenient`` notes what cannot be represented, instead of refusing it.

    Raises:
        ValueError: its style sheets hold something that cannot be represented.
    """

    def __init__(self, root: Element, lenient: bool) -> None:
        self.root = root
        self.notes: list[str] = []
        self.lenient = lenient
        self.sheet = StyleSheet(root, self.refuse, self.note)
        self._levels_left = _MOST_LEVELS
        self._ids: dict[str, Element] = {}
        for element in root.iter():
            self._ids.setdefault(element.attrib.get("id", ""), element)

    def cannot(self, element: Element, what: str) -> None:
        """Refuse what cannot be represented, or note it if the reader is lenient."""
        name = element_label(element)
        if not self.lenient:
            raise ElementError(f"{name} needs {what}, which a Drawing cannot represent ({_ADVICE})")
        self.note(element, what)

    def refuse(self, element: Element, message: str) -> None:
        """The same with a message of its own."""
        if not self.lenient:
            raise ValueError(message)
        self.note(element, message)

    def read(
        self,
        element: Element,
        style: dict[str, str],
        around: Style,
        reading: Callable[[dict[str, str]], _Read],
    ) -> _Read:
        """What a reading makes of a style; values that can't be read are ignored, and noted, as browsers do.

        Raises:
            ValueError: whatever else the reading raises; values that browsers may know, to one that is not
                lenient.
        """
        while True:
            try:
                return reading(style)
            except UnreadableError as error:
                value, instead = style.get(error.name), _instead(error.name, around)
                if value == instead or (is_beyond(value or "") and not self.lenient):
                    raise
                self.note(element, f"{error}; it is left out")
                style = {**style, error.name: instead} if instead is not None else _without(style, error.name)

    def spend(self, levels: int, _edges: int) -> None:
        """Count what areas that are cut or laid over each other cost, so that it ends.

        Raises:
            ElementError: it is more than some seconds' work.
        """
        self._levels_left -= levels
        if self._levels_left < 0:
            raise ElementError(f"areas are cut at more than {_MOST_LEVELS:,} levels; this is refused")

    def note(self, element: Element, text: str) -> None:
        """Tell what was approximated, or read as SVG says of mistakes."""
        self._note(f"{element_label(element)}: {text}")

    def _note(self, text: str) -> None:
        if len(self.notes) < _MOST_NOTES and text not in self.notes:
            self.notes.append(text)

    def linked(self, element: Element) -> Element | None:
        """The element that the href of one refers to; None if it refers to nothing.

        Raises:
            ValueError: it refers to something outside of the document.
        """
        target = element.get("href", element.get(_XLINK_HREF, "")).strip()
        if target[:1] not in ("", "#"):
            raise ValueError(f"refers to {shortened(target)}; external references are refused")
        return self._ids.get(target[1:]) if target[1:] else None

    def template(self, element: Element) -> Element | None:
        """The element that a gradient or pattern takes from; none of another file, as in browsers."""
        try:
            return self.linked(element)
        except ValueError as error:
            self.note(element, f"{error}; nothing is taken from there, as in browsers")
            return None

    def is_inside(self, reference: str) -> bool:
        """Whether a text beginning with url( means something of this document."""
        return reference[4:].lstrip(" \t\r\n'\"").startswith("#")

    def referred(self, reference: str) -> Element | None:
        """The element that a text beginning with url(#...) means; None if there is none."""
        match = _URL.match(reference)
        return self._ids.get(match[1].strip()) if match else None


def _instead(name: str, around: Style) -> str | None:
    return around.get(name) if name in INHERITED else None


def _without(style: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in style.items() if key != name}
