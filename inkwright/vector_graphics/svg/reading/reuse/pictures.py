"""Pixel pictures inside of an SVG: decoded within bounds, from its own data or from files beside it."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.document import MAX_BYTES
from inkwright.vector_graphics.svg.reading.values.numbers import shortened

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MOST_PIXELS = 25_000_000  # of all pictures of a document together
_DEEP_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N")

Pixels = NDArray[np.uint8]  # [H, W, 4] straight RGBA


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture on the canvas: its pixels, the frame of ``PictureFills``, whether it is smooth."""

    pixels: Pixels
    frame: NDArray[np.float64]
    smooth: bool


@dataclass(frozen=True)
class Folders:
    """The folder of a document, and the one outside of which it gets no file."""

    own: Path
    within: Path


def referred_bytes(reference: str, folders: Folders | None) -> bytes:
    """The content that an address means: data in it, or a file.

    Raises:
        ValueError: it is of the web or outside of the folders, there is no such file, or it cannot be read.
    """
    if reference[:5].lower() == "data:":
        return _data(reference)
    if folders is None or ":" in reference or reference.startswith(("/", "\\")):
        raise ValueError(f"it refers to {shortened(reference)}; only data and files beside the SVG are read")
    path = unquote(reference.partition("#")[0].partition("?")[0]).replace("\0", "\ufffd")
    try:
        file = (folders.own / path).resolve()
        if not file.is_relative_to(folders.within.resolve()):
            raise ValueError(f"it refers to {shortened(reference)}, which is outside of the SVG's folder")
        if not file.is_file():
            raise ValueError(f"it refers to {shortened(reference)}, and there is no such file")
        if file.stat().st_size > MAX_BYTES:
            raise ValueError(f"it refers to {shortened(reference)}, which has more than {MAX_BYTES:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise ValueError(
            f"it refers to {shortened(reference)}, which cannot be read: {error.strerror}"
        ) from None


def _data(reference: str) -> bytes:
    head, comma, data = reference.partition(",")
    if not comma:
        raise ValueError("its address has no data")
    content = unquote_to_bytes(data)
    if not head.lower().rstrip().endswith(";base64"):
        return content
    try:
        content = b"".join(content.split())
        return base64.b64decode(content + b"=" * (-len(content) % 4), validate=True)
    except binascii.Error:
        raise ValueError("its data are no base64") from None


class PictureReader:
    """Decodes the pictures of one document, each once, of a limited number of pixels in all."""

    def __init__(self) -> None:
        """Starts to count."""
        self._known: dict[bytes, Pixels] = {}
        self._left = _MOST_PIXELS

    def pixels(self, content: bytes) -> Pixels:
        """A PNG, JPEG, WebP or GIF, upright; of an animation the first frame.

        Raises:
            ValueError: it is none of these, damaged, or too large.
        """
        if content not in self._known:
            self._known[content] = self._decoded(content)
        return self._known[content]

    def _decoded(self, content: bytes) -> Pixels:
        from PIL import Image, ImageOps, UnidentifiedImageError

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                    width, height = image.size
                    self._left -= width * height
                    if self._left < 0:
                        raise _TooLargeError
                    return _rgba(ImageOps.exif_transpose(image))
            except (_TooLargeError, Image.DecompressionBombError):
                raise ValueError(f"pictures have more than {_MOST_PIXELS:,} pixels in all") from None
            except UnidentifiedImageError:
                raise ValueError("it is no PNG, JPEG, WebP or GIF") from None
            except Exception as error:  # decoders of damaged files raise whatever they stumble over
                raise ValueError(f"it is damaged ({' '.join(str(error).split())[:100]})") from None


class _TooLargeError(Exception):
    """There are more pixels than are read."""


def _rgba(image: Image) -> Pixels:
    if image.mode in _DEEP_MODES:
        gray = (np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
        return np.stack([gray, gray, gray, np.full_like(gray, 255)], axis=-1)
    return np.asarray(image.convert("RGBA"))
