"""The one door to every rasteriser: ``rasterize(drawing) -> image``."""

import importlib
import importlib.util
import math
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Literal

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.stroke_outlines import outline_styled
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.drawing_checks import check_background, check_values

Backend = Literal["auto", "draft", "exact", "numba", "torch", "triton", "diffvg"]

# Every backend is a function (drawing, height, width, background [B, 3], filter_width) -> [B, 3, H, W].
BackendFunction = Callable[[Drawing, int, int, Tensor, float], Tensor]
_BACKENDS: dict[str, str] = {
    "numba": "inkwright.vector_graphics.rasterizers.cpu.rasterizer",
    "draft": "inkwright.vector_graphics.rasterizers.cpu.rasterizer",
    "exact": "inkwright.vector_graphics.rasterizers.cpu.rasterizer",
    "torch": "inkwright.vector_graphics.rasterizers.reference.rasterizer",
    "triton": "inkwright.vector_graphics.rasterizers.gpu.rasterizer",
    "diffvg": "inkwright.vector_graphics.rasterizers.diffvg",
}
_STYLED = ("numba", "draft", "exact")  # ways of the CPU's, which paints caps, joins and profiles itself


def rasterize(
    drawing: Drawing,
    height: int | None = None,
    width: int | None = None,
    backend: Backend = "auto",
    background: Sequence[float] | Tensor = (1.0, 1.0, 1.0),
    *,
    filter_width: float = 1.0,
) -> Tensor:
    """What a browser paints from the exported SVG, differentiable in points, widths, colours and background.

    Every pixel is the average of the picture over the pixel's area (a box filter), analytically anti-aliased;
    pixel (i, j) covers [j, j + 1] x [i, i + 1]. Shapes are composited in paint order with straight alpha.

    Args:
        drawing: one or more canvases of shapes.
        height: rows of the image; by default what the width gives, or the canvas height rounded.
        width: columns of the image; by default what the height gives, or the canvas width rounded.
        backend: "auto" takes numba on the CPU and triton on a GPU; "draft" is numba, in a third of the
            time for fills that overlap themselves all over: off by some hundredths at edges of fills, and
            by more where one overlaps itself within a pixel (on a GPU it is "auto"); "exact" is "auto", with
            round strokes as exact as fills, in two to three times the time for these; "torch" is the slow
            reference; "diffvg" samples, and needs ``pydiffvg``.
        background: RGB in [0, 1] of all canvases [3], or of each [B, 3].
        filter_width: side of the box filter in pixels, >= 1; wide filters let far shapes feel a pull. Above 1
            "auto" and the backends that it takes are "exact".

    Returns:
        [B, 3, H, W] linear mix of the given colours, in [0, 1], of the type and on the device of the drawing.

    Raises:
        ValueError: an argument is out of its range, or the size has not the canvas's aspect ratio.
    """
    height, width = image_size(drawing, height, width)
    if not (math.isfinite(filter_width) and filter_width >= 1):
        raise ValueError(f"filter_width is {filter_width}; it must be finite and at least 1 pixel")
    check_values(drawing)
    chosen = resolve_backend(backend, drawing)
    # The quick formula of round strokes holds where a filter sees little more than one edge of them.
    exact = backend == "exact" or filter_width > 1
    if chosen not in _STYLED:
        drawing = outline_styled(drawing, width / drawing.canvas[0], every=exact)
    elif exact and chosen == "numba":
        chosen = "exact"
    paint = load_backend(chosen)
    return paint(drawing, height, width, canvas_background(background, drawing), float(filter_width))


def image_size(drawing: Drawing, height: int | None, width: int | None) -> tuple[int, int]:
    """(height, width) of the image in pixels, with the canvas's aspect ratio.

    Raises:
        ValueError: a side is below 1 pixel, or the sides differ from the aspect ratio by more than rounding.
    """
    canvas_width, canvas_height = drawing.canvas
    if height is None:
        height = round(canvas_height) if width is None else round(width * canvas_height / canvas_width)
        height = max(height, 1)
    if width is None:
        width = max(round(height * canvas_width / canvas_height), 1)
    for name, side in (("height", height), ("width", width)):
        if side < 1 or side != int(side):
            raise ValueError(f"{name} is {side}; it must be a whole number of pixels, at least 1")
    aspect = canvas_width / canvas_height
    if min(abs(height * aspect - width), abs(width / aspect - height)) > 1:
        raise ValueError(
            f"height, width are {height}, {width}; the canvas {canvas_width:g} x {canvas_height:g} "
            "would be squashed: give one of them only"
        )
    return int(height), int(width)


def resolve_backend(backend: str, drawing: Drawing) -> str:
    """The name of the backend that ``backend`` stands for.

    Raises:
        ValueError: there is no such backend, or it needs Triton and Triton is not installed.
    """
    if backend in ("auto", "draft", "exact"):
        if drawing.points.device.type == "cpu":
            return "numba" if backend == "auto" else backend
        return "triton" if importlib.util.find_spec("triton") is not None else "torch"
    if backend not in _BACKENDS:
        raise ValueError(f"backend is {backend!r}; allowed are auto, {', '.join(_BACKENDS)}")
    if backend == "triton" and importlib.util.find_spec("triton") is None:
        raise ValueError("backend is 'triton', but Triton is not installed: pip install triton")
    return backend


def load_backend(name: str) -> BackendFunction:
    """The function that paints, its module imported on first use."""
    paint: Callable[..., Tensor] = importlib.import_module(_BACKENDS[name]).paint
    return partial(paint, backend=name) if name in _STYLED else paint


def canvas_background(background: Sequence[float] | Tensor, drawing: Drawing) -> Tensor:
    """[B, 3] background of each canvas.

    Raises:
        ValueError: the colour has another shape, or is out of [0, 1].
    """
    points = drawing.points
    if isinstance(background, tuple) and all(isinstance(each, float) for each in background):
        return _plain_background(background, points.dtype, points.device, drawing.num_canvases)
    color = torch.as_tensor(background, dtype=points.dtype, device=points.device)
    check_background(color, drawing.num_canvases)
    return color.expand(drawing.num_canvases, 3)


@lru_cache(maxsize=8)
def _plain_background(
    background: tuple[float, ...], dtype: torch.dtype, device: torch.device, num_canvases: int
) -> Tensor:
    """That of floats; kept, since small drawings take as long as this does."""
    color = torch.tensor(background, dtype=dtype, device=device)
    check_background(color, num_canvases)
    return color.expand(num_canvases, 3)
