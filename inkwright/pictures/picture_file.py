"""Reads picture files of any kind, size and mode into float RGBA."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inkwright.pictures.tiff_file import is_tiff, needs_tifffile, read_tiff

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_MEGAPIXELS = 175  # Pillow refuses what is a little larger
MAX_ASPECT = 16

_DEEP_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
_ORIENTATION_TAG = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
_STARTS_PROGRAMS = "EPS"  # Pillow has Ghostscript run what is in it
_LARGEST = 1e30  # sums of blocks stay finite in single precision


def read_picture(path: Path, long_side: int) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """The first frame of a picture file, upright.

    Args:
        path: any file that Pillow can open.
        long_side: pixels that the caller will scale the long side to; larger pictures are thinned out while
            they are read, but never below twice this, so that memory stays bounded.

    Returns:
        RGBA [H, W, 4] in [0, 1], colors multiplied by alpha, and the (width, height) of the file, both
        upright.

    Raises:
        ValueError: the file is no picture, is damaged, too large or too narrow; the message names it and says
            what to do.
    """
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty (0 bytes); give a picture file")
    try:
        return _read(path, long_side)
    except _RefusedError as refusal:
        raise ValueError(f"{path} {refusal}") from None
    except OSError as error:
        raise ValueError(f"{path} {_damage(error, path)}") from error
    except Exception as error:  # decoders of damaged files raise whatever they stumble over
        raise ValueError(
            f"{path} is damaged and can't be read ({_in_a_line(error)}); save it again as PNG or JPEG"
        ) from error


def read_gray(path: Path, long_side: int) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """Luma [H, W] in [0, 1] of a picture file, transparent parts white, and its size (``read_picture``)."""
    rgba, size = read_picture(path, long_side)
    luma = (rgba[..., :3] + (1 - rgba[..., 3:])) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.clip(luma, 0, 1), size


class _RefusedError(Exception):
    """What is wrong with the file, as the end of a sentence that its name begins."""


class _NeedsTifffileError(Exception):
    """Pillow would misread this TIFF."""


def _damage(error: OSError, path: Path) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        if path.suffix.lower() in (".heic", ".heif") and find_spec("pillow_heif") is None:
            return "is a HEIC picture; to read such, run: pip install -e '.[heic]'"
        return "is not a picture in a known format, or damaged; PNG, JPEG, TIFF, WebP, GIF, BMP are read"
    if error.errno:
        return f"can't be opened: {error.strerror}"
    return f"is damaged and can't be read ({_in_a_line(error)}); save it again as PNG or JPEG"


def _in_a_line(error: Exception) -> str:
    """What a decoder says, without its line breaks, and not too much of it."""
    return " ".join(str(error).split())[:200]


def _read(path: Path, long_side: int) -> tuple[NDArray[np.float32], tuple[int, int]]:
    from PIL import UnidentifiedImageError

    try:
        return _read_with_pillow(path, long_side)
    except (_NeedsTifffileError, UnidentifiedImageError):
        if not is_tiff(path):
            raise
        return _read_with_tifffile(path, long_side)


def _read_with_pillow(path: Path, long_side: int) -> tuple[NDArray[np.float32], tuple[int, int]]:
    with _opened(path) as image:
        width, height = image.size
        _check_size(width, height)
        if needs_tifffile(image):
            raise _NeedsTifffileError
        image.draft(None, (2 * long_side, 2 * long_side))
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
        picture = _thinned(image, max(1, max(image.size) // (2 * long_side)))
    return _upright(picture, orientation), (height, width) if orientation in _SIDEWAYS else (width, height)


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """The picture, without Pillow's remarks on large and odd files."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _know_heic()
            Image.init()
            opened = Image.open(path, formats=[each for each in Image.ID if each != _STARTS_PROGRAMS])
        except Image.DecompressionBombError:
            raise _RefusedError(f"has more than {MAX_MEGAPIXELS} megapixels: scale it down first") from None
        with opened:
            yield opened


def _know_heic() -> None:
    """Pillow reads what telephones write if the package pillow-heif is there."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return
    register_heif_opener()


def _read_with_tifffile(path: Path, long_side: int) -> tuple[NDArray[np.float32], tuple[int, int]]:
    values = read_tiff(path, _check_size)
    height, width, channels = values.shape
    factor = max(1, max(width, height) // (2 * long_side))
    planes = [_block_mean(values[..., channel], factor) for channel in range(channels)]
    if channels in (2, 4):
        raise _RefusedError("has an alpha channel in a kind of TIFF that is not read; save it as PNG")
    return _deep_to_rgba(np.stack(planes, axis=-1), values.dtype.kind == "f"), (width, height)


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise _RefusedError(
            f"is {width} x {height}, {width * height / 1e6:.0f} megapixels; "
            f"at most {MAX_MEGAPIXELS} are read: scale it down first"
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise _RefusedError(
            f"is {width} x {height}; one side may be at most {MAX_ASPECT} times the other: crop it first"
        )


def _thinned(image: Image, factor: int) -> NDArray[np.float32]:
    """Premultiplied RGBA [H, W, 4], averaged over blocks of ``factor`` pixels, a strip of rows at a time."""
    if image.mode == "LAB":
        raise _RefusedError("is in CIE Lab colours; save it as RGB")
    width, height = image.size
    rows = factor * max(1, 64 // factor)
    deep = image.mode in _DEEP_MODES
    read = _deep_strip if deep else _color_strip
    strips = [
        read(image.crop((0, top, width, min(top + rows, height))), factor) for top in range(0, height, rows)
    ]
    values = np.concatenate(strips)
    return _deep_to_rgba(values[..., None], image.mode == "F") if deep else values


def _color_strip(strip: Image, factor: int) -> NDArray[np.float32]:
    if strip.has_transparency_data:
        blocks = strip.convert("RGBA").convert("RGBa").reduce(factor)
        return np.asarray(blocks).astype(np.float32) / np.float32(255)
    opaque = np.asarray(strip.convert("RGB").reduce(factor)).astype(np.float32) / np.float32(255)
    return np.concatenate([opaque, np.ones_like(opaque[..., :1])], axis=-1)


def _deep_strip(strip: Image, factor: int) -> NDArray[np.float32]:
    return _block_mean(np.asarray(strip), factor)


def _block_mean(values: NDArray[Any], factor: int) -> NDArray[np.float32]:
    if values.dtype.kind == "f":
        values = np.clip(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0), -_LARGEST, _LARGEST)
    values = values.astype(np.float32)
    over_rows = np.add.reduceat(values, np.arange(0, values.shape[0], factor), axis=0)
    sums = np.add.reduceat(over_rows, np.arange(0, values.shape[1], factor), axis=1)
    counts = np.outer(_block_sizes(values.shape[0], factor), _block_sizes(values.shape[1], factor))
    return (sums / counts).astype(np.float32)


def _block_sizes(size: int, factor: int) -> NDArray[np.int64]:
    return np.diff(np.append(np.arange(0, size, factor), size))


def _deep_to_rgba(values: NDArray[np.float32], is_float: bool) -> NDArray[np.float32]:
    """RGBA from [H, W, 1 or 3]: up to 1 as it is, up to 65535 as 16 bits, any other range stretched.

    Floating-point numbers up to 255 are those of 8 bits.
    """
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 65535:
        values = (values - np.float32(low)) / np.float32(max(high - low, 1e-30))
    elif high > 1 and high <= 255 and is_float:
        values = values / np.float32(255)
    elif high > 1:
        values = values / np.float32(65535)
    rgb = np.broadcast_to(values, (*values.shape[:2], 3))
    return np.concatenate([rgb, np.ones_like(rgb[..., :1])], axis=-1)


def _upright(picture: NDArray[np.float32], orientation: int) -> NDArray[np.float32]:
    """Turns and mirrors as the EXIF orientation (1 to 8) asks for."""
    if orientation in _SIDEWAYS:
        picture = picture.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return np.ascontiguousarray(picture)
