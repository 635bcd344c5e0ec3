"""SVG documents inside of an SVG: an <image> whose data are SVG."""

import base64
import binascii
import zlib
from typing import NamedTuple
from urllib.parse import unquote_to_bytes
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.document import MAX_BYTES, parse_document
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


def embedded_document(image: Element) -> Element | None:
    """The root of the SVG that an <image> carries in its address; None if it carries another thing.

    Raises:
        ValueError: its data are no SVG that can be read.
    """
    head, comma, data = _reference(image).partition(",")
    if not comma or not head.lower().startswith(_KIND):
        return None
    content = unquote_to_bytes(data)
    if head.lower().endswith(";base64"):
        try:
            content = base64.b64decode(b"".join(content.split()), validate=True)
        except binascii.Error:
            raise ValueError("its data are no base64") from None
    try:
        if content.startswith(_GZIP):
            unpacker = zlib.decompressobj(wbits=31)
            content = unpacker.decompress(content, MAX_BYTES)
        return parse_document(content)
    except (ValueError, zlib.error) as error:
        raise ElementError(f"an <image> carries an SVG that is refused: {error}") from error


def shows_nothing(image: Element, place: Place) -> bool:
    """Whether an <image> has no address or no size, so that browsers show nothing."""
    lengths = Lengths(place.style, place.viewport)
    sizes = [lengths.get(name) for name in ("width", "height") if place.style.get(name, "auto") != "auto"]
    return not _reference(image) or any(size <= 0 for size in sizes)


def image_frame(place: Place, canvas: Size, inner: Style) -> Frame:
    """Where an image with a canvas of this size stands; ``inner`` is the style of its outermost <svg>.

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
