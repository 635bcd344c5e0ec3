"""Clean raster to filled outlines, by vtracer: good to look at, not to edit as lines."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np

from vector_graphics.drawing import Drawing
from vector_graphics.svg_reader import read_svg
from vectorization.line_mask import Grey


def trace_outlines(grey: Grey, threshold: float = 0.5, smallest: int = 4) -> Drawing:
    """The ink of a clean raster as black filled shapes, one canvas unit a pixel.

    Args:
        grey: [H, W] in [0, 1], 1 = paper.
        threshold: darkness that is ink, in (0, 1).
        smallest: specks of fewer pixels across are dropped.

    Raises:
        ValueError: vtracer is not installed.
    """
    try:
        import vtracer
    except ImportError as error:
        raise ValueError(
            "vector=outline needs vtracer, which is not installed: pip install vtracer"
        ) from error
    from PIL import Image

    height, width = grey.shape
    ink = (1 - np.asarray(grey)) >= threshold
    if not ink.any():
        return Drawing.empty((width, height))
    buffer = io.BytesIO()
    Image.fromarray(np.where(ink, 0, 255).astype(np.uint8)).convert("RGBA").save(buffer, "PNG")
    text = vtracer.convert_raw_image_to_svg(
        buffer.getvalue(), img_format="png", colormode="binary", mode="spline", filter_speckle=smallest
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outlines.svg"
        path.write_text(text, encoding="utf-8")
        return read_svg(path)
