"""Every example picture beside its sketches: docs/contact_sheet.png.

    python -m benchmarks.sketches.contact_sheet                      all examples, 32, 64, 128 and 256 strokes
    python -m benchmarks.sketches.contact_sheet --images cat --strokes 16 64 --output cat.png -- steps=100
    python -m benchmarks.sketches.contact_sheet --strokes 256 --output docs/tone.png -- experiment=sketch_tone

What follows ``--`` is handed to train.py.
"""

import sys
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from benchmarks.record import ROOT, add_pictures, options_parser, save_png
from benchmarks.sketches.baseline import our_sketch
from inkwright.pictures.target_image import load_target
from inkwright.vector_graphics.rasterizer import rasterize

GAP = 12


def picture_row(image: str, counts: list[int], side: int, folder: Path, overrides: list[str]) -> Tensor:
    """[3, H, W] one picture and its sketches of so many strokes, side by side.

    Each cell has a long side of so many pixels; the runs go into the folder, with more keys for train.py.
    """
    picture = load_target(image, side).image
    cells = [picture]
    for count in counts:
        run = folder / f"{Path(image).stem}-{count}"
        drawing = our_sketch(image, count, 0, run, overrides)
        # As near to the picture's size as the aspect ratio of the canvas lets it be.
        height = max(round(picture.shape[2] * drawing.canvas[1] / drawing.canvas[0]), 1)
        cells.append(rasterize(drawing, height, picture.shape[2])[0])
        print(f"{image}: {count} strokes", file=sys.stderr)
    tallest = max(cell.shape[1] for cell in cells)
    gaps = [(0, side - cell.shape[2] + GAP, 0, tallest - cell.shape[1] + GAP) for cell in cells]
    return torch.cat([F.pad(cell, gap, value=1.0) for cell, gap in zip(cells, gaps, strict=True)], dim=2)


def main() -> None:
    """Draw the sheet."""
    parser = options_parser(__doc__, ROOT / "docs" / "contact_sheet.png")
    add_pictures(parser, [32, 64, 128, 256])
    parser.add_argument("--side", type=int, default=400, help="long side of each cell in pixels")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            picture_row(image, options.strokes, options.side, Path(folder), options.overrides)
            for image in options.images
        ]
    save_png(torch.cat(rows, dim=1).permute(1, 2, 0), options.output)


if __name__ == "__main__":
    main()
