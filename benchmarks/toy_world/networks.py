"""Measures the shipped CLIPs and the shipped diffusion model on the small world; writes numbers and sheets.

python -m benchmarks.toy_world.networks --folder outputs/toy_world/measured
"""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from benchmarks.record import RESULTS, keep, options_parser
from benchmarks.toy_world.judges import ClipJudge, judges
from benchmarks.toy_world.judges import accuracies as shares
from datamodules.toy_world import LARGE_SIDE
from inkwright.frozen_networks.clip import load_clip
from inkwright.frozen_networks.diffusion.folder import DiffusionFolder
from inkwright.frozen_networks.network_input import clean_view
from inkwright.toy_world.painting import SIDE, paint_scenes
from inkwright.toy_world.sampling import decode, sample_latents
from inkwright.toy_world.scene import PlacedThing, Scene, Split, Style
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.words import COLORS, KINDS
from inkwright.toy_world.zero_shot import accuracies, named, pair_prompts

TEST_SEED = 2_000_003  # neither trained on nor looked at while training
TOWERS = ("clip_resnet", "clip_vit")


def clip_scores(folder: str, pictures: int) -> dict[str, dict[str, float]]:
    """Zero-shot accuracy on held-out combinations and on those of training, drawn anew, in two sizes."""
    judge = ClipJudge(load_clip(weights_path=folder).network)
    texts = judge.network.embed_text(pair_prompts())
    found = {}
    splits: tuple[Split, Split] = ("held_out", "train")
    for split, drawn, side in itertools.product(splits, (0.0, 1.0), (SIDE, LARGE_SIDE)):
        album = ToyPictures(TEST_SEED, split, pairs=0.0, drawn=drawn, side=side)
        things = [album.scene(index).things[0] for index in range(pictures)]
        kinds = torch.tensor([KINDS.index(thing.kind) for thing in things])
        colors = torch.tensor([list(COLORS).index(thing.color) for thing in things])
        seen = judge.embedded(clean_view(album.pictures(range(pictures))[0], SIDE))
        name = f"{split}, {'lines' if drawn else 'painted'}, {side} pixels"
        found[name] = {k: float(v) for k, v in accuracies(seen, texts, kinds, colors).items()}
    return found


def samples(folder: DiffusionFolder, prompts: Sequence[str], scale: float, seed: int = 0) -> Tensor:
    """[B, 3, 64, 64] pictures of prompts."""
    parts = []
    for at in range(0, len(prompts), 32):
        latents = sample_latents(
            folder.network("unet").network, folder.network("text_encoder").network,
            prompts[at : at + 32], guidance_scale=scale, seed=seed + at,
        )  # fmt: skip
        parts.append(decode(folder.network("vae").network, latents))
    return torch.cat(parts)


def sheet(images: Tensor, columns: int, path: Path) -> None:
    """Writes pictures [B, 3, H, W] as rows of one PNG."""
    framed = torch.nn.functional.pad(images, (1, 1, 1, 1), value=0.5)
    rows = [torch.cat(list(framed[at : at + columns]), 2) for at in range(0, len(framed), columns)]
    pixels = (torch.cat(rows, 1).permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    Image.fromarray(pixels).save(path)


def every_kind(side: int = 80) -> Tensor:
    """[2 * kinds, 3, side, side] every kind, painted and drawn."""
    scenes = []
    styles: tuple[Style, Style] = ("painted", "drawn")
    for at, kind in enumerate(KINDS):
        for style in styles:
            color = list(COLORS)[(at + 4 * (style == "drawn")) % len(COLORS)]
            thing = PlacedThing(kind, color, "big", (0.5, 0.5), 0.45)
            scenes.append(Scene((thing,), "", style, True, named(kind, color)))
    dice = [np.random.default_rng(at) for at in range(len(scenes))]
    return paint_scenes(scenes, dice, side)[0]


def diffusion_scores(
    folder: DiffusionFolder, scales: Sequence[float], every: int, out: Path
) -> dict[str, object]:
    """Share of sampled pictures that each judge names right, by guidance scale, and a sheet for each."""
    things = [kind for kind in KINDS if kind != "scribble"]
    pairs = [(kind, color) for at, kind in enumerate(things) for color in list(COLORS)[at % every :: every]]
    prompts = [named(*pair) for pair in pairs]
    found: dict[str, object] = {}
    for scale in scales:
        images = samples(folder, prompts, scale)
        sheet(images, 9, out / f"samples_{scale:g}.png")
        for name, judge in judges().items():
            found[f"scale {scale:g}, {name}"] = shares(judge, images, pairs)
    return found


def main() -> None:
    """Measures all that ships."""
    parser = options_parser(__doc__, RESULTS / "toy_networks.json")
    parser.add_argument("--folder", type=Path, default=Path("outputs/toy_world/measured"))
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--scales", type=float, nargs="+", default=[4.0], help="of classifier-free guidance")
    parser.add_argument("--every", type=int, default=1, help="paint every kind in every so manieth color")
    parser.add_argument("--weights", type=Path, default=Path(shipped_weights("clip_resnet")).parent)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    sheet(every_kind(), 14, given.folder / "kinds.png")
    towers = [name for name in TOWERS if (given.weights / name).is_dir()]
    found: dict[str, object] = {
        name: clip_scores(str(given.weights / name), given.pictures) for name in towers
    }
    if (given.weights / "diffusion" / "unet").is_dir():
        folder = DiffusionFolder.open("sd15", str(given.weights / "diffusion"))
        found["diffusion"] = diffusion_scores(folder, given.scales, given.every, given.folder)
    keep(given.output, {"pictures": given.pictures, **found})
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
