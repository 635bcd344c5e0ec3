"""What a step of the simplifier's training is made of: loss maps, pairs, networks.

    python -m benchmarks.simplification.simplifier_speed
    python -m benchmarks.simplification.simplifier_speed --side 128 --repeats 5

Seconds of the processor on one thread, medians and the least. Numbers go to
benchmarks/results/simplifier_speed.json.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812

from benchmarks.record import RESULTS, keep, options_parser
from inkwright.simplification.line_losses import line_disagreement, loss_map, weighted_error
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.synthetic_drawings.rough_pair import RoughPairs, SketchRecipe

MAP_SIDE = 424
NETWORKS: dict[str, dict[str, Any]] = {
    "compact": {},
    "compact, half as wide": {"channels": (8, 20, 48, 80, 112)},
    "plain, width 0.25": {"architecture": "plain", "width": 0.25},
    "plain, width 0.153": {"architecture": "plain", "width": 0.153},
}


def milliseconds(action: Callable[[], Any], repeats: int) -> dict[str, float]:
    """Median and least processor time of an action, which is done once before."""
    action()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        action()
        found.append(1e3 * (time.process_time() - start))
    return {"median": round(statistics.median(found), 2), "least": round(min(found), 2)}


def loss_maps(repeats: int) -> dict[str, dict[str, float]]:
    """The paper's map of a patch of 424 x 424: of two grays, of antialiased lines, of noise."""
    noise = torch.rand(1, 1, MAP_SIDE, MAP_SIDE, generator=torch.Generator().manual_seed(0))
    two = (noise > 0.1).float()
    targets = {"two grays": two, "antialiased": F.avg_pool2d(two, 3, 1, 1), "all grays": noise}
    return {
        name: milliseconds(lambda target=target: loss_map(target, "paper"), repeats)  # type: ignore[misc]
        for name, target in targets.items()
    }


def training_step(settings: dict[str, Any], side: int, batch: int) -> Callable[[], None]:
    """One step of a network on noise: forth, back, AdamW."""
    torch.manual_seed(0)
    network = SimplifierNetwork(**settings)
    optimizer = torch.optim.AdamW(network.parameters())
    rough = torch.rand(batch, 1, side, side)

    def step() -> None:
        cleaned = network(rough)
        loss = weighted_error(cleaned, rough, "none") + line_disagreement(cleaned, rough)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def pairs(side: int, count: int) -> float:
    """Milliseconds of the processor for one procedural patch, the making of its page included."""
    source = RoughPairs(SketchRecipe(), 0)
    source.patch(10_000, side)  # compiles
    start = time.process_time()
    for index in range(count):
        source.patch(index, side)
    return round(1e3 * (time.process_time() - start) / count, 2)


def main() -> None:
    """Measure, print, keep the numbers."""
    parser = options_parser(__doc__, RESULTS / "simplifier_speed.json")
    parser.add_argument("--side", type=int, default=96, help="of the patches, in pixels")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(1)
    steps = {
        name: {
            "parameters": SimplifierNetwork(**settings).num_parameters(),
            **milliseconds(training_step(settings, options.side, options.batch), options.repeats),
        }
        for name, settings in NETWORKS.items()
    }
    record = {
        "side": options.side,
        "batch": options.batch,
        "loss_map_424_ms": loss_maps(options.repeats),
        "pair_ms": pairs(options.side, 4 * 64),
        "step_ms": steps,
    }
    print(json.dumps(keep(options.output, record), indent=1))


if __name__ == "__main__":
    main()
