"""Is a photograph found from its sketch among 50 others? A table over recipes and strokes; numbers as JSON.

    python -m benchmarks.sketches.recognition                  the bundled examples
    python -m benchmarks.sketches.recognition --folder PICTURES --every 3 --runs RUNS
    python -m benchmarks.sketches.recognition --recipes canny "vgg=experiment=sketch_vgg" -- steps=100

``--folder`` adds pictures, to be drawn and to be others; with ``--every 3`` each third of it. A recipe is a
name and, behind ``=``, keys for train.py, divided by blanks; ``canny`` is the naive sketch, the longest
chains of a Canny map. Judges are SqueezeNet and VGG16, and EfficientNet where it is; one that guided is
left out. Needs squeezenet and vgg16-oxford: make weights. What follows ``--`` is handed to train.py; with
``--runs`` sketches stay there, and are not drawn again; ``--add`` keeps the rows that are in the output;
``--sheet FILE`` puts sketches of the bundled examples side by side, a row each.
"""

import json
import shutil
import tempfile
from pathlib import Path
from statistics import mean
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from benchmarks.record import RESULTS, keep, markdown, options_parser, run_script, save_png
from benchmarks.sketches.canny_sketch import canny_sketch
from inkwright.frozen_networks.weights import find, weights_named
from inkwright.metrics.recognizability import RecognizedRank
from inkwright.pictures.bundled_examples import EXAMPLES
from inkwright.pictures.picture_folder import pictures_in
from inkwright.pictures.target_image import load_target
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.reading.reader import read_svg

JUDGES = {"squeezenet": "SqueezeNet", "vgg16-oxford": "VGG16", "efficientnet-lite0": "EfficientNet"}
_OPTIONAL = ("efficientnet-lite0",)
RECIPES = (
    "canny",
    "classic",
    "networks=analysis=networks",
    "squeezenet=experiment=sketch_squeezenet",
    "vgg=experiment=sketch_vgg",
)
CELL = 224
# Width of the naive strokes, that of the pen of 32, in pixels of 224.
WIDTH = 1.6

Row = dict[str, Any]


def sketches(pictures: Path, recipe: str, strokes: int, runs: Path, keys: list[str]) -> dict[str, Tensor]:
    """[1, 3, H, W] what a recipe draws of every picture of a folder, by its name."""
    name, _, own = recipe.partition("=")
    if name == "canny":
        targets = {each: load_target(path).image for each, path in pictures_in(pictures).items()}
        drawn = {each: canny_sketch(target, strokes, WIDTH) for each, target in targets.items()}
    else:
        out = runs / f"{name}-{strokes}"
        asked = [f"image={pictures}", f"num_strokes={strokes}", f"hydra.run.dir={out}", "resume=auto"]
        run_script("train.py", *own.split(), *asked, *keys)
        drawn = {each: read_svg(out / each / "drawing.svg") for each in pictures_in(pictures)}
    sizes = {each: (round(drawing.canvas[1]), round(drawing.canvas[0])) for each, drawing in drawn.items()}
    return {each: rasterize(drawing, *sizes[each]) for each, drawing in drawn.items()}


def judge(pictures: Path, drawn: dict[str, Tensor], judges: dict[str, RecognizedRank], strokes: int) -> Row:
    """Places of every picture by every judge, and how often it is the first one."""
    row: Row = {"strokes": strokes, "places": {}}
    targets = {each: load_target(path).image[None] for each, path in pictures_in(pictures).items()}
    for name, ranks in judges.items():
        places = {each: ranks.rank(sketch, targets[each]) for each, sketch in drawn.items()}
        row["places"][name] = places
        row[name] = {
            "first": mean(place == 1 for place in places.values()),
            "mean place": mean(places.values()),
        }
    return row


def markdown_table(rows: list[Row]) -> str:
    """Shares of pictures that are found at once, and mean places; a judge that guided has none."""
    judges = [name for name in JUDGES if any(name in row for row in rows)]
    table = []
    for row in rows:
        cells = [
            f"{row[each]['first']:.0%}, {row[each]['mean place']:.1f}" if each in row else "guided"
            for each in judges
        ]
        table.append([row["recipe"], row["strokes"], *cells])
    titles = [f"by {JUDGES[each]}" for each in judges]
    titles[0] = f"found at once, mean place {titles[0]}"
    return markdown(" | ".join(["recipe", "strokes", *titles]), table)


def sheet(columns: list[dict[str, Tensor]]) -> Tensor:
    """[H, W, 3] pictures of the same name in rows, bundled examples only."""
    names = [name for name in columns[0] if name.startswith(EXAMPLES.name)]
    rows = [torch.cat([_cell(column[name]) for column in columns], dim=2) for name in names]
    return torch.cat(rows, dim=1).permute(1, 2, 0)


def _cell(picture: Tensor) -> Tensor:
    """[3, CELL, CELL] the picture on white, with a little room around it."""
    height, width = picture.shape[2:]
    scale = 0.95 * CELL / max(height, width)
    size = round(height * scale), round(width * scale)
    small = F.interpolate(picture, size, mode="bilinear", antialias=True)[0].clamp(0, 1)
    return F.pad(small, (0, CELL - size[1], 0, CELL - size[0]), value=1.0)


def main() -> None:
    """Draw, judge, tell."""
    parser = options_parser(__doc__, RESULTS / "recognition.json")
    parser.add_argument("--folder", type=Path, help="of further pictures, for sketches and as others")
    parser.add_argument("--every", type=int, default=1, help="only each so many of them")
    parser.add_argument("--strokes", nargs="+", type=int, default=[8, 16, 32, 64])
    parser.add_argument("--recipes", nargs="+", default=RECIPES)
    parser.add_argument("--runs", type=Path, help="where sketches are kept; by default nowhere")
    parser.add_argument("--sheet", type=Path, help="PNG of the sketches of the first number of strokes")
    parser.add_argument("--add", action="store_true", help="to the rows that the output holds")
    parser.add_argument("overrides", nargs="*", help="more keys for train.py, after --")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        pictures = (options.runs or Path(folder)) / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        sources = {EXAMPLES: 1} | ({options.folder: options.every} if options.folder else {})
        for source, every in sources.items():
            for path in list(pictures_in(source).values())[::every]:
                shutil.copyfile(path, pictures / f"{source.name}-{path.name}")
        seeing = [name for name in JUDGES if name not in _OPTIONAL or find(weights_named(name))]
        judges = {name: RecognizedRank(name, gallery=str(pictures)) for name in seeing}
        rows: list[Row] = []
        if options.add and options.output.exists():
            rows += json.loads(options.output.read_text())["rows"]
        columns = [{name: load_target(each).image[None] for name, each in pictures_in(pictures).items()}]
        for recipe in options.recipes:
            blind = {name: each for name, each in judges.items() if name[:3] != recipe[:3]}
            for strokes in options.strokes:
                runs = options.runs or Path(folder)
                drawn = sketches(pictures, recipe, strokes, runs, options.overrides)
                name = recipe.partition("=")[0]
                rows.append({"recipe": name, **judge(pictures, drawn, blind, strokes)})
                print(markdown_table(rows[-1:]), flush=True)
                columns += [drawn] if strokes == options.strokes[0] else []
    print(markdown_table(rows))
    if options.sheet:
        save_png(sheet(columns), options.sheet)
    keep(options.output, {"rows": rows})


if __name__ == "__main__":
    main()
