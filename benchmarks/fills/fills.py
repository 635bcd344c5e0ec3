"""How near do methods of fills come to a picture, at equal numbers of paths? A table, and numbers as JSON.

    python -m benchmarks.fills.fills                                           bundled pictures, 128 paths
    python -m benchmarks.fills.fills --cartoon --paths 20 --methods layered     a drawing of twelve regions
    python -m benchmarks.fills.fills --folder KODAK --size 768 --paths 512 --methods path_fitting plain
    python -m benchmarks.fills.fills --folder KODAK --crop 192 128 --size 192 --paths 32 -- fill=none

PSNR and SSIM are of the exported SVG as resvg paints it, at the picture's size. Seconds are CPU time of one
thread, of all work on a picture. ``crossing`` counts shapes that cross themselves; ``VeC`` is the share of
those that belong to one thing, if ``--things`` asks for it. ``--add`` goes on where an earlier call ended.
What follows ``--`` is handed to every method that is a recipe of ours; ``plain`` (blobs on a grid) and
``vtracer`` are peers.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import numba
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from benchmarks.fills.cartoon import write_cartoon
from benchmarks.fills.peers import best_trace, plain_fit
from benchmarks.record import RESULTS, add_pictures, keep, machine, markdown, options_parser
from callbacks.fidelity import drawing_fidelity
from inkwright.command_line.instantiation import instantiate
from inkwright.command_line.keys.composition import compose_defaults
from inkwright.command_line.noise import silence_libraries
from inkwright.image_analysis.abstraction.gradient_smoothing import GradientSmoothing
from inkwright.image_analysis.abstraction.merged_regions import MergedRegions
from inkwright.metrics.compactness import vector_compactness
from inkwright.pictures.target_image import load_target
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import write_svg
from inkwright.vectorization.masks.uncrossing import crossing_shapes

PEERS = ("plain", "vtracer")
PLAIN_STEPS = 1200
Row = dict[str, Any]


def recipe_drawing(recipe: str, image: str, size: int, paths: int, overrides: Sequence[str]) -> Drawing:
    """The drawing of a recipe of ours."""
    import pytorch_lightning as pl

    asked = [f"experiment={recipe}", f"image={image}", f"image_size={size}", f"num_paths={paths}", *overrides]
    config = compose_defaults(asked)
    silence_libraries()
    pl.seed_everything(0, verbose=False)
    module = instantiate(config.lightning_module)
    with tempfile.TemporaryDirectory() as folder:
        trainer = instantiate(config.trainer, logger=False, callbacks=[], default_root_dir=folder)
        trainer.fit(module, instantiate(config.datamodule))
    best: Drawing = module.run.best_drawing()
    return best


def score(method: str, image: str, size: int, paths: int, overrides: Sequence[str]) -> tuple[Row, Drawing]:
    """All numbers of a method on one picture but VeC, and its drawing."""
    target = load_target(image, size).image
    start = time.process_time()
    if method == "vtracer":
        found, text = best_trace(target, paths)
        drawing = parse_svg(text)
    else:
        if method == "plain":
            drawing = plain_fit(target, paths, PLAIN_STEPS)
        else:
            drawing = recipe_drawing(method, image, size, paths, overrides)
        found = drawing_fidelity(drawing, target)
        found["crossing"] = float(crossing_shapes(drawing).sum())
    seconds = round(time.process_time() - start, 1)
    row = {"image": Path(image).stem, "method": method, "asked": paths, "cpu_seconds": seconds, **found}
    return row, drawing


@cache
def things(image: str, size: int) -> list[NDArray[np.bool_]]:
    """The masks of a picture's things, on all levels of detail, as ``layered`` finds them."""
    picture = np.ascontiguousarray(load_target(image, size).image.permute(1, 2, 0).numpy())
    return [mask for level in MergedRegions()(GradientSmoothing()(picture)) for mask in level]


def middle(image: str, width: int, height: int) -> str:
    """The middle of a picture, in a file of its name in a folder of its own."""
    picture = Image.open(image).convert("RGB")
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    path = Path(tempfile.mkdtemp()) / f"{Path(image).stem}.png"
    picture.crop((left, top, left + width, top + height)).save(path)
    return str(path)


def table(rows: list[Row]) -> str:
    """Means over pictures, one line for each method and number of paths."""
    names = ("psnr", "ssim", "paths", "points", "bytes", "crossing", "vec", "cpu_seconds")
    lines = []
    for asked, method in sorted({(row["asked"], row["method"]) for row in rows}):
        mine = [row for row in rows if (row["asked"], row["method"]) == (asked, method)]
        values = [[row[name] for row in mine if name in row] for name in names]
        digits = (2, 3, 0, 0, 0, 1, 3, 0)
        cells = [f"{mean(each):.{n}f}" if each else "" for each, n in zip(values, digits, strict=True)]
        lines.append([method, asked, len(mine), *cells])
    head = (
        "method | paths asked | pictures | PSNR dB | SSIM | paths | points | bytes | crossing | VeC | CPU s"
    )
    return markdown(head, lines)


def chosen_pictures(options: argparse.Namespace) -> list[str]:
    """The cartoon, pictures of a folder or those that are named; whole, or their middle."""
    images: list[str] = options.images
    if options.cartoon:
        images = [str(write_cartoon(Path(tempfile.mkdtemp()) / "cartoon.png"))]
    elif options.folder:
        files = sorted(path for path in options.folder.iterdir() if path.suffix in (".png", ".jpg"))
        images = [str(path) for path in files if not options.pick or path.stem in options.pick]
    return [middle(image, *options.crop) for image in images] if options.crop else images


def main() -> None:
    """Run the methods, print the table, keep the numbers."""
    parser = options_parser(__doc__, RESULTS / "fills.json")
    add_pictures(parser)
    parser.add_argument("--cartoon", action="store_true", help="of twelve flat regions, in place of pictures")
    parser.add_argument("--folder", type=Path, help="take pictures from here")
    parser.add_argument("--pick", nargs="+", help="only these of the folder, by name without ending")
    parser.add_argument("--crop", nargs=2, type=int, help="width and height: only their middle")
    parser.add_argument("--size", type=int, default=256, help="long side in pixels")
    parser.add_argument("--paths", nargs="+", type=int, default=[128])
    parser.add_argument("--methods", nargs="+", default=["layered", "path_fitting", "live", *PEERS])
    parser.add_argument("--label", help="name of the method in the table, where overrides make it another")
    parser.add_argument("--things", action="store_true", help="take VeC, too")
    parser.add_argument("--drawings", type=Path, help="leave the SVGs here")
    parser.add_argument("--add", action="store_true", help="to the rows that the JSON file has, none twice")
    options = parser.parse_args()
    torch.set_num_threads(1)
    numba.set_num_threads(1)
    images = chosen_pictures(options)
    more = options.add and options.output.exists()
    rows: list[Row] = json.loads(options.output.read_text())["rows"] if more else []
    for paths, image, method in itertools.product(options.paths, images, options.methods):
        name = options.label or method
        if (paths, Path(image).stem, name) in [(row["asked"], row["image"], row["method"]) for row in rows]:
            continue
        found, drawing = score(method, image, options.size, paths, options.overrides)
        if options.things:
            found["vec"] = vector_compactness(drawing, things(image, options.size))
        commit = machine()["commit"]  # a file may hold rows of several
        rows.append({**found, "method": name, "overrides": options.overrides, "commit": commit})
        if options.drawings:
            write_svg(drawing, options.drawings / f"{name}-{paths}-{Path(image).stem}.svg")
        print(table(rows[-1:]).splitlines()[-1], image, file=sys.stderr, flush=True)
        keep(options.output, {"size": options.size, "seed": 0, "rows": rows})
    print(table(rows))


if __name__ == "__main__":
    main()
