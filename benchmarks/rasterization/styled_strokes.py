"""How much longer strokes of other styles take than round ones, forward and backward, by turns.

    python -m benchmarks.rasterization.styled_strokes

Milliseconds of the processor, one thread. Each is divided by that of the round strokes just before it, and
the median of these ratios counts. Numbers go to benchmarks/results/styled_strokes.json.
"""

import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numba
import torch

from benchmarks.rasterization.coverage_error import STYLES
from benchmarks.rasterization.scenes import random_strokes
from benchmarks.rasterization.timed_scenes import milliseconds
from benchmarks.record import RESULTS, keep, markdown, options_parser
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.stroke_styles import StrokeStyles

SCENES = {
    "64 at 224": partial(random_strokes, 64, 224),
    "512 at 224": partial(random_strokes, 512, 224),
    "2,048 at 1,024": partial(random_strokes, 2048, 1024),
}
TURNS = 25


def styled(drawing: Drawing) -> Iterator[tuple[str, Drawing]]:
    """The drawing in every style that is not round and even."""
    profile = torch.rand(drawing.num_shapes, 5, generator=torch.Generator().manual_seed(0))
    for name, (cap, join) in STYLES.items():
        tapers = profile if name == "tapered strokes" else None
        yield (
            name,
            drawing.replace(styles=StrokeStyles.uniform(drawing.num_shapes, cap, join, profile=tapers)),
        )


def ratios(drawing: Drawing) -> dict[str, float]:
    """Times of round strokes of the scene, and by which factor each style takes longer."""
    variants, rows = dict(styled(drawing)), []
    for each in (drawing, *variants.values()):
        milliseconds(rasterize, each)
    for _ in range(TURNS):
        rows.append(
            {
                name: (milliseconds(rasterize, drawing), milliseconds(rasterize, each))
                for name, each in variants.items()
            }
        )
    found = {"round, ms": statistics.median(row[name][0] for row in rows for name in row)}
    return found | {name: statistics.median(row[name][1] / row[name][0] for row in rows) for name in variants}


def main() -> None:
    """Measure, print a Markdown table, and keep the numbers."""
    output: Path = options_parser(__doc__, RESULTS / "styled_strokes.json").parse_args().output
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    table = {name: ratios(scene()) for name, scene in SCENES.items()}
    keep(output, {"turns": TURNS, "scenes": table})
    head = " | ".join(["strokes", *next(iter(table.values()))])
    print(
        markdown(head, ([name, *(f"{value:.2f}" for value in row.values())] for name, row in table.items()))
    )


if __name__ == "__main__":
    main()
