"""A Drawing as a PDF file, by Matplotlib's writer."""

import io
from typing import Any

import numpy as np

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS
from inkwright.vector_graphics.svg.writing.tapered_strokes import outline_tapered

_POINTS_PER_MM = 72 / 25.4
_PIXEL_MM = 25.4 / 96
_CAPS = {"round": "round", "butt": "butt", "square": "projecting"}


def pdf_bytes(drawing: Drawing, width_mm: float | None = None, note: str = "") -> bytes:
    """One canvas as a PDF page of the size of the drawing; same bytes for the same drawing.

    The page is ``width_mm`` wide; by default a canvas unit is a CSS pixel, of which 96 are an inch. A note of
    one line, if there is one, stands at the end of the file.

    Raises:
        ValueError: the width is not above 0, or there are gradients, pictures or even-odd fills of several
            paths.
        ImportError: Matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_pdf import FigureCanvasPdf
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(
            "PDF needs Matplotlib, which is not installed; run: pip install matplotlib"
        ) from None
    drawing = outline_tapered(drawing.detach().only_alive())[0]
    width_mm = drawing.canvas[0] * _PIXEL_MM if width_mm is None else width_mm
    if not width_mm > 0:
        raise ValueError(f"width_mm is {width_mm}; it must be above 0")
    scale = width_mm * _POINTS_PER_MM / drawing.canvas[0]  # points per unit
    size = (drawing.canvas[0] * scale / 72, drawing.canvas[1] * scale / 72)
    figure = Figure(figsize=size, frameon=False)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, drawing.canvas[0])
    axes.set_ylim(drawing.canvas[1], 0)
    for row in drawing.paint_order().tolist():
        for patch in _patches(drawing, row, scale):
            axes.add_patch(patch)
    into = io.BytesIO()
    FigureCanvasPdf(figure).print_pdf(into, metadata={"CreationDate": None, "Creator": "Inkwright"})
    return into.getvalue() + (f"% {note}\n".encode() if note else b"")


def _patches(drawing: Drawing, row: int, scale: float) -> list[Any]:
    """The fill and the stroke of one shape."""
    from matplotlib.patches import PathPatch

    path = _outline(drawing, row)
    patches = []
    if bool(drawing.filled[row]):
        several = int(drawing.shape_offsets[row + 1] - drawing.shape_offsets[row]) > 1
        served = [paints.shape.tolist() for paints in (drawing.gradients, drawing.pictures) if paints]
        if any(row in shapes for shapes in served) or (several and int(drawing.fill_rule[row])):
            raise ValueError("a PDF is written without gradients, pictures and even-odd fills; write an SVG")
        patches.append(PathPatch(path, facecolor=drawing.fill[row].tolist(), linewidth=0, edgecolor="none"))
    if bool(drawing.stroked[row]):
        cap, join = "round", "round"
        if drawing.styles is not None:
            cap, join = CAPS[int(drawing.styles.cap[row])], JOINS[int(drawing.styles.join[row])]
        patches.append(
            PathPatch(
                path,
                fill=False,
                edgecolor=drawing.stroke[row].tolist(),
                linewidth=float(drawing.width[row]) * scale,
                capstyle=_CAPS[cap],
                joinstyle=join,
            )
        )
    return patches


def _outline(drawing: Drawing, row: int) -> Any:
    from matplotlib.path import Path

    corners, codes = [], []
    for path in range(int(drawing.shape_offsets[row]), int(drawing.shape_offsets[row + 1])):
        points = (
            drawing.points[int(drawing.path_offsets[path]) : int(drawing.path_offsets[path + 1])]
            .double()
            .numpy()
        )
        closed = bool(drawing.closed[path])
        chain = np.concatenate([points, points[:1]]) if closed else points
        corners += [chain, *([chain[:1]] if closed else [])]
        codes += [Path.MOVETO, *[Path.CURVE4] * (len(chain) - 1), *([Path.CLOSEPOLY] if closed else [])]
    return Path(np.concatenate(corners), codes)
