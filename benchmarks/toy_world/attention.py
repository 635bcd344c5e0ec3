"""Does the attention of the tiny diffusion model lie on the thing? A table by layer and noise, and JSON.

    python -m benchmarks.toy_world.attention

Single things whose mask is known, made noisy, denoised with their own caption "a red fish". For each layer
of cross-attention: how much of a map lies on the thing, as a multiple of the share of the picture that the
thing has (1 = chance), and the correlation with the mask. Maps: of the color, of the kind, and of all that
the start of the caption does not get. Last, without attention, where two predictions differ: with the
caption, and without (Couairon et al. 2022).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from benchmarks.record import RESULTS, keep, markdown, options_parser
from inkwright.frozen_networks.diffusion.attention import recorded_attention
from inkwright.frozen_networks.diffusion.folder import DiffusionFolder
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.vocabulary import token_ids
from inkwright.toy_world.zero_shot import named

TEST_SEED = 2_000_003
TIMES = (100, 300, 500, 700, 900)
LAYERS = {
    "down_blocks.1.attentions.0": 8,
    "down_blocks.2.attentions.0": 4,
    "up_blocks.0.attentions.0": 4,
    "up_blocks.0.attentions.1": 4,
    "up_blocks.1.attentions.0": 8,
    "up_blocks.1.attentions.1": 8,
}
TOKENS = {"color": [2], "kind": [3], "all but start": list(range(1, 16))}


@dataclass(frozen=True)
class NoisyThing:
    """A thing in latents, at all times, with its mask [1, 1, 64, 64] and what the network is told."""

    noisy: dict[int, Tensor]
    told: Tensor
    nothing: Tensor
    mask: Tensor


def noisy_things(folder: DiffusionFolder, count: int, *, portraits: bool) -> Iterator[NoisyThing]:
    """Painted things: ``portraits`` are big on white paper, as most that it was trained on."""
    text, vae = folder.network("text_encoder").network, folder.network("vae").network
    alphas = folder.plain("scheduler").alphas_cumprod
    album = ToyPictures(TEST_SEED, pairs=0.0, drawn=0.0, portraits=float(portraits))
    images, masks = album.pictures(range(count))
    nothing = text(token_ids([""])).last_hidden_state
    for index in range(count):
        thing = album.scene(index).things[0]
        told = text(token_ids([named(thing.kind, thing.color)])).last_hidden_state
        clean = vae.encode(2 * images[index : index + 1] - 1).latent_dist.mean * vae.config.scaling_factor
        noisy = {}
        for time in TIMES:
            noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(time + index))
            noisy[time] = alphas[time].sqrt() * clean + (1 - alphas[time]).sqrt() * noise
        yield NoisyThing(noisy, told, nothing, masks[index, :1][None])


def agreement(found: Tensor, mask: Tensor) -> tuple[float, float]:
    """Share of a map [1, 1, s, s] on a mask [1, 1, H, W], as a multiple of chance; and their correlation."""
    inside = F.adaptive_avg_pool2d(mask, found.shape[-1])
    ratio = float((found * inside).sum() / found.sum().clamp(min=1e-9) / inside.mean())
    pair = torch.stack([found.flatten(), inside.flatten()])
    return ratio, float(torch.corrcoef(pair)[0, 1].nan_to_num())


def maps(unet: Any, thing: NoisyThing, time: int) -> Iterator[tuple[str, str, Tensor]]:
    """Layer, what of it, and the map [1, 1, s, s]."""
    predicted = []
    for layer, side in LAYERS.items():
        places = {"cross": side, "self": 16}
        with recorded_attention(unet, places, guided=False, cross_layer=layer) as record:
            predicted = [unet(thing.noisy[time], time, encoder_hidden_states=thing.told).sample]
        for name, tokens in TOKENS.items():
            yield layer, name, record.mean("cross")[:, tokens].sum(1).reshape(1, 1, side, side)
    predicted.append(unet(thing.noisy[time], time, encoder_hidden_states=thing.nothing).sample)
    yield "prediction", "difference", (predicted[0] - predicted[1]).abs().mean(1, keepdim=True)


@torch.no_grad()
def measured(count: int, *, portraits: bool) -> list[dict[str, Any]]:
    """Means over ``count`` things: a row for each layer, map and time."""
    folder = DiffusionFolder.open("sd15", shipped_weights("diffusion"))
    unet = folder.network("unet").network
    found: dict[tuple[str, str, int], list[tuple[float, float]]] = {}
    for thing in noisy_things(folder, count, portraits=portraits):
        for time in TIMES:
            for layer, name, each in maps(unet, thing, time):
                found.setdefault((layer, name, time), []).append(agreement(each, thing.mask))
    rows = []
    for (layer, name, time), pairs in found.items():
        ratio, correlation = (sum(values) / len(values) for values in zip(*pairs, strict=True))
        rows.append(
            {"layer": layer, "map": name, "time": time, "ratio": ratio, "correlation": correlation}
            | {"portraits": portraits}
        )
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Ratio and correlation, a line for each layer and map, as Markdown."""
    lines = []
    for layer, name in dict.fromkeys((row["layer"], row["map"]) for row in rows):
        some = {row["time"]: row for row in rows if (row["layer"], row["map"]) == (layer, name)}
        lines.append(
            [layer, name, *(f"{some[t]['ratio']:.2f}, {some[t]['correlation']:+.2f}" for t in TIMES)]
        )
    return markdown(f"layer | map | {' | '.join(map(str, TIMES))}", lines)


def main() -> None:
    """Measures, prints the tables, keeps the numbers."""
    parser = options_parser(__doc__, RESULTS / "toy_attention.json")
    parser.add_argument("--pictures", type=int, default=20)
    options = parser.parse_args()
    rows = []
    for portraits in (True, False):
        rows += (more := measured(options.pictures, portraits=portraits))
        print(table(more), end="\n\n")
    keep(options.output, {"pictures": options.pictures, "rows": rows})


if __name__ == "__main__":
    main()
