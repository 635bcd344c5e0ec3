"""Our sketches against naive ones at equal stroke count and width: a table, and the numbers as JSON.

    python -m benchmarks.sketches.baseline                       all examples, 32, 64 and 128 strokes
    python -m benchmarks.sketches.baseline --images horse cat --strokes 64 -- steps=200

What follows ``--`` is handed to train.py. The scores are those of ``SketchQuality``: F1 of lines
against boundaries at two pixels, and correlation of blurred ink with the picture's gradient; the boundaries
come from a detector that neither side uses.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.record import RESULTS, add_pictures, keep, markdown, options_parser, run_script
from benchmarks.sketches.canny_sketch import canny_sketch
from inkwright.metrics.sketch_quality import SketchQuality
from inkwright.pictures.target_image import load_target
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.reading.reader import read_svg

SCORES = ("edge_f1", "gradient_correlation")
SIDES = ("ours", "longest chains", "split chains")

Row = dict[str, Any]


def compare(image: str, num_strokes: int, seed: int, folder: Path, overrides: list[str]) -> Row:
    """Draw one picture in three ways, with so many strokes at most, and score them.

    Our run goes into the folder; overrides are more keys for it.

    Returns:
        "image", "num_strokes", "width", and per side its stroke count and scores.
    """
    ours = our_sketch(image, num_strokes, seed, folder, overrides)
    target = load_target(image, round(max(ours.canvas))).image
    width = float(ours.width.median())
    sketches = {
        "ours": ours,
        "longest chains": canny_sketch(target, num_strokes, width),
        "split chains": canny_sketch(target, num_strokes, width, split=True),
    }
    quality = SketchQuality(target)
    row: Row = {"image": image, "num_strokes": num_strokes, "width": round(width, 3)}
    for side, sketch in sketches.items():
        scores = quality(rasterize(sketch, target.shape[1], target.shape[2])[0])
        row[side] = {
            "strokes": sketch.num_shapes,
            **{name: round(value, 4) for name, value in scores.items()},
        }
    return row


def our_sketch(image: str, num_strokes: int, seed: int, folder: Path, overrides: list[str]) -> Drawing:
    """What train.py draws, read back from its drawing.svg.

    Raises:
        RuntimeError: the run failed; its last words are in the message.
    """
    keys = [f"image={image}", f"num_strokes={num_strokes}", f"seed={seed}", f"hydra.run.dir={folder}"]
    run_script("train.py", *keys, *overrides)
    return read_svg(folder / "drawing.svg")


def markdown_table(rows: list[Row]) -> str:
    """The scores as Markdown, and in how many rows ours is the best."""
    head = [f"{side} {name}" for name in ("F1", "correlation") for side in SIDES]
    table, wins = [], 0
    for row in rows:
        cells = []
        for name in SCORES:
            values = [row[side][name] for side in SIDES]
            wins += values[0] > values[1]
            cells += [f"**{value:.3f}**" if value == max(values) else f"{value:.3f}" for value in values]
        table.append([row["image"], row["num_strokes"], *cells])
    told = f"\n\nOurs beats the longest chains in {wins} of {2 * len(rows)} comparisons."
    return markdown(" | ".join(["picture", "strokes", *head]), table) + told


def main() -> None:
    """Compare and report."""
    parser = options_parser(__doc__, RESULTS / "baseline.json")
    add_pictures(parser, [32, 64, 128])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for image in options.images:
            for count in options.strokes:
                run = Path(folder) / f"{Path(image).stem}-{count}"
                rows.append(compare(image, count, options.seed, run, options.overrides))
                print(f"{image} {count}: {rows[-1]}", file=sys.stderr)
    keep(options.output, {"seed": options.seed, "overrides": options.overrides, "rows": rows})
    print(markdown_table(rows))


if __name__ == "__main__":
    main()
