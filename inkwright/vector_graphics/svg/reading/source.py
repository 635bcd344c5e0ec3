"""A document that is being read: its styles, what its references mean, and what was refused or noted."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import element_label
from inkwright.vector_graphics.svg.reading.style import StyleSheet
from inkwright.vector_graphics.svg.reading.values.numbers import Size, shortened
from inkwright.vector_graphics.svg.reading.values.transform import Matrix

_URL = re.compile(r"url\(\s*[\"']?#([^\"')]+)[\"']?\s*\)", re.IGNORECASE)
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_MOST_NOTES = 10
_ADVICE = "lenient=True leaves it out or approximates it"


class ElementError(ValueError):
    """A refusal that already names its element."""


@dataclass(frozen=True)
class Place:
    """What an element gets from the elements around it; its matrix maps to the canvas."""

    matrix: Matrix
    style: dict[str, str]
    viewport: Size
    layer: int
    ancestors: tuple[Element, ...]


class Source:
    """A document that is being read; ``lenient`` notes what cannot be represented, instead of refusing it.

    Raises:
        ValueError: its style sheets hold something that cannot be represented.
    """

    def __init__(self, root: Element, lenient: bool) -> None:
        self.root = root
        self.notes: list[str] = []
        self.lenient = lenient
        self.sheet = StyleSheet(root, self.refuse)
        self._ids: dict[str, Element] = {}
        for element in root.iter():
            self._ids.setdefault(element.attrib.get("id", ""), element)

    def cannot(self, element: Element, what: str) -> None:
        """Refuse what cannot be represented, or note it if the reader is lenient."""
        name = element_label(element)
        if not self.lenient:
            raise ElementError(f"{name} needs {what}, which a Drawing cannot represent ({_ADVICE})")
        self._note(f"{name}: {what}")

    def refuse(self, element: Element, message: str) -> None:
        """The same with a message of its own."""
        if not self.lenient:
            raise ValueError(message)
        self._note(f"{element_label(element)}: {message}")

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

    def is_inside(self, reference: str) -> bool:
        """Whether a text beginning with url( means something of this document."""
        return reference[4:].lstrip(" \t\r\n'\"").startswith("#")

    def referred(self, reference: str) -> Element | None:
        """The element that a text beginning with url(#...) means; None if there is none."""
        match = _URL.match(reference)
        return self._ids.get(match[1].strip()) if match else None
