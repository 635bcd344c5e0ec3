"""Does score distillation alone draw in the small world? What the tiny CLIP makes of strokes from anywhere.

    python -m benchmarks.toy_world.distillation --sheet distillation.png

Two starts of 24 strokes for each prompt. Before and after: the probability of the thing that is asked for
among 28 kinds, by the tiny CLIP and by the truth's classifier. The sheet has starts above and drawings below.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.record import RESULTS, keep, markdown, options_parser, save_png
from benchmarks.toy_world.fitted_strokes import moved, pictures, random_strokes
from benchmarks.toy_world.judges import judges, likelihood
from inkwright.frozen_networks.diffusion.denoiser import DiffusionDenoiser
from inkwright.guidance.network_terms.score_distillation import ScoreDistillationTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.toy_world.shipped_weights import shipped_weights

PROMPTS = ("a red heart", "a purple moon", "a blue car", "a green star", "a red fish", "a brown umbrella")


def distilled(prompt: str, steps: int, seed: int = 1) -> tuple[Tensor, Tensor]:
    """Pictures [2, 3, 64, 64] of two starts and of what score distillation has made of them."""
    denoiser = DiffusionDenoiser(prompt, weights_path=shipped_weights("diffusion"))
    term = ScoreDistillationTerm(denoiser, gradient_scale=1.0, guidance_scale=15.0, views=SharedViews(0))
    torch.manual_seed(seed)
    strokes = random_strokes(seed=seed)
    return pictures(strokes), moved(strokes, term, steps)


def main() -> None:
    """Draws, prints the table, keeps the numbers."""
    parser = options_parser(__doc__, RESULTS / "toy_distillation.json")
    parser.add_argument("--prompts", nargs="+", default=list(PROMPTS))
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--sheet", type=Path, help="of the drawings, as PNG")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    pairs = []
    for prompt in options.prompts:
        before, after = distilled(prompt, options.steps)
        scores = {
            f"{name} {when}": likelihood(judge, images, prompt).tolist()
            for name, judge in judges().items()
            for when, images in (("before", before), ("after", after))
        }
        rows.append({"prompt": prompt, **scores})
        pairs += [torch.cat(pair, 1) for pair in zip(before, after, strict=True)]
    keep(options.output, {"steps": options.steps, "rows": rows})
    if options.sheet:
        whole = torch.nn.functional.interpolate(torch.cat(pairs, 2)[None], scale_factor=2, mode="bilinear")
        save_png(whole[0].permute(1, 2, 0).numpy(), options.sheet)
    columns = [name for name in rows[0] if name != "prompt"]
    cells = [
        (row["prompt"], *(", ".join(f"{value:.3f}" for value in row[c]) for c in columns)) for row in rows
    ]
    print(markdown(f"prompt | {' | '.join(columns)}", cells))


if __name__ == "__main__":
    main()
