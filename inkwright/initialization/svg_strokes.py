"""Strokes of an SVG, as a start to go on from."""

from pathlib import Path

from torch import Tensor

from inkwright.vector_graphics.svg.reading.reader import read_svg


def read_strokes(path: str | Path, segments: int, canvas: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """Control points [M, 3 segments + 1, 2] and colours [M, 4] of an SVG's strokes, brought to the canvas.

    Raises:
        ValueError: the file can't be read, or holds anything else than open strokes of so many segments.
    """
    drawing = read_svg(path)
    strokes = bool(drawing.stroked.all()) and not bool(drawing.filled.any() or drawing.closed.any())
    if not drawing.num_shapes or not strokes or drawing.num_paths != drawing.num_shapes:
        raise ValueError(f"path_svg={path} must hold open strokes and nothing else")
    if set(drawing.segments().offsets.diff().tolist()) != {segments}:
        raise ValueError(f"path_svg={path}: every stroke must have {segments} cubic segment(s)")
    fitted = drawing.scaled(canvas[0] / drawing.canvas[0], canvas[1] / drawing.canvas[1])
    return fitted.points.reshape(-1, 3 * segments + 1, 2), fitted.stroke
