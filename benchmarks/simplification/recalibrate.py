"""Measures anew what the normalization of a trained simplifier takes for mean and variance, on made pages.

    python -m benchmarks.simplification.recalibrate weights.safetensors recalibrated.safetensors

A network whose weights are averaged over its last steps, or were saved with variances in half precision,
where those above 65,504 are infinite, no longer has the statistics of its own features: channels with an
infinite variance say nothing. The weights themselves stay as they are. By default the pages are none of the
training, and none of the tests.
"""

import argparse
from itertools import islice
from pathlib import Path

import torch
from torch import nn

from datamodules.sketch_pairs import SketchPairData
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import SHIPPED, load_weights, read_note, save_weights
from inkwright.synthetic_drawings.rough_pair import SketchRecipe

SEED = 3_000_017


def recalibrate(network: SimplifierNetwork, batches: int, seed: int = SEED) -> None:
    """Sets the running means and variances to those of so many batches of patches, each counting as much."""
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # a mean over all batches
    network.train()
    data = SketchPairData(recipe=SketchRecipe(), steps=batches, seed=seed)
    with torch.no_grad():
        for batch in islice(data.train_dataloader(), batches):
            network(batch["rough"])
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    network.eval()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path, nargs="?", default=SHIPPED)
    parser.add_argument("output", type=Path)
    parser.add_argument("--batches", type=int, default=400, help="of two patches each")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    network = load_weights(asked.weights)
    recalibrate(network, asked.batches, asked.seed)
    note = read_note(asked.weights) | {"statistics": {"batches": asked.batches, "seed": asked.seed}}
    save_weights(network, asked.output, note)


if __name__ == "__main__":
    main()
