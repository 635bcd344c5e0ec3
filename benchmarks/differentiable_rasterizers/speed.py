"""How long an adapter takes for a picture, forward and backward."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.differentiable_rasterizers.adapters import Adapter
from benchmarks.rasterization.scenes import random_blobs, random_strokes, trained
from inkwright.vector_graphics import Drawing, read_svg

# A scene is painted for at least so many seconds and times, after one picture that is not counted.
SECONDS, TIMES = 1.0, 3

SCENES: dict[str, Callable[[], Drawing]] = {
    "64 strokes, 224 px": lambda: random_strokes(64, 224),
    "512 strokes, 224 px": lambda: random_strokes(512, 224),
    "128 fills, 256 px": lambda: random_blobs(128, 256, radius=20),
    "512 fills, 512 px": lambda: random_blobs(512, 512, radius=20),
}


def tiger(file: Path, side: int = 1024) -> Drawing:
    """A drawing of a file, scaled to so many pixels, all of it to be differentiated."""
    drawing = read_svg(file, lenient=True)
    scale = side / max(drawing.canvas)
    return trained(drawing.scaled(scale, scale).detach())


def milliseconds(adapter: Adapter, drawing: Drawing) -> dict[str, float | None]:
    """Medians of forward and of backward, None without gradients."""
    width, height = (round(side) for side in drawing.canvas)
    forward: list[float] = []
    backward: list[float] = []
    begin = time.perf_counter()
    while len(forward) <= TIMES or time.perf_counter() - begin < SECONDS:
        start = time.perf_counter()
        picture = adapter.render(drawing, height, width)
        middle = time.perf_counter()
        forward.append(1e3 * (middle - start))
        if adapter.differentiable:
            picture.backward(torch.ones_like(picture))  # type: ignore[no-untyped-call]
            backward.append(1e3 * (time.perf_counter() - middle))
    return {
        "forward": statistics.median(forward[1:]),
        "backward": statistics.median(backward[1:]) if backward else None,
    }
