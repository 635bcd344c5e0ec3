"""Clean raster to filled outlines, by vtracer or potracer: good to look at, not to edit as lines."""

import io
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vectorization.skeleton.line_mask import Gray

Tracer = Literal["vtracer", "potrace"]


def trace_outlines(
    gray: Gray, threshold: float = 0.5, smallest: int = 4, tracer: Tracer = "vtracer"
) -> Drawing:
    """The ink of a clean raster as black filled shapes, one canvas unit a pixel.

    Args:
        gray: [H, W] in [0, 1], 1 = paper.
        threshold: darkness that is ink, in (0, 1).
        smallest: specks of fewer pixels across are dropped.
        tracer: who finds the outlines: vtracer (MIT), or potrace by the package potracer, whose curves are
            smoother, which takes longer, and whose licence is the GPL.

    Raises:
        ValueError: the tracer is not installed.
    """
    height, width = gray.shape
    ink = (1 - np.asarray(gray)) >= threshold
    if not ink.any():
        return Drawing.empty((width, height))
    return parse_svg(_by_vtracer(ink, smallest) if tracer == "vtracer" else _by_potrace(ink, smallest))


def _by_vtracer(ink: NDArray[np.bool_], smallest: int) -> str:
    try:
        import vtracer
    except ImportError as error:
        message = "vector=outline needs vtracer, which is not installed: pip install vtracer"
        raise ValueError(message) from error
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.where(ink, 0, 255).astype(np.uint8)).convert("RGBA").save(buffer, "PNG")
    text: str = vtracer.convert_raw_image_to_svg(
        buffer.getvalue(), img_format="png", colormode="binary", mode="spline", filter_speckle=smallest
    )
    return text


def _by_potrace(ink: NDArray[np.bool_], smallest: int) -> str:
    """One path of all outlines, filled by the even-odd rule."""
    try:
        import potrace
    except ImportError as error:
        message = "vector=potrace needs potracer (GPL), which is not installed: pip install potracer"
        raise ValueError(message) from error
    parts: list[str] = []
    for outline in potrace.Bitmap(~ink).trace(turdsize=smallest**2):
        parts.append(_place("M", outline.start_point))
        for segment in outline.segments:
            if segment.is_corner:
                parts += [_place("L", segment.c), _place("L", segment.end_point)]
            else:
                parts += [_place("C", segment.c1), _place("", segment.c2), _place("", segment.end_point)]
        parts.append("Z")
    height, width = ink.shape
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path fill-rule="evenodd" d="{" ".join(parts)}"/></svg>'
    )


def _place(command: str, point: object) -> str:
    return f"{command}{point.x:.3f} {point.y:.3f}"  # type: ignore[attr-defined]
