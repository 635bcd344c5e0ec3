"""Ways to prune strokes, with CLIP numbers: a table, paired differences, and all numbers as JSON.

    python -m benchmarks.toy_world.soft_obr --folder outputs/toy_world/soft_obr

The tiny diffusion model paints a guide for each prompt; ``experiment=toy_text_sketch`` draws it. Arms: A
nothing; B nothing but the export filter; C Soft-OBR as it was introduced; R ``soft_obr_budget``; F as many
strokes from the start as R has kept. Drawings lie in the folder as SVG, and are drawn once: a second call
goes on, or scores them anew. Needs stlpips-alex (make weights NETWORKS=stlpips-alex) for one column.
"""

import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np
import torch
from scipy.stats import t as student
from torch import Tensor

from benchmarks.record import RESULTS, keep, markdown, options_parser, save_png, spread
from benchmarks.toy_world.judges import clip_judge, judges, likelihood, named_right
from benchmarks.toy_world.recipe_runs import drawn
from callbacks.soft_obr.export_filter import ExportFilter
from inkwright.frozen_networks.diffusion.sampler import DiffusionPainter
from inkwright.guidance.network_terms.lpips import LpipsTerm
from inkwright.guidance.targets import Targets
from inkwright.pictures.target_image import load_target
from inkwright.toy_world.painting import SIDE
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.vector_graphics import Drawing, rasterize, read_svg, write_svg

ARMS = ("A", "B", "C", "R", "F")
PROMPTS = (
    "a red heart", "a blue umbrella", "a purple hat", "a green star", "a brown house", "a yellow fish",
    "an orange cat", "a pink flower", "a black car", "a blue bird",
)  # fmt: skip
RECIPE = ("experiment=toy_text_sketch", "prompt=thing", f"image_size={SIDE}")
Row = dict[str, Any]


def guide_painter(prompt: str, **where: Any) -> DiffusionPainter:
    """What paints guides as ``toy_text_sketch`` does; ``where`` says which attention it gives."""
    return DiffusionPainter(
        prompt,
        weights_path=shipped_weights("diffusion"),
        steps=25,
        guidance_scale=4.0,
        cross_resolution=8,
        **where,
    )


def guide(prompt: str, folder: Path) -> Path:
    """The picture that is drawn, painted if there is none yet."""
    path = folder / f"{prompt.replace(' ', '_')}.png"
    if not path.is_file():
        save_png(guide_painter(prompt)()[0], path)
    return path


def arms(picture: Path, seeds: int, overrides: Sequence[str]) -> dict[str, list[Drawing]]:
    """All arms on one picture, each with seeds 0 to ``seeds`` - 1."""

    def of(callbacks: str) -> list[Drawing]:
        return drawn(
            [*RECIPE, f"num_sketches={seeds}", "seed=0", f"callbacks={callbacks}", *overrides], picture
        )

    found = {"A": of("default")}
    found["B"] = [each.replace(alive=ExportFilter()(each)) for each in found["A"]]
    found["C"] = of("soft_obr")
    found["R"] = of("soft_obr_budget")
    counts = [int(each.alive.sum()) for each in found["R"]]
    found["F"] = [
        drawn([*RECIPE, f"seed={seed}", *overrides, f"num_strokes={count}"], picture)[0]
        for seed, count in enumerate(counts)
    ]
    return found


def scored(prompt: str, target: Tensor, drawings: dict[str, list[Drawing]]) -> list[Row]:
    """A row for each arm and seed, and one for the guide [3, 64, 64]."""
    term = LpipsTerm(network="stlpips-alex")
    term.prepare(Targets(target[None]))
    canvases = [(arm, seed, each) for arm, group in drawings.items() for seed, each in enumerate(group)]
    images = torch.cat([target[None], *(rasterize(each, SIDE, SIDE) for _, _, each in canvases)])
    with torch.no_grad():
        apart = torch.stack(list(term(images, 1.0).values())).sum(0)
    columns = {"stlpips": apart.tolist(), "clip_score": clip_judge().cosine(images, prompt).tolist()}
    for name, judge in judges().items():
        columns[f"right_{name}"] = named_right(judge, images, prompt).float().tolist()
    columns["likely_truth"] = likelihood(judges()["truth"], images, prompt).tolist()
    rows = [{"prompt": prompt, "arm": "guide", "seed": 0, "strokes": 0}]
    rows += [
        {"prompt": prompt, "arm": arm, "seed": seed, "strokes": int(each.alive.sum())}
        for arm, seed, each in canvases
    ]
    return [{**row, **{k: v[at] for k, v in columns.items()}} for at, row in enumerate(rows)]


def paired(rows: list[Row], one: str, other: str, column: str) -> tuple[float, float]:
    """Mean difference of two arms, and half of its 95 % interval over prompts (Student's t)."""
    means = []
    for prompt in dict.fromkeys(row["prompt"] for row in rows):
        of_arm = {
            arm: mean(row[column] for row in rows if row["prompt"] == prompt and row["arm"] == arm)
            for arm in (one, other)
        }
        means.append(of_arm[one] - of_arm[other])
    if len(means) < 2:
        return mean(means), math.nan
    half = float(student.ppf(0.975, len(means) - 1)) * stdev(means) / math.sqrt(len(means))
    return mean(means), half


def tables(rows: list[Row]) -> str:
    """Means with spreads over all prompts and seeds, and paired differences, as Markdown."""
    columns = [name for name in rows[0] if name not in ("prompt", "arm", "seed")]
    digits = {"strokes": 1, **{name: 2 for name in columns if name.startswith("right")}}
    lines = []
    for arm in ("guide", *ARMS):
        some = [row for row in rows if row["arm"] == arm]
        lines.append([arm, *(spread([row[c] for row in some], digits.get(c, 3)) for c in columns)])
    differences = []
    for one, other in (("C", "B"), ("R", "B"), ("R", "F"), ("C", "A")):
        found = (paired(rows, one, other, column) for column in columns)
        differences.append([f"{one} - {other}", *(f"{middle:+.3f} ± {half:.3f}" for middle, half in found)])
    head = " | ".join(columns)
    return f"{markdown(f'arm | {head}', lines)}\n\n{markdown(f'difference | {head}', differences)}"


def kept_drawings(
    picture: Path, folder: Path, seeds: int, overrides: Sequence[str]
) -> dict[str, list[Drawing]]:
    """The arms of a picture, read from the folder if they lie there, drawn with the same overrides."""
    own = folder / ",".join(overrides)
    own.mkdir(exist_ok=True)
    paths = {arm: [own / f"{picture.stem}-{arm}{seed}.svg" for seed in range(seeds)] for arm in ARMS}
    if not all(path.is_file() for group in paths.values() for path in group):
        for arm, group in arms(picture, seeds, overrides).items():
            for path, each in zip(paths[arm], group, strict=True):
                write_svg(each, path)
    return {arm: [read_svg(path) for path in group] for arm, group in paths.items()}


def panel(target: Tensor, drawings: Iterable[Drawing]) -> Tensor:
    """[3, 96, W] the guide, and a drawing of each arm."""
    large = torch.nn.functional.interpolate(target[None], 96, mode="bilinear")
    return torch.cat([large, *(rasterize(each, 96, 96) for each in drawings)], 3)[0].detach()


def main() -> None:
    """Runs the study, prints tables, keeps the numbers."""
    parser = options_parser(__doc__, RESULTS / "toy_soft_obr.json")
    parser.add_argument("--folder", type=Path, default=Path("outputs/toy_world/soft_obr"))
    parser.add_argument("--prompts", nargs="+", default=list(PROMPTS))
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--strokes", type=int, default=128)
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--sheet", type=Path, help="of the first seed's drawings, as PNG")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    overrides = [f"steps={options.steps}", f"num_strokes={options.strokes}"]
    overrides.append(f"prune_start_step={round(0.4 * options.steps)}")  # 200 of 500, as introduced
    rows, panels = [], []
    for prompt in options.prompts:
        picture = guide(prompt, options.folder)
        target = load_target(str(picture), SIDE).image
        drawings = kept_drawings(picture, options.folder, options.seeds, overrides)
        rows += scored(prompt, target, drawings)
        panels.append(panel(target, [group[0] for group in drawings.values()]))
        print(prompt, file=sys.stderr, flush=True)
    if options.sheet:
        save_png(np.asarray(torch.cat(panels, 1).permute(1, 2, 0)), options.sheet)
    keep(options.output, {"steps": options.steps, "strokes": options.strokes, "rows": rows})
    print(tables(rows))


if __name__ == "__main__":
    main()
