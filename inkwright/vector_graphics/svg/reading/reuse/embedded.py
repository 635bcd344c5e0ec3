"""What an <image> shows: SVG documents and pixel pictures, and where they stand."""

import zlib
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.document import MAX_BYTES, parse_document
from inkwright.vector_graphics.svg.reading.reuse.pictures import Folders, referred_bytes
from inkwright.vector_graphics.svg.reading.source import ElementError, Place
from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.numbers import Lengths, Size
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine
from inkwright.vector_graphics.svg.reading.viewport import Box, fitted, fixed_length

MOST_EMBEDDED = 20
_GZIP = b"\x1f\x8b"
_KIND = "data:image/svg+xml"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"


class Frame(NamedTuple):
    """Where an image stands in its own coordinates, and how its canvas is mapped to them."""

    box: Box
    matrix: Matrix


def image_content(image: Element, folders: Folders | None) -> Element | bytes:
    """The root of the SVG that an <image> shows, or the content of a pixel picture.

    Raises:
        ValueError: its address means nothing that is read.
        ElementError: it is an SVG that is refused.
    """
    reference = _reference(image)
    content = referred_bytes(reference, folders)
    is_svg = reference.lower().startswith(_KIND) or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if not is_svg and not content.startswith(_GZIP):
        return content
    try:
        if content.startswith(_GZIP):
            unpacker = zlib.decompressobj(wbits=31)
            content = unpacker.decompress(content, MAX_BYTES)
        return parse_document(content)
    except (ValueError, zlib.error) as error:
        raise ElementError(f"an <image> carries an SVG that is refused: {error}") from error


def is_elsewhere(image: Element) -> bool:
    """Whether an <image> refers to something that is not in its address itself."""
    return _reference(image)[:5].lower() != "data:"


def shows_nothing(image: Element, place: Place) -> bool:
    """Whether an <image> has no address or no size, so that browsers show nothing."""
    lengths = Lengths(place.style, place.viewport)
    sizes = [lengths.get(name) for name in ("width", "height") if place.style.get(name, "auto") != "auto"]
    return not _reference(image) or any(size <= 0 for size in sizes)


def image_frame(place: Place, canvas: Size, inner: Style) -> Frame:
    """Where an image with a canvas of this size stands; ``inner`` is that of its outermost <svg>, if any.

    Raises:
        ValueError: a number cannot be read.
    """
    lengths = Lengths(place.style, place.viewport)
    own = fixed_length(inner, "width") or canvas[0], fixed_length(inner, "height") or canvas[1]
    width, height = (
        lengths.get(name) if place.style.get(name, "auto") != "auto" else None for name in ("width", "height")
    )
    if width is None:
        width = own[0] if height is None else height * own[0] / own[1]
    height = width * own[1] / own[0] if height is None else height
    x, y = lengths.get("x"), lengths.get("y")
    matrix = affine(1, 0, 0, 1, x, y) @ fitted((0.0, 0.0, *canvas), (width, height), place.style)
    return Frame((x, y, width, height), np.asarray(matrix))


def _reference(image: Element) -> str:
    return image.get("href", image.get(_XLINK_HREF, "")).strip()
