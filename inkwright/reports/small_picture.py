"""Pictures of runs, made small enough for a page or a sheet."""

from __future__ import annotations

import base64
import io
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inkwright.reports.run_files import read_run_file

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_MEGAPIXELS = 64


def small_picture(path: Path | None, side: int | None = None) -> Image | None:
    """A PNG or JPEG as RGB, no larger than ``side`` pixels; None keeps its size.

    Returns:
        None if there is none, or it is damaged, or has more than 64 megapixels.
    """
    try:
        return read_run_file(path, partial(_decoded, side=side)) if path else None
    except ValueError:
        return None


def data_uri(picture: Image, kind: str = "WEBP") -> str:
    """A picture as an address that holds it; ``kind`` is WEBP or JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=80 if kind == "WEBP" else 92)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _decoded(content: bytes, side: int | None) -> Image:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remark on large pictures
        # Two formats alone: for some of the others Pillow starts programs.
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_MEGAPIXELS * 1_000_000:
                raise ValueError(f"{image.width} x {image.height} pixels")
            small = image.convert("RGB")
    if side:
        small.thumbnail((side, side))
    return small
