"""What matters when a simplifier is trained: loss map, kinds of dirt, random patches, kind of data.

    python -m benchmarks.simplifier_ablations                          hours on a CPU: 2,000 steps, 3 seeds
    python -m benchmarks.simplifier_ablations --only loss_map --steps 200 --seeds 1 --pages 2
    python -m benchmarks.simplifier_ablations --list                        the cases as overrides of train.py

Every case of a study takes the same number of steps and is scored on the same T1 and T2 pages; the numbers
and samples go to --output, the table to standard output and ``table.json``. Full scale on a GPU: give the
overrides of ``--list`` to train.py, with trainer.accelerator=gpu.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine

QUIET = "datamodule.recipe.effects"
_EFFECTS = ("erased", "slur", "tone", "noise")
SCORES = ("t1/f1", "t1/precision", "t1/recall", "t2/f1", "t2/precision", "t2/recall")


def dirt(**chances: float) -> list[str]:
    """Overrides that leave only the named kinds of dirt."""
    return [
        f"+{QUIET}._target_=datamodules.rough_sketches.page_effects.PageEffects",
        *(f"+{QUIET}.{name}={chances.get(name, 0.0)}" for name in _EFFECTS),
    ]


def studies(pairs: Path, pictures: Path) -> dict[str, dict[str, list[str]]]:
    """Overrides of train.py for each case of each study.

    Args:
        pairs: a folder of pages, rough/ and clean/.
        pictures: a folder of ordinary pictures.
    """
    thick = "datamodule.recipe.line_width=[1.5,8.0]"
    files = ["datamodule=pair_folder", f"datamodule.source.folder={pairs}"]
    teacher = ["datamodule=pseudo_labels", f"datamodule.source.folder={pictures}"]
    return {
        # With lines of two pixels the map is 1 nearly everywhere: only thick lines can show a difference.
        "loss_map": {
            name: [f"lightning_module.loss_map={name}", "lightning_module.line_weight=0", f"+{thick}"]
            for name in ("none", "code", "paper")
        },
        "dirt": {
            "none": dirt(),
            "noise": dirt(noise=0.6),
            "tone": dirt(tone=0.7),
            "slur": dirt(slur=0.5),
            "all": dirt(erased=0.3, slur=0.25, tone=0.7, noise=0.6),
        },
        "patches": {
            name: [*files, f"+datamodule.source.rules.patches={name}"] for name in ("random", "whole")
        },
        "data": {"procedural": [], "pairs of files": files, "ordinary pictures, teacher": teacher},
    }


def write_pairs(folder: Path, count: int) -> None:
    """Pages of the procedural recipe as files."""
    from PIL import Image

    from datamodules.rough_sketches.rough_pair import RoughPairs, SketchRecipe

    source = RoughPairs(SketchRecipe(), 31)
    for index in range(count):
        for kind, page in zip(("rough", "clean"), source.page(index), strict=True):
            path = folder / kind / f"{index:03d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray((page * 255).round().astype(np.uint8)).save(path)


def run(
    overrides: list[str], folder: Path, steps: int, seed: int, pages: int, extra: list[str]
) -> dict[str, float]:
    """One training run; its scores at the end."""
    import train

    scale = [f"steps={steps}", f"trainer.val_check_interval={steps}", f"datamodule.test_pages={pages}"]
    place = [f"seed={seed}", f"hydra.run.dir={folder}"]
    arguments = ["train.py", "experiment=simplifier", *overrides, *scale, *place, *extra]
    if not (folder / "metrics.csv").is_file():
        before, sys.argv = sys.argv, arguments
        from hydra.core.global_hydra import GlobalHydra

        GlobalHydra.instance().clear()
        status = train.main()
        sys.argv = before
        if status:
            raise SystemExit(status)
    with (folder / "metrics.csv").open() as file:
        last = [row for row in csv.DictReader(file) if row.get("t1/f1")][-1]
    return {name: float(last[name]) for name in (*SCORES, "t1/mse", "t2/mse")}


def main() -> None:
    """Run the cases, or list them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", help="studies to run")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=8, help="test pages of each set")
    parser.add_argument("--output", type=Path, default=Path("outputs/simplifier_ablations"))
    parser.add_argument("--list", action="store_true", help="show the overrides and do nothing")
    parser.add_argument("overrides", nargs="*", help="more keys for train.py, after --")
    options = parser.parse_args()
    pairs = options.output / "pairs"
    pictures = Path(__file__).resolve().parents[1] / "assets" / "examples"
    chosen = {
        name: cases for name, cases in studies(pairs, pictures).items() if name in (options.only or [name])
    }
    if options.list:
        for study, cases in chosen.items():
            for case, overrides in cases.items():
                print(f"{study}, {case}: python train.py experiment=simplifier {' '.join(overrides)}")
        return
    if not pairs.is_dir():
        write_pairs(pairs, 12)
    table: dict[str, Any] = {}
    for study, cases in chosen.items():
        print(f"\n| {study} | {' | '.join(SCORES)} |\n{'|---' * (len(SCORES) + 1)}|")
        for case, overrides in cases.items():
            rows = []
            for seed in range(options.seeds):
                folder = options.output / study / f"{case.replace(' ', '_').replace(',', '')}-{seed}"
                rows.append(run(overrides, folder, options.steps, seed, options.pages, options.overrides))
            table.setdefault(study, {})[case] = rows
            cells = (
                f"{np.mean([r[n] for r in rows]):.3f} ± {np.std([r[n] for r in rows]):.3f}" for n in SCORES
            )
            print(f"| {case} | " + " | ".join(cells) + " |")
    record = {"machine": machine(), "steps": options.steps, "overrides": options.overrides, "scores": table}
    (options.output / "table.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
