"""Every recipe that needs no weights, in two checkouts: drawings, scores, time of a step, start, memory.

    python -m benchmarks.sketches.recipes --before /path/to/an/older/clone

The two are run in turn, as whole processes, with the interpreter that runs this script. Writes
benchmarks/results/recipes.json and a table as Markdown.
"""

import csv
import hashlib
import json
import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.record import RESULTS, ROOT, keep, markdown, options_parser, run_script, spread
from inkwright.run_folder.run_folder import read_json

# Recipe -> what it is given besides seed and folder.
RECIPES = {
    "sketch": ("image=astronaut",),
    "sketch_tone": ("experiment=sketch_tone", "image=astronaut"),
    "sketch_color": ("experiment=sketch_color", "image=dahlia"),
    "sketch, 3 candidates": ("image=cat", "num_sketches=3", "steps=200"),
    "soft_obr": ("image=cat", "num_strokes=256", "callbacks=soft_obr"),
    "soft_obr_budget": (
        "experiment=soft_obr_study",
        "image=cat",
        "callbacks=soft_obr_budget",
        "num_strokes=256",
    ),
    "soft_obr_refill": ("image=cat", "num_strokes=128", "callbacks=soft_obr_refill"),
    "diffsketcher, guide": ("experiment=diffsketcher", "guide_image=cat", "guidance=structure", "steps=300"),
    "clipasso start, structure": (
        "experiment=clipasso",
        "image=cat",
        "guidance=structure",
        "lightning_module.start.saliency=null",
        "steps=300",
    ),
}
SHORT = 5  # steps of a run that is nearly all start and end
SCORES = ("edge_f1", "ink_correlation", "ink_msssim")


def run(clone: Path, arguments: tuple[str, ...], seed: int, steps: int | None) -> dict[str, Any]:
    """One run as a process: what it left, and what it took."""
    with tempfile.TemporaryDirectory() as folder:
        extra = () if steps is None else (f"steps={steps}",)
        if steps is not None and {"callbacks=soft_obr", "callbacks=soft_obr_refill"} & set(arguments):
            extra = (*extra, "prune_start_step=1")  # pruning must begin within the run
        command = ["train.py", *arguments, *extra, f"seed={seed}", f"hydra.run.dir={folder}"]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        run_script(*command, clone=clone, PYTHONPATH="", OMP_NUM_THREADS="1")
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        record = json.loads((Path(folder) / "metrics.json").read_text())
        digest = hashlib.sha256((Path(folder) / "drawing.svg").read_bytes()).hexdigest()[:12]
        rows = list(csv.DictReader((Path(folder) / "metrics.csv").open()))
    return {
        "svg": digest,
        "steps": record["steps"],
        "score": float([row for row in rows if row.get("score")][-1]["score"]) if steps is None else None,
        **{name: record["metrics"].get(name) for name in SCORES},
        "memory_mb": record["peak_memory_mb"],
        "wall_s": wall,
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }


def compare(clones: dict[str, Path], arguments: tuple[str, ...], seeds: int, repeats: int) -> dict[str, Any]:
    """Both checkouts in turn: every seed once, seed 0 several times, and as often with a few steps."""
    result: dict[str, Any] = {which: {"seeds": [], "whole": [], "short": []} for which in clones}
    for seed in range(seeds):
        for which, clone in clones.items():
            result[which]["seeds"].append(run(clone, arguments, seed, None))
    for _ in range(repeats):
        for which, clone in clones.items():
            result[which]["whole"].append(run(clone, arguments, 0, None))
            result[which]["short"].append(run(clone, arguments, 0, SHORT))
    for rows in result.values():
        whole, short = (median(row["cpu_s"] for row in rows[kind]) for kind in ("whole", "short"))
        rows["step_ms"] = 1000 * (whole - short) / max(rows["whole"][0]["steps"] - SHORT, 1)
        rows["start_s"], rows["cpu_s"] = median(row["wall_s"] for row in rows["short"]), whole
        rows["wall_s"] = median(row["wall_s"] for row in rows["whole"])
        rows["memory_mb"] = median(row["memory_mb"] for row in rows["whole"])
    return result


def recipes_table(results: dict[str, Any]) -> str:
    """One line for each recipe, before -> after."""
    head = "recipe | drawing of seed 0 | score | edge F1 | CPU ms a step | CPU s | s with 5 steps | MB"
    table = []
    for name, result in results.items():
        before, after = result["before"], result["after"]
        same = [a["svg"] == b["svg"] for a, b in zip(before["seeds"], after["seeds"], strict=True)]
        cells = [name, "same bytes" if all(same) else f"{sum(same)} of {len(same)} seeds the same"]
        for key in ("score", "edge_f1"):
            cells.append(" -> ".join(spread([row[key] for row in rows["seeds"]]) for rows in (before, after)))
        for key, form in (("step_ms", ".2f"), ("cpu_s", ".1f"), ("start_s", ".1f"), ("memory_mb", ".0f")):
            cells.append(f"{before[key]:{form}} -> {after[key]:{form}}")
        table.append(cells)
    return markdown(" | ".join(head), table)


def main() -> None:
    """Runs the recipes that are asked for; those of an earlier call stay in the file."""
    parser = options_parser(__doc__, RESULTS / "recipes.json")
    parser.add_argument("--before", type=Path, required=True, help="an older clone, kernels compiled")
    parser.add_argument("--recipes", nargs="*", default=list(RECIPES))
    parser.add_argument("--seeds", type=int, default=3, help="0 measures the times again, and nothing else")
    parser.add_argument("--repeats", type=int, default=1)
    asked = parser.parse_args()
    known = read_json(asked.output).get("recipes", {})
    clones = {"before": asked.before.resolve(), "after": ROOT}
    for name in asked.recipes:
        earlier, found = known.get(name), compare(clones, RECIPES[name], asked.seeds, asked.repeats)
        if earlier and not asked.seeds:  # only the times are measured again
            found = {which: {**rows, "seeds": earlier[which]["seeds"]} for which, rows in found.items()}
        known[name] = found
        keep(asked.output, {"recipes": known})
        print(recipes_table({name: known[name]}), flush=True)
    print(recipes_table(known))


if __name__ == "__main__":
    main()
