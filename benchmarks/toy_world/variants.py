"""Recipes of the small world beside their variants: a sheet, and what two judges make of the drawings.

    python -m benchmarks.toy_world.variants refilling --sheet refilling.png
    python -m benchmarks.toy_world.variants direction --sheet direction.png
    python -m benchmarks.toy_world.variants text --sheet clipdraw.png

``refilling``: score distillation, and strokes that have faded put to use elsewhere, as VectorFusion does.
``direction``: DiffSketcher, and a direction in CLIP from painting to line drawing. ``text``: CLIPDraw. Two
seeds for each prompt; the judges are the tiny CLIP, which may have guided, and a classifier that has not.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.record import RESULTS, keep, markdown, options_parser, save_png
from benchmarks.toy_world.judges import clip_judge, judges, likelihood
from benchmarks.toy_world.recipe_runs import drawn
from benchmarks.toy_world.soft_obr import guide
from inkwright.pictures.target_image import load_target
from inkwright.toy_world.painting import SIDE
from inkwright.vector_graphics import Drawing, rasterize

_FADED = ("prune_start_step=20", "prune_ema_threshold=0.1")
_STYLE = "a line drawing of {prompt}"
Variants = Mapping[str, Sequence[str]]
STUDIES: Mapping[str, Variants] = {
    "refilling": {
        "no pruning": ("experiment=toy_distillation",),
        "pruning": ("experiment=toy_distillation", "callbacks=soft_obr", *_FADED),
        "refilling": (
            "experiment=toy_distillation", "callbacks=soft_obr_refill", *_FADED,
            "+callbacks.soft_obr.refill.every_n_steps=15",
        ),
    },
    "direction": {
        "without": ("experiment=toy_text_sketch", "image_size=64"),
        "with": ("experiment=toy_directional", "image_size=64", f"style_prompt={_STYLE}"),
        "with, four times": (
            "experiment=toy_directional", "image_size=64", f"style_prompt={_STYLE}",
            "guidance.clip_direction.weight=[[0.0,0.0],[0.4,0.0],[0.4,1.2]]",
        ),
    },
    "text": {"CLIPDraw": ("experiment=toy_clipdraw", "image_size=64", "num_strokes=32", "steps=60")},
}  # fmt: skip
PROMPTS: Mapping[str, Sequence[str]] = {
    "refilling": ("a red heart", "a purple moon", "a blue car", "a green star"),
    "direction": ("a red heart", "a blue umbrella", "a purple hat", "a blue bird"),
    "text": ("a red heart", "a purple moon", "a blue car", "a green star", "a red fish", "a brown umbrella"),
}


def scored(prompt: str, drawings: Sequence[Drawing]) -> dict[str, float]:
    """Means over drawings: strokes that are seen, CLIP scores, and how likely each judge finds the kind."""
    images = torch.cat([rasterize(each, SIDE, SIDE) for each in drawings]).detach()
    clip = clip_judge()
    found = {
        "strokes": mean(float((each.stroke[each.alive, 3] > 0.1).sum()) for each in drawings),
        "clip_score": float(clip.cosine(images, prompt).mean()),
        "clip_score_style": float(clip.cosine(images, _STYLE.format(prompt=prompt)).mean()),
    }
    for name, judge in judges().items():
        found[f"likely_{name}"] = float(likelihood(judge, images, prompt).mean())
    return found


def panel(drawings: Sequence[Drawing]) -> Tensor:
    """[3, 96, 96 * count] of them side by side."""
    return torch.cat([rasterize(each, 96, 96)[0] for each in drawings], 2).detach()


def studied(
    name: str, prompts: Sequence[str], folder: Path, seeds: int
) -> tuple[list[dict[str, Any]], Tensor]:
    """Rows of numbers, one for each prompt and variant, and the sheet [3, H, W], a row for each prompt."""
    found: dict[tuple[str, str], list[Drawing]] = {}
    sheet = []
    for prompt in prompts:
        picture = guide(prompt, folder) if name == "direction" else None
        line = []
        if picture is not None:
            target = load_target(str(picture), SIDE).image
            line.append(torch.nn.functional.interpolate(target[None], 96)[0])
        for variant, overrides in STUDIES[name].items():
            keys = [each.format(prompt=prompt) for each in overrides]
            found[prompt, variant] = drawn(
                [*keys, f"prompt={prompt}", f"num_sketches={seeds}", "seed=1"], picture
            )
            line.append(panel(found[prompt, variant]))
        sheet.append(torch.cat(line, 2))
        print(prompt, file=sys.stderr, flush=True)
    rows = [
        {"prompt": prompt, "variant": variant, **scored(prompt, drawings)}
        for (prompt, variant), drawings in found.items()
    ]
    return rows, torch.cat(sheet, 1)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows, and a mean over prompts for each variant, as Markdown."""
    columns = [name for name in rows[0] if name not in ("prompt", "variant")]
    lines = [[row["prompt"], row["variant"], *(f"{row[c]:.2f}" for c in columns)] for row in rows]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        some = [row for row in rows if row["variant"] == variant]
        lines.append(["mean", variant, *(f"{mean(row[c] for row in some):.2f}" for c in columns)])
    return markdown(f"prompt | variant | {' | '.join(columns)}", lines)


def main() -> None:
    """Draws, prints the table, keeps the numbers."""
    parser = options_parser(__doc__)
    parser.add_argument("study", choices=list(STUDIES))
    parser.add_argument("--output", type=Path, help="the JSON file")
    parser.add_argument("--folder", type=Path, default=Path("outputs/toy_world/soft_obr"), help="of guides")
    parser.add_argument("--prompts", nargs="+")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--sheet", type=Path, help="of the drawings, as PNG")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    prompts = options.prompts or PROMPTS[options.study]
    rows, sheet = studied(options.study, prompts, options.folder, options.seeds)
    keep(options.output or RESULTS / f"toy_{options.study}.json", {"rows": rows})
    if options.sheet:
        save_png(np.asarray(sheet.permute(1, 2, 0)), options.sheet)
    print(table(rows))


if __name__ == "__main__":
    main()
