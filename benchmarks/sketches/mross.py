"""Do rounds over regions help, against one round of as many strokes? A table, and the numbers as JSON.

    python -m benchmarks.sketches.mross                                  all bundled scenes, 3 seeds
    python -m benchmarks.sketches.mross --images cat --seeds 1 -- steps=100
    python -m benchmarks.sketches.mross --strokes 12 16 24 --output FILE

Arms are pairs of one round and of rounds that differ in nothing else, but for the total of strokes and steps,
which is the same in all: as published, and as recommended; further ones leave out one part of the
recommended recipe each. All are guided by ``structure``. Seeds are candidates of one run: each is drawn as if
it were alone. Shift-tolerant LPIPS is among the numbers where its network is (stlpips-alex).
What follows ``--`` is handed to every arm.
"""

import itertools
import statistics
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchmetrics.functional.image import structural_similarity_index_measure

from benchmarks.record import RESULTS, add_pictures, keep, markdown, options_parser
from inkwright.command_line.instantiation import instantiate
from inkwright.command_line.keys.composition import compose_defaults
from inkwright.command_line.noise import silence_libraries
from inkwright.frozen_networks.weights import find, weights_named
from inkwright.guidance.network_terms.lpips import LpipsTerm
from inkwright.metrics.boundary_map import boundary_map
from inkwright.metrics.ink import ink_lines
from inkwright.metrics.map_agreement import edge_agreement
from inkwright.metrics.sketch_quality import TOLERANCE
from inkwright.metrics.term_metric import TermMetric
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize

# Pictures of more than one thing on a plain ground.
SCENES = ("astronaut", "cat", "coffee", "pagoda", "photographer")
PUBLISHED = ("experiment=mross_published", "steps=300")
ONE = "lightning_module.rounds.count=1"
ARMS: dict[str, tuple[str, ...]] = {
    "published, one round": (*PUBLISHED, ONE),
    "published, rounds": PUBLISHED,
    "recommended, one round": ("experiment=mross", ONE),
    "recommended, rounds": ("experiment=mross",),
    "from far places": ("experiment=mross", "lightning_module.start.along=edge"),
    "without emphasis": ("experiment=mross", "region_emphasis=1"),
    "without finer lines": ("experiment=mross", "lightning_module.rounds.sharper=false"),
    "more strokes for regions": ("experiment=mross", "lightning_module.rounds.focus=2"),
    "slow earlier strokes": ("experiment=mross", "lightning_module.rounds.earlier_rate=0.2"),
    # What could be had at most by taking strokes from the scene: it keeps two.
    "all strokes for the focus": ("experiment=mross", "region_round=2", "lightning_module.rounds.focus=1000"),
}
BoolArray = NDArray[np.bool_]
Row = dict[str, Any]


def run(image: str, seeds: int, overrides: Sequence[str]) -> Any:
    """The module of a finished run whose candidates are the seeds from 0."""
    import pytorch_lightning as pl

    config = compose_defaults([*overrides, f"image={image}", f"num_sketches={seeds}"])
    silence_libraries()
    pl.seed_everything(0, verbose=False)
    module = instantiate(config.lightning_module)
    with tempfile.TemporaryDirectory() as folder:
        trainer = instantiate(config.trainer, logger=False, callbacks=[], default_root_dir=folder)
        trainer.fit(module, instantiate(config.datamodule))
    return module


def regions_of(module: Any) -> list[BoolArray]:
    """The regions of a run at working size."""
    size = module.target.image.shape[1:]
    masks = [torch.from_numpy(mask.astype(np.float32))[None] for mask in module.regions]
    return [torch.nn.functional.adaptive_avg_pool2d(mask, tuple(size))[0].numpy() >= 0.5 for mask in masks]


def scores(drawing: Drawing, picture: Tensor, regions: Sequence[BoolArray]) -> dict[str, float]:
    """Edge F1 of all, in the region in focus, in the second one, outside of both; SSIM of grays.

    Of the focus also precision and recall.
    """
    render = rasterize(drawing, *picture.shape[1:])[0].detach()
    lines, boundaries = ink_lines(render), boundary_map(picture)
    everywhere = np.ones(lines.shape, dtype=bool)
    outside = ~np.logical_or.reduce([*regions, ~everywhere])
    parts = {"whole": everywhere, "focus": regions[0], "second": regions[-1], "outside": outside}
    luma = picture.new_tensor([0.299, 0.587, 0.114])[:, None, None]
    grays = [(luma * each).sum(0)[None, None] for each in (render, picture)]
    similarity: Any = structural_similarity_index_measure(grays[0], grays[1], data_range=1.0)
    found = {name: agreement_within(lines, boundaries, part) for name, part in parts.items()}
    precision, recall, _ = found["focus"]
    own = {"ssim": float(similarity), "focus precision": precision, "focus recall": recall}
    if find(weights_named("stlpips-alex")) is not None:
        unlike = TermMetric(LpipsTerm(network="stlpips-alex"))
        own["stlpips"] = float(unlike(render[None], picture[None]))
    return {name: f1 for name, (_, _, f1) in found.items()} | own


def agreement_within(lines: BoolArray, boundaries: BoolArray, part: BoolArray) -> tuple[float, float, float]:
    """Precision, recall and F1 of what lies in a part of the picture; what is near it may lie outside."""
    precision = edge_agreement(lines & part, boundaries, TOLERANCE)["precision"]
    recall = edge_agreement(lines, boundaries & part, TOLERANCE)["recall"]
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def study(
    image: str, seeds: int, strokes: int, arms: Sequence[str], overrides: Sequence[str]
) -> tuple[list[Row], dict[str, Any]]:
    """All arms on one picture: a row for each seed, and the modules by arm."""
    keys = [f"num_strokes={strokes}", *overrides]
    modules = {arm: run(image, seeds, [*ARMS[arm], *keys]) for arm in arms}
    regions = regions_of(max(modules.values(), key=lambda module: len(module.regions)))
    rows = []
    for arm, module in modules.items():
        for seed in range(seeds):
            drawing = module.run.best.drawing(seed)
            found = scores(drawing, module.target.image, regions)
            asked = {"image": image, "arm": arm, "num_strokes": strokes, "seed": seed}
            rows.append({**asked, "strokes": module.starts.shares, **found})
    return rows, modules


def table(rows: list[Row]) -> str:
    """Means over pictures and seeds, one line for each arm and number of strokes."""
    names = ["whole", "focus", "focus precision", "focus recall", "outside", "ssim"]
    titles = ["F1 whole", "F1 focus", "precision there", "recall there", "F1 outside", "SSIM"]
    if all("stlpips" in row for row in rows):
        names, titles = [*names, "stlpips"], [*titles, "stLPIPS"]
    lines: list[list[object]] = []
    for arm, strokes in dict.fromkeys((row["arm"], row["num_strokes"]) for row in rows):
        own = [row for row in rows if (row["arm"], row["num_strokes"]) == (arm, strokes)]
        lines.append([arm, strokes, *(f"{statistics.mean(row[name] for row in own):.3f}" for name in names)])
    return markdown(" | ".join(["arm", "strokes", *titles]), lines)


def main() -> None:
    """Run the study, print the table, keep the numbers."""
    parser = options_parser(__doc__, RESULTS / "mross.json")
    add_pictures(parser)
    parser.set_defaults(images=list(SCENES))
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--strokes", type=int, nargs="+", default=[48], help="of each drawing")
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=list(ARMS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[Row] = []
    for image, strokes in itertools.product(options.images, options.strokes):
        more, _ = study(image, options.seeds, strokes, options.arms, options.overrides)
        rows += more
        print(table(more), file=sys.stderr, flush=True)
        keep(options.output, {"seeds": options.seeds, "overrides": options.overrides, "rows": rows})
    print(table(rows))


if __name__ == "__main__":
    main()
