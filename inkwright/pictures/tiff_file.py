"""TIFF files that Pillow can't read or reads wrongly: floating-point colors, separate planes of 16 bits."""

import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PLANAR_TAG, _BITS_TAG = 284, 258
_MAX_BYTES = 2 * 2**30


def needs_tifffile(image: Any) -> bool:
    """Whether Pillow would misread this opened image: color planes apart, more than 8 bits each."""
    tags = getattr(image, "tag_v2", None)
    return tags is not None and tags.get(_PLANAR_TAG, 1) == 2 and max(tags.get(_BITS_TAG, (8,))) > 8


def is_tiff(path: Path) -> bool:
    """Whether the file begins as TIFF files do."""
    with path.open("rb") as file:
        return file.read(4) in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_tiff(path: Path, check: Callable[[int, int], None]) -> NDArray[Any]:
    """The first page as [H, W, C], C from 1 to 4, in the type of the file.

    ``check`` gets its width and height before it is decoded, and raises what it has against them.

    Raises:
        ValueError: the page is no picture of 1 to 4 channels, or has more than 2 GiB.
    """
    import tifffile

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what is wrong is said by whoever reads
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        check(page.imagewidth, page.imagelength)
        size = math.prod(page.shape) * np.dtype(page.dtype).itemsize
        if size > _MAX_BYTES:
            raise ValueError(
                f"a TIFF page of {size / 2**30:.1f} GiB; at most 2 are read: scale it down first"
            )
        values = page.asarray()
        planar = page.axes.startswith("S")
    if values.ndim == 3 and planar:
        values = np.moveaxis(values, 0, -1)
    values = values[..., None] if values.ndim == 2 else values
    if values.ndim != 3 or not 1 <= values.shape[-1] <= 4:
        raise ValueError(f"a TIFF page of shape {values.shape}; grey or RGB is needed")
    return np.asarray(values)
