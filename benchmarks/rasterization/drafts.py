"""What do drafts (``backend="draft"``) save, what do exact strokes (``"exact"``) cost, how far are they off?

    python -m benchmarks.rasterization.drafts

Strokes, blobs, and tangled paths and strokes of eight cubics whose points lie anywhere in a disc, as fitted
ones come to be. The default, drafts and exact pictures by turns, forward and backward, in processor time of
one thread; differences from the default in color, in which 1 is from black to white.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numba
import torch

from benchmarks.rasterization.scenes import random_blobs, random_strokes
from benchmarks.record import RESULTS, keep, markdown, options_parser
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.rasterizer import Backend

REPEATS = 20
BACKENDS: tuple[Backend, ...] = ("numba", "draft", "exact")
SIDES = 768, 512


def tangled(count: int, points: int, radius: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Points [count, points, 2] on a canvas of 768 x 512, within discs of some radius; colors [count, 4]."""
    draw = torch.Generator().manual_seed(0)
    turn, reach = torch.rand(2, count, points, generator=draw)
    offsets = torch.stack([(2 * torch.pi * turn).cos(), (2 * torch.pi * turn).sin()], -1) * reach[..., None]
    centers = torch.rand(count, 1, 2, generator=draw) * torch.tensor(SIDES)
    colors = torch.rand(count, 4, generator=draw)
    return (centers + radius * offsets).requires_grad_(), colors


def tangled_paths(count: int, radius: float) -> Drawing:
    """Translucent closed paths of eight cubics."""
    return Drawing.from_fills(*tangled(count, 24, radius), SIDES)


def tangled_strokes(count: int, radius: float) -> Drawing:
    """Translucent strokes of eight cubics, 2 to 16 pixels wide."""
    points, colors = tangled(count, 25, radius)
    return Drawing.from_strokes(points, torch.linspace(2, 16, count), colors, SIDES)


SCENES: dict[str, Callable[[], Drawing]] = {
    "64 strokes at 224": lambda: random_strokes(64, 224),
    "512 strokes at 224": lambda: random_strokes(512, 224),
    "2,048 strokes at 1,024": lambda: random_strokes(2048, 1024),
    "128 blobs at 256": lambda: random_blobs(128, 256, radius=20),
    "512 blobs at 512": lambda: random_blobs(512, 512, radius=20),
    "512 tangled paths at 768 x 512": lambda: tangled_paths(512, 30.0),
    "256 tangled strokes at 768 x 512": lambda: tangled_strokes(256, 30.0),
}


def milliseconds(drawing: Drawing, backend: Backend) -> float:
    """Of one picture and its gradients."""
    start = time.process_time()
    image = rasterize(drawing, backend=backend)
    image.backward(torch.ones_like(image))  # type: ignore[no-untyped-call]
    return 1e3 * (time.process_time() - start)


def main() -> None:
    """Draw by turns, print the table, keep the numbers."""
    options = options_parser(__doc__, RESULTS / "drafts.json").parse_args()
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    rows = []
    for name, scene in SCENES.items():
        drawing = scene()
        turns = [[milliseconds(drawing, backend) for backend in BACKENDS] for _ in range(REPEATS + 3)]
        times = [statistics.median(each) for each in zip(*turns[3:], strict=True)]
        default, draft, exact = (rasterize(drawing, backend=backend).detach() for backend in BACKENDS)
        row: dict[str, Any] = {"scene": name}
        row |= {f"{backend}_ms": took for backend, took in zip(BACKENDS, times, strict=True)}
        for other, off in (("draft", (draft - default).abs()), ("exact", (exact - default).abs())):
            row |= {f"{other}_mean": float(off.mean()), f"{other}_worst": float(off.max())}
        rows.append(row)
    keep(options.output, {"seed": 0, "rows": rows})
    head = "scene | default, ms | draft, ms | mean difference | worst | exact, ms | mean difference | worst"
    cells = [
        [row["scene"], f"{row['numba_ms']:.1f}"]
        + [
            text
            for other in BACKENDS[1:]
            for text in (
                f"{row[f'{other}_ms']:.1f}",
                f"{row[f'{other}_mean']:.1e}",
                f"{row[f'{other}_worst']:.2f}",
            )
        ]
        for row in rows
    ]
    print(markdown(head, cells))


if __name__ == "__main__":
    main()
