"""What guidance costs: time per step against the network's own, candidates in a batch, memory.

    python -m benchmarks.sketches.guidance                     RN101, 1 and 3 candidates, 1 + 4 views
    python -m benchmarks.sketches.guidance --terms             every term, at 224 pixels
    python -m benchmarks.sketches.guidance --threads 1 --rounds 5

The networks have the real architectures and random weights: for time and memory that makes no difference.
"Network's own" is what any implementation must do: the forward pass of all views of the sketches, of the
augmented views of the target without gradient, and the backward pass to the pixels. All variants take turns,
and the least time of each counts. Times are of the processor, over all threads, so that a busy machine does
not disturb them much; with ``--wall`` they are of the clock.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save_file
from torch import Tensor

from benchmarks.record import RESULTS, machine, options_parser
from inkwright.frozen_networks.clip import ClipNetwork
from inkwright.guidance.ms_ssim import MsSsimTerm
from inkwright.guidance.network_terms.clip import ClipTerm
from inkwright.guidance.pixel import PixelTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.structure import StructureTerm
from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.staged_run import StagedRun
from inkwright.pictures.target_image import TargetImage, load_target
from inkwright.run_folder.peak_memory import peak_memory_mb
from inkwright.run_folder.run_folder import read_json
from inkwright.vector_graphics.rasterizer import rasterize
from lightning_modules.salient_sketch import SalientSketch

SIZE, VIEWS, STROKES = 224, 4, 16
LAYERS = ("layer2", "layer3")

Run = Callable[[], None]


def least_times(runs: dict[str, Run], rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    """Seconds of each run, the least of several rounds in which all take turns, after one to warm up."""
    best: dict[str, float] = {}
    for index in range(rounds + 1):
        for name, run in runs.items():
            start = clock()
            run()
            if index:
                best[name] = min(best.get(name, float("inf")), clock() - start)
    return best


def own_step(network: ClipNetwork, candidates: int) -> Run:
    """The network's passes alone."""
    sketches = torch.rand(candidates * (1 + VIEWS), 3, SIZE, SIZE, requires_grad=True)
    targets = torch.rand(VIEWS, 3, SIZE, SIZE)

    def run() -> None:
        with torch.no_grad():
            network.features(targets, LAYERS)
        seen = network.features(sketches, LAYERS)
        _total([seen.embedding, *seen.layers.values()]).backward()  # type: ignore[no-untyped-call]

    return run


def whole_step(module: SalientSketch, target: TargetImage) -> tuple[Run, Run]:
    """A step of CLIPasso but for Lightning, and its rasteriser alone, forward and backward."""
    run = StagedRun(module.source(target), module.stages(target))
    source, optimizer = run.source, run.make_optimizer()

    def step() -> None:
        optimizer.zero_grad()
        run.loss().backward()  # type: ignore[no-untyped-call]
        run.mend_gradients()
        optimizer.step()
        source.project_()

    def paint() -> None:
        rasterize(source.drawing(), SIZE, SIZE).sum().backward()  # type: ignore[no-untyped-call]

    return step, paint


def clipasso(rounds: int, clock: Callable[[], float]) -> dict[str, Any]:
    """Times of CLIPasso's step with one candidate and with three, and what they are made of."""
    with tempfile.TemporaryDirectory() as folder:
        term = ClipTerm(
            weights_path=str(_random_clip("RN101-quickgelu", Path(folder))), views=SharedViews(VIEWS)
        )
    target = load_target("horse", SIZE)
    white = TargetImage(torch.ones(3, SIZE, SIZE), None, (SIZE, SIZE), "square", target.detail, None)
    term.prepare(Targets(white.image[None]))
    runs: dict[str, Run] = {}
    for count in (1, 3):
        settings = OptimizationSettings()
        module = SalientSketch({"clip": term}, settings, num_strokes=STROKES, num_sketches=count)
        runs[f"own_{count}"] = own_step(term.network, count)
        runs[f"step_{count}"], runs[f"raster_{count}"] = whole_step(module, white)
    times = least_times(runs, rounds, clock)
    return {
        "seconds": {name: round(value, 4) for name, value in times.items()},
        "step_to_own": round(times["step_1"] / times["own_1"], 3),
        "three_to_one": round(times["step_3"] / times["step_1"], 3),
        "raster_share": round(times["raster_1"] / times["step_1"], 4),
    }


def term_costs(rounds: int, clock: Callable[[], float]) -> dict[str, dict[str, float]]:
    """Seconds of forward and backward on one canvas, and megabytes of weights, of every term."""
    image = torch.rand(1, 3, SIZE, SIZE)
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, term in _terms(Path(folder)).items():
            term.prepare(Targets(torch.rand(1, 3, SIZE, SIZE)))
            seconds = least_times({name: _judging(term, image)}, rounds, clock)[name]
            costs[name] = {"seconds": round(seconds, 4), "weights_mb": round(_megabytes(term), 1)}
    return costs


def _judging(term: GuidanceTerm, image: Tensor) -> Run:
    def run() -> None:
        picture = image.clone().requires_grad_()
        _total(list(term(picture, 0.3).values())).backward()  # type: ignore[no-untyped-call]

    return run


def _terms(folder: Path) -> dict[str, GuidanceTerm]:
    from torchvision.models import vgg16

    from inkwright.guidance.network_terms.dists import DistsTerm
    from inkwright.guidance.network_terms.features import FeaturesTerm
    from inkwright.guidance.network_terms.lpips import LpipsTerm

    vgg = str(folder / "vgg16.pth")
    features = vgg16(weights=None).features
    torch.save({f"features.{name}": value for name, value in features.state_dict().items()}, vgg)
    terms: dict[str, GuidanceTerm] = {
        "structure": StructureTerm(),
        "pixel": PixelTerm(levels=4, edges=1.0),
        "ms_ssim": MsSsimTerm(),
        "lpips": LpipsTerm(weights_path=vgg),
        "dists": DistsTerm(weights_path=vgg),
        "vgg_features": FeaturesTerm(weights_path=vgg),
    }
    for name in ("RN50", "RN101", "ViT-B-32", "ViT-B-16"):
        weights = str(_random_clip(f"{name}-quickgelu", folder / name))
        layers = None if name.startswith("RN") else {"block3": 1.0, "block7": 1.0}
        terms[f"clip {name}"] = ClipTerm(weights_path=weights, layers=layers, views=SharedViews(VIEWS))
    return terms


def _random_clip(architecture: str, folder: Path) -> Path:
    """A folder in open_clip's own format with the real architecture, drawn at random."""
    folder.mkdir(exist_ok=True)
    config = open_clip.get_model_config(architecture)
    torch.manual_seed(0)
    save_file(open_clip.CLIP(**config).state_dict(), folder / "open_clip_model.safetensors")
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config}))
    return folder


def _megabytes(term: GuidanceTerm) -> float:
    network = getattr(term, "network", None)
    return 0.0 if network is None else sum(each.nbytes for each in network.parameters()) / 1e6


def _total(tensors: list[Tensor | None]) -> Tensor:
    return torch.stack([each.float().mean() for each in tensors if each is not None]).sum()


def main() -> None:
    """The command line."""
    parser = options_parser(__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--wall", action="store_true")
    parser.add_argument("--terms", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    clock = time.perf_counter if asked.wall else time.process_time
    measured = term_costs(asked.rounds, clock) if asked.terms else clipasso(asked.rounds, clock)
    key = "terms" if asked.terms else "clipasso"
    record = {
        "machine": machine(),
        "threads": asked.threads,
        "clock": "wall" if asked.wall else "processor",
        "peak_memory_mb": round(peak_memory_mb() or 0),
        **({"costs": measured} if asked.terms else measured),
    }
    path = RESULTS / "guidance.json"
    path.write_text(json.dumps(read_json(path) | {key: record}, indent=2) + "\n")
    print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
