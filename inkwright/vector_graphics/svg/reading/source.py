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
        self.sheet = StyleSheet(root)
        self.notes: list[str] = []
        self._lenient = lenient
        self._ids: dict[str, Element] = {}
        for element in root.iter():
            self._ids.setdefault(element.attrib.get("id", ""), element)

    def cannot(self, element: Element, what: str) -> None:
        """Refuse what cannot be represented, or note it if the reader is lenient."""
        name = element_label(element)
        if not self._lenient:
            raise ElementError(f"{name} needs {what}, which a Drawing cannot represent ({_ADVICE})")
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(f"{name}: {what}")

    def linked(self, element: Element) -> Element | None:
        """The element that the href of one refers to; None if it refers to nothing.

        Raises:
            ValueError: it refers to something outside of the document.
        """
        target = element.get("href", element.get(_XLINK_HREF, "")).strip()
        if target[:1] not in ("", "#"):
            raise ValueError(f"refers to {shortened(target)}; external references are refused")
        return self._ids.get(target[1:]) if target[1:] else None

    def referred(self, reference: str) -> Element | None:
        """The element that a text beginning with url(#...) means; None if there is none."""
        match = _URL.match(reference)
        return self._ids.get(match[1]) if match else None
