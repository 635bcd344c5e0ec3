"""Ways to prune strokes, compared on the example pictures: a table, and the numbers as JSON.

    python -m benchmarks.sketches.soft_obr_study                          all examples, 3 seeds
    python -m benchmarks.sketches.soft_obr_study --images cat --seeds 0 -- guidance=clip

Arms: A nothing; B nothing but the export filter; C Soft-OBR as it was introduced (``callbacks=soft_obr``);
R ``callbacks=soft_obr_budget``; F as many strokes from the start as R has kept. B is A's drawing, filtered.
Pictures are compared with A's at twice the working size. What follows ``--`` is handed to
``experiment=soft_obr_study``.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torchmetrics.functional.image import structural_similarity_index_measure

from benchmarks.record import RESULTS, ROOT, add_pictures, keep, markdown, options_parser, spread
from callbacks.soft_obr.export_filter import ExportFilter
from callbacks.soft_obr.figure import difference_map, save_panels
from inkwright.command_line.instantiation import instantiate
from inkwright.command_line.keys.composition import compose_defaults
from inkwright.command_line.noise import silence_libraries
from inkwright.metrics.sketch_quality import SketchQuality
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.writing.writer import svg_text

COLUMNS = ("strokes", "svg_kb", "loss", "edge_f1", "ink_msssim", "ssim_to_a", "levels_to_a")

Row = dict[str, Any]


def run(image: str, seed: int, callbacks: str, overrides: list[str]) -> Any:
    """The module of a finished run; only the callback named ``soft_obr`` watches it."""
    import pytorch_lightning as pl

    config = compose_defaults(
        ["experiment=soft_obr_study", f"image={image}", f"seed={seed}", f"callbacks={callbacks}", *overrides]
    )
    silence_libraries()
    pl.seed_everything(seed, verbose=False)
    config.callbacks = {name: value for name, value in config.callbacks.items() if name == "soft_obr"}
    module = instantiate(config.lightning_module)
    watching = [instantiate(each) for each in config.callbacks.values()]
    with tempfile.TemporaryDirectory() as folder:
        trainer = instantiate(config.trainer, logger=False, callbacks=watching, default_root_dir=folder)
        trainer.fit(module, instantiate(config.datamodule))
    return module


def study(image: str, seed: int, overrides: list[str]) -> tuple[list[Row], dict[str, Tensor]]:
    """All arms on one picture with one seed: rows of the table, and panels of the figure."""
    module = run(image, seed, "default", overrides)
    drawings: dict[str, Drawing] = {"A": module.run.best_drawing()}
    drawings["B"] = drawings["A"].replace(alive=ExportFilter()(drawings["A"]))
    drawings["C"] = run(image, seed, "soft_obr", overrides).run.best_drawing()
    pruned = run(image, seed, "soft_obr_budget", overrides)
    drawings["R"] = pruned.run.best_drawing()
    kept = int(drawings["R"].alive.sum())
    drawings["F"] = run(image, seed, "default", [*overrides, f"num_strokes={kept}"]).run.best_drawing()
    pictures = {arm: picture(drawing) for arm, drawing in drawings.items()}
    quality = SketchQuality(module.target.image)
    rows = []
    for arm, drawing in drawings.items():
        scores = quality(rasterize(drawing, *module.target.image.shape[1:])[0])
        difference = (pictures[arm] - pictures["A"]).abs().mean()
        similarity: Any = structural_similarity_index_measure(
            pictures[arm][None], pictures["A"][None], data_range=1.0
        )
        rows.append(
            {
                "image": image,
                "seed": seed,
                "arm": arm,
                "strokes": int(drawing.alive.sum()),
                "svg_kb": len(svg_text(drawing).encode()) / 1000,
                "loss": float(module.objective.scores(drawing)[0]),
                "edge_f1": scores["edge_f1"],
                "ink_msssim": scores["ink_msssim"],
                "ssim_to_a": float(similarity),
                "levels_to_a": 255 * float(difference),
            }
        )
    return rows, _panels(drawings, pictures, module.target.image)


def picture(drawing: Drawing) -> Tensor:
    """[3, H, W] at twice the working size."""
    width, height = drawing.canvas
    return rasterize(drawing, round(2 * height), round(2 * width))[0].detach()


def table(rows: list[Row]) -> str:
    """Mean and standard deviation over seeds, one line per picture and arm, as Markdown."""
    head = "picture | arm | strokes | fewer than B | SVG kB | loss | edge F1 | MS-SSIM | SSIM to A | levels"
    digits = {"strokes": 0, "svg_kb": 1, "levels_to_a": 2}
    lines = []
    for image in dict.fromkeys(row["image"] for row in rows):
        for arm in dict.fromkeys(row["arm"] for row in rows):
            some = [row for row in rows if row["image"] == image and row["arm"] == arm]
            means = [spread([row[name] for row in some], digits.get(name, 4)) for name in COLUMNS]
            lines.append([image, arm, means[0], fewer(rows, image, arm), *means[1:]])
    return markdown(" | ".join(head), lines)


def fewer(rows: list[Row], image: str, arm: str) -> str:
    """By how much an arm has fewer strokes than B, on average over seeds."""
    counts = {
        one: statistics.mean(row["strokes"] for row in rows if row["image"] == image and row["arm"] == one)
        for one in ("B", arm)
    }
    return f"{100 * (1 - counts[arm] / counts['B']):.1f} %"


def main() -> None:
    """Run the study, print the table, keep numbers and figures."""
    parser = options_parser(__doc__, RESULTS / "soft_obr.json")
    add_pictures(parser)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--figures", type=Path, default=ROOT / "docs" / "img", help="folder of the figures")
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[Row] = []
    for seed in options.seeds:
        for image in options.images:
            more, panels = study(image, seed, options.overrides)
            rows += more
            print(f"{image}, seed {seed}: {[row['strokes'] for row in more]}", file=sys.stderr, flush=True)
            if seed == options.seeds[0]:
                save_panels(panels, options.figures / f"soft_obr_{Path(image).stem}.png", Path(image).stem)
            keep(options.output, {"rows": rows})
    print(table(rows))


def _panels(drawings: dict[str, Drawing], pictures: dict[str, Tensor], guide: Tensor) -> dict[str, Tensor]:
    size = pictures["A"].shape[1:]
    counts = {arm: int(drawing.alive.sum()) for arm, drawing in drawings.items()}
    scaled = torch.nn.functional.interpolate(guide[None], tuple(size), mode="bicubic", antialias=True)
    return {
        "guide": scaled[0].clamp(0, 1),
        f"not pruned: {counts['B']} strokes": pictures["B"],
        f"pruned: {counts['R']} strokes": pictures["R"],
        "difference x 5": difference_map(pictures["R"], pictures["B"], 5.0),
        f"{counts['F']} strokes from the start": pictures["F"],
    }


if __name__ == "__main__":
    main()
