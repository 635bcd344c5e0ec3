"""Every example picture beside its sketches: docs/contact_sheet.png.

    python -m benchmarks.contact_sheet                      all examples, 32, 64, 128 and 256 strokes
    python -m benchmarks.contact_sheet --images cat --strokes 16 64 --output cat.png -- steps=100
    python -m benchmarks.contact_sheet --strokes 256 --output docs/tone.png -- experiment=sketch_tone

What follows ``--`` is handed to train.py.
"""

import sys
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from benchmarks.baseline import our_sketch
from benchmarks.record import ROOT, add_pictures, options_parser
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
        cells.append(rasterize(drawing, *_size(picture, drawing.canvas))[0])
        print(f"{image}: {count} strokes", file=sys.stderr)
    height = max(cell.shape[1] for cell in cells)
    return torch.cat([_padded(cell, height, side) for cell in cells], dim=2)


def save_png(picture: Tensor, path: Path) -> None:
    """Write a picture [3, H, W] in [0, 1] with as few colours as it needs to look the same."""
    from PIL import Image

    values = (picture.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


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
    save_png(torch.cat(rows, dim=1), options.output)
    print(options.output)


def _size(picture: Tensor, canvas: tuple[float, float]) -> tuple[int, int]:
    """(height, width) of a sketch, as near to the picture's as the aspect ratio of its canvas lets it be."""
    width = picture.shape[2]
    return max(round(width * canvas[1] / canvas[0]), 1), width


def _padded(cell: Tensor, height: int, width: int) -> Tensor:
    right, below = width - cell.shape[2] + GAP, height - cell.shape[1] + GAP
    return F.pad(cell, (0, right, 0, below), value=1.0)


if __name__ == "__main__":
    main()
