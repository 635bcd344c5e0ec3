"""TIFF files that Pillow can't read or reads wrongly: floating-point colors, separate planes of 16 bits."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PLANAR_TAG, _BITS_TAG = 284, 258


def needs_tifffile(image: Any) -> bool:
    """Whether Pillow would misread this opened image: color planes apart, more than 8 bits each."""
    tags = getattr(image, "tag_v2", None)
    return tags is not None and tags.get(_PLANAR_TAG, 1) == 2 and max(tags.get(_BITS_TAG, (8,))) > 8


def is_tiff(path: Path) -> bool:
    """Whether the file begins as TIFF files do."""
    with path.open("rb") as file:
        return file.read(4) in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_tiff(path: Path) -> NDArray[Any]:
    """The first page as [H, W, C], C from 1 to 4, in the type of the file.

    Raises:
        ValueError: the page is no picture of 1 to 4 channels.
    """
    import tifffile

    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        values = page.asarray()
        planar = page.axes.startswith("S")
    if values.ndim == 3 and planar:
        values = np.moveaxis(values, 0, -1)
    values = values[..., None] if values.ndim == 2 else values
    if values.ndim != 3 or not 1 <= values.shape[-1] <= 4:
        raise ValueError(f"a TIFF page of shape {values.shape}; grey or RGB is needed")
    return np.asarray(values)
