"""Does score distillation simplify? Pictures of the small world by the tiny diffusion model that ships.

    python -m benchmarks.fills.simpler_pictures --sheet docs/img/layered_simplification.png

Each is simplified as ``experiment=layered`` would by ``simplification=sds``. Said of each level: the edges
that are left (mean difference of neighbors, of the picture's), and how far what differs from the paper is
still the thing (intersection over union with its true mask). Stable Diffusion itself, and photographs, are
not in it.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from benchmarks.record import markdown, options_parser
from callbacks.sheets.round_pictures import save_strip, strip
from inkwright.image_analysis.abstraction.score_simplification import ScoreSimplification
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.toy_pictures import ToyPictures

SEED = 2_000_003
_DIFFERENT = 0.25  # from the paper, in one channel


def edges(picture: NDArray[np.float32]) -> float:
    """Mean absolute difference of neighbors in [H, W, 3]."""
    return float(np.abs(np.diff(picture, axis=0)).mean() + np.abs(np.diff(picture, axis=1)).mean())


def agreement(picture: NDArray[np.float32], thing: NDArray[np.bool_]) -> float:
    """Intersection over union of a mask [H, W] and what differs from the paper of [H, W, 3]."""
    paper = np.median(picture[:, [0, -1]].reshape(-1, 3), axis=0)
    found = np.abs(picture - paper).max(2) > _DIFFERENT
    return float((found & thing).sum() / max((found | thing).sum(), 1))


def main() -> None:
    """Simplify, print the table, leave the sheet."""
    parser = options_parser(__doc__)
    parser.add_argument("--count", type=int, default=16, help="pictures")
    parser.add_argument("--rate", type=float, default=ScoreSimplification.rate, help="of a step")
    parser.add_argument("--shown", nargs="+", type=int, default=[0, 1, 2], help="which are on the sheet")
    parser.add_argument("--sheet", type=Path, help="PNG to write")
    options = parser.parse_args()
    torch.set_num_threads(1)
    album = ToyPictures(SEED, pairs=0.0, drawn=0.0, portraits=1.0)
    simpler = ScoreSimplification("sds", weights_path=shipped_weights("diffusion"), rate=options.rate)
    images, masks = album.pictures(range(options.count))
    every = [simpler(np.ascontiguousarray(image.permute(1, 2, 0).numpy())) for image in images]
    things = [mask[0].numpy() > 0.5 for mask in masks]
    rows = []
    for k in range(simpler.levels):
        left = [edges(levels[k]) / edges(levels[0]) for levels in every]
        kept = [agreement(levels[k], thing) for levels, thing in zip(every, things, strict=True)]
        rows.append([k, f"{np.mean(left):.2f}", f"{np.mean(kept):.2f}"])
    print(markdown("level | edges left | thing kept, IoU", rows))
    if options.sheet:
        rows_shown = [np.asarray(strip(every[k]).reduce(2)) for k in options.shown]
        save_strip(Image.fromarray(np.concatenate(rows_shown)), options.sheet)


if __name__ == "__main__":
    main()
