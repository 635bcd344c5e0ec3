"""Matrices of CLIPascene of bundled scenes: pictures for its page, and the numbers of every cell as JSON.

    python -m benchmarks.sketches.clipascene                          the three of docs/clipascene.md
    python -m benchmarks.sketches.clipascene --images cat -- steps=100
    python -m benchmarks.sketches.clipascene --experiment clipascene_squeezenet --output FILE

Each is a run of ``train.py experiment=clipascene``, or of another that is named; CPU seconds are those of
the whole command.
What follows ``--`` is handed to every run.
"""

import json
import resource
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.record import RESULTS, ROOT, add_pictures, keep, markdown, options_parser, run_script

SCENES = ("astronaut", "coffee", "horse")
PICTURES = ROOT / "docs" / "img"


def draw(image: str, folder: Path, experiment: str, overrides: Sequence[str]) -> dict[str, Any]:
    """Draws a matrix into a folder; the CPU seconds that it took, and the numbers of its cells."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    keys = [f"experiment={experiment}", f"image={image}", f"hydra.run.dir={folder}"]
    run_script("train.py", *keys, *overrides)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    record = json.loads((folder / "metrics.json").read_text())
    return {"image": image, "cpu_seconds": round(seconds, 1), "cells": record["drawings"]}


def table(record: dict[str, Any]) -> str:
    """Strokes, edge F1 and MS-SSIM to the line map of every cell, row by row."""
    cells = record["cells"]
    last_row, last_column = (max(int(name.split("_")[k][3:]) for name in cells) for k in (0, 1))
    rows = [
        [
            "{strokes:.0f}, {edge_f1:.2f}, {line_msssim:.2f}".format(**cells[f"row{row}_col{column}"])
            for column in range(1, last_column + 1)
        ]
        for row in range(1, last_row + 1)
    ]
    head = " | ".join(f"column {column}" for column in range(1, last_column + 1))
    return f"{record['image']}, {record['cpu_seconds']:.0f} CPU seconds\n\n{markdown(head, rows)}"


def main() -> None:
    """Draw the matrices, keep pictures and numbers."""
    parser = options_parser(__doc__, RESULTS / "clipascene.json")
    add_pictures(parser)
    parser.set_defaults(images=list(SCENES))
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="folder of the pictures")
    parser.add_argument("--experiment", default="clipascene", help="that draws the matrices")
    options = parser.parse_args()
    records = []
    for image in options.images:
        with tempfile.TemporaryDirectory() as folder:
            records.append(draw(image, Path(folder) / "run", options.experiment, options.overrides))
            picture = options.pictures / f"{options.experiment}-{image}.png"
            save_small(Path(folder) / "run" / "matrix.png", picture)
        print(table(records[-1]), flush=True)
    keep(options.output, {"overrides": options.overrides, "matrices": records})


def save_small(source: Path, path: Path) -> None:
    """A sheet at half its size, in a few grays."""
    from PIL import Image

    with Image.open(source) as sheet:
        small = sheet.convert("RGB").resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS)
    small.quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()
