"""Measures the shipped CLIPs and the shipped diffusion model on the small world; writes numbers and sheets.

python -m benchmarks.toy_world.networks --folder outputs/toy_world/measured
"""

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from inkwright.frozen_networks.clip import ClipNetwork, load_clip
from inkwright.frozen_networks.diffusion.attention import cross_map, recorded_attention
from inkwright.frozen_networks.diffusion.folder import DiffusionFolder
from inkwright.toy_world.painting import paint_scenes
from inkwright.toy_world.sampling import decode, sample_latents
from inkwright.toy_world.scene import PlacedThing, Scene, Split, Style
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.vocabulary import token_ids
from inkwright.toy_world.words import COLORS, KINDS
from inkwright.toy_world.zero_shot import accuracies, named, pair_prompts

TEST_SEED = 2_000_003  # neither trained on nor looked at while training
TOWERS = ("clip_resnet", "clip_vit")


def embedded(network: ClipNetwork, images: Tensor) -> Tensor:
    """[B, D] of pictures [B, 3, 64, 64], in small parts."""
    with torch.no_grad():
        parts = [network.features(part).embedding for part in torch.split(images, 64)]
    return torch.cat([part for part in parts if part is not None])


def clip_scores(folder: str, pictures: int) -> dict[str, dict[str, float]]:
    """Zero-shot accuracy on held-out combinations, and on combinations of training, drawn anew."""
    network = load_clip(weights_path=folder).network
    texts = network.embed_text(pair_prompts())
    found = {}
    splits: tuple[Split, Split] = ("held_out", "train")
    for split, drawn in itertools.product(splits, (0.0, 1.0)):
        album = ToyPictures(TEST_SEED, split, pairs=0.0, drawn=drawn)
        things = [album.scene(index).things[0] for index in range(pictures)]
        kinds = torch.tensor([KINDS.index(thing.kind) for thing in things])
        colors = torch.tensor([list(COLORS).index(thing.color) for thing in things])
        seen = embedded(network, album.pictures(range(pictures))[0])
        name = f"{split}, {'lines' if drawn else 'painted'}"
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


def attention_scores(folder: DiffusionFolder, pictures: int) -> dict[str, float]:
    """How much of the attention to a thing's word lies on the thing, on truth made half noisy."""
    unet, text = folder.network("unet").network, folder.network("text_encoder").network
    vae, alphas = folder.network("vae").network, folder.plain("scheduler").alphas_cumprod
    album = ToyPictures(TEST_SEED, pairs=0.0, drawn=0.0)
    images, masks = album.pictures(range(pictures))
    inside, chance = [], []
    for index in range(pictures):
        thing = album.scene(index).things[0]
        prompt = named(thing.kind, thing.color)
        with torch.no_grad(), recorded_attention(unet, {"cross": 8, "self": 8}, guided=False) as record:
            told = text(token_ids([prompt])).last_hidden_state
            clean = vae.encode(2 * images[index : index + 1] - 1).latent_dist.mean
            clean = clean * vae.config.scaling_factor
            for time in (300, 500, 700):
                dice = torch.Generator().manual_seed(time + index)
                noise = torch.randn(clean.shape, generator=dice)
                noisy = alphas[time].sqrt() * clean + (1 - alphas[time]).sqrt() * noise
                unet(noisy, time, encoder_hidden_states=told)
        attended = cross_map(record, [3], (64, 64))
        mask = masks[index, 0]
        inside.append(float((attended * mask).sum() / attended.sum().clamp(min=1e-6)))
        chance.append(float(mask.mean()))
    return {"attention on the thing": float(np.mean(inside)), "share of the picture": float(np.mean(chance))}


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
    folder: DiffusionFolder, judges: dict[str, ClipNetwork], scales: Sequence[float], every: int, out: Path
) -> dict[str, object]:
    """Share of sampled pictures that each CLIP names right, by guidance scale, and a sheet for each."""
    things = [kind for kind in KINDS if kind != "scribble"]
    pairs = [(kind, color) for at, kind in enumerate(things) for color in list(COLORS)[at % every :: every]]
    prompts = [named(*pair) for pair in pairs]
    kinds = torch.tensor([KINDS.index(kind) for kind, _ in pairs])
    colors = torch.tensor([list(COLORS).index(color) for _, color in pairs])
    found: dict[str, object] = {}
    for scale in scales:
        images = samples(folder, prompts, scale)
        sheet(images, 9, out / f"samples_{scale:g}.png")
        for name, judge in judges.items():
            scores = accuracies(embedded(judge, images), judge.embed_text(pair_prompts()), kinds, colors)
            found[f"scale {scale:g}, {name}"] = {key: float(value) for key, value in scores.items()}
    return found


def main() -> None:
    """Measures all that ships."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("outputs/toy_world/measured"))
    parser.add_argument("--pictures", type=int, default=1024)
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
        judges = {name: load_clip(weights_path=str(given.weights / name)).network for name in towers}
        found["diffusion"] = diffusion_scores(folder, judges, given.scales, given.every, given.folder)
        found["attention"] = attention_scores(folder, min(given.pictures, 48))
    text = json.dumps(found, indent=1)
    (given.folder / "networks.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
