"""Every example picture beside its sketches: docs/contact_sheet.png.

    python -m benchmarks.sketches.contact_sheet                      all examples, 32, 64, 128 and 256 strokes
    python -m benchmarks.sketches.contact_sheet --images cat --strokes 16 64 --output cat.png -- steps=100
    python -m benchmarks.sketches.contact_sheet --strokes 256 --output docs/tone.png -- experiment=sketch_tone
    python -m benchmarks.sketches.contact_sheet --strokes 32 --recipes classic networks=analysis=networks

A recipe is a name and, behind ``=``, keys for train.py, divided by blanks; there is a column for each and for
each number of strokes. What follows ``--`` is handed to train.py in all of them. With ``--runs`` sketches
stay there, and are not drawn again; ``--bare`` leaves the pictures out.
"""

import sys
import tempfile
from itertools import product
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from benchmarks.record import ROOT, add_pictures, options_parser, save_png
from benchmarks.sketches.baseline import our_sketch
from inkwright.pictures.target_image import load_target
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.reading.reader import read_svg

GAP = 12


def sketch(image: str, recipe: str, count: int, folder: Path, overrides: list[str]) -> Drawing:
    """What a recipe draws of a picture; the run goes into the folder, and is not repeated if it is there."""
    name, _, own = recipe.partition("=")
    run = folder / f"{Path(image).stem}-{name}-{count}"
    if (run / "drawing.svg").is_file():
        return read_svg(run / "drawing.svg")
    print(f"{image}: {name}, {count} strokes", file=sys.stderr)
    return our_sketch(image, count, 0, run, [*own.split(), *overrides])


def picture_row(image: str, drawings: list[Drawing], side: int, *, bare: bool = False) -> Tensor:
    """[3, H, W] one picture, unless ``bare``, and its sketches, in cells of a long side of so many pixels."""
    picture = load_target(image, side).image
    cells = [] if bare else [picture]
    for drawing in drawings:
        # As near to the picture's size as the aspect ratio of the canvas lets it be.
        height = max(round(picture.shape[2] * drawing.canvas[1] / drawing.canvas[0]), 1)
        cells.append(rasterize(drawing, height, picture.shape[2])[0])
    tallest = max(cell.shape[1] for cell in cells)
    gaps = [(0, side - cell.shape[2] + GAP, 0, tallest - cell.shape[1] + GAP) for cell in cells]
    return torch.cat([F.pad(cell, gap, value=1.0) for cell, gap in zip(cells, gaps, strict=True)], dim=2)


def main() -> None:
    """Draw the sheet."""
    parser = options_parser(__doc__, ROOT / "docs" / "contact_sheet.png")
    add_pictures(parser, [32, 64, 128, 256])
    parser.add_argument("--side", type=int, default=400, help="long side of each cell in pixels")
    parser.add_argument("--recipes", nargs="+", default=["sketch"], help="the first is the default's name")
    parser.add_argument("--runs", type=Path, help="where sketches are kept; by default nowhere")
    parser.add_argument("--bare", action="store_true", help="without the pictures themselves")
    parser.add_argument("--colors", type=int, default=256, help="of the PNG")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.runs or Path(temporary)
        rows = []
        for image in options.images:
            columns = product(options.strokes, options.recipes)
            drawings = [sketch(image, recipe, n, folder, options.overrides) for n, recipe in columns]
            rows.append(picture_row(image, drawings, options.side, bare=options.bare))
    save_png(torch.cat(rows, dim=1).permute(1, 2, 0), options.output, options.colors)


if __name__ == "__main__":
    main()
