"""Measures anew what the normalization of a trained simplifier takes for mean and variance, on made pages.

    python -m benchmarks.simplification.recalibrate weights.safetensors recalibrated.safetensors
    python -m benchmarks.simplification.recalibrate new.safetensors mean.safetensors --average old.safetensors

A network whose weights are averaged over its last steps, or were saved with variances in half precision,
where those above 65,504 are infinite, no longer has the statistics of its own features: channels with an
infinite variance say nothing. Nor has the mean of two networks, one of which went on from the other, which
keeps what that one knew and has some of what was learned (--average, after Wortsman et al., CVPR 2022).
Otherwise the weights stay as they are. The pages are none of the training, and none of the tests; --faint and
--many give them as many of those kinds as the training had.
"""

import argparse
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn

from datamodules.sketch_pairs import SketchPairData
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import SHIPPED, load_weights, read_note, save_weights
from inkwright.synthetic_drawings.rough_pair import SketchRecipe

SEED = 3_000_017


def recalibrate(
    network: SimplifierNetwork, batches: int, seed: int = SEED, recipe: SketchRecipe | None = None
) -> None:
    """Sets the running means and variances to those of so many batches of patches, each counting as much."""
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # a mean over all batches
    network.train()
    data = SketchPairData(recipe=recipe, steps=batches, seed=seed)
    with torch.no_grad():
        for batch in islice(data.train_dataloader(), batches):
            network(batch["rough"])
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    network.eval()


def mean_weights(network: SimplifierNetwork, other: SimplifierNetwork) -> dict[str, Tensor]:
    """The mean of two states of one network; counts are those of the first.

    Raises:
        ValueError: they are two networks.
    """
    if (network.architecture, network.settings) != (other.architecture, other.settings):
        raise ValueError(
            f"--average is a {other.architecture} network with {other.settings}, the first is not"
        )
    own, others = network.state_dict(), other.state_dict()
    return {
        name: (value + others[name]) / 2 if value.is_floating_point() else value
        for name, value in own.items()
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path, nargs="?", default=SHIPPED)
    parser.add_argument("output", type=Path)
    parser.add_argument("--batches", type=int, default=400, help="of two patches each")
    parser.add_argument("--seed", type=int, default=SEED)
    for kind in ("faint", "many"):
        parser.add_argument(
            f"--{kind}", type=float, default=0.0, help="share of such pages, see SketchRecipe"
        )
    parser.add_argument("--average", type=Path, help="weights to be averaged with before")
    asked = parser.parse_args()
    network = load_weights(asked.weights)
    if asked.average:
        network.load_state_dict(mean_weights(network, load_weights(asked.average)))
    recalibrate(network, asked.batches, asked.seed, SketchRecipe(faint=asked.faint, many=asked.many))
    measured = {name: getattr(asked, name) for name in ("batches", "seed", "faint", "many")}
    note = read_note(asked.weights) | {"statistics": measured}
    if asked.average:
        note["mean_with"] = read_note(asked.average)
    save_weights(network, asked.output, note)


if __name__ == "__main__":
    main()
