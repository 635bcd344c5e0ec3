"""How well sketches are cleaned: precision, recall and F1 on T1 and T2, against simple baselines.

    python -m benchmarks.simplification.simplifier    the weights that ship
    python -m benchmarks.simplification.simplifier --weights outputs/simplifier/0/weights.safetensors

T1 are pages of the training recipe with a seed that training never uses. "T1, steady hand" are the same with
the recipe's wobble and misfit without their factor of looseness; "T1, beside" are T1 as it was before the
strokes of a line were made to surround it: there, lines often lie beside all their strokes, and nobody can
tell (sketch_ceiling.py). T2 are pages of other drawings, roughened by other mechanics. Numbers go to
benchmarks/results/simplifier.json.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.record import RESULTS, keep, markdown, options_parser
from datamodules.sketch_pairs import PageSource
from inkwright.metrics.line_agreement import bootstrap_interval, line_agreement
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
from inkwright.simplification.teacher import Teacher
from inkwright.simplification.weights_file import SHIPPED, read_note
from inkwright.synthetic_drawings.redrawn_lines import PencilHabits
from inkwright.synthetic_drawings.rough_pair import CopiedPairs, RoughPairs, SketchRecipe
from inkwright.vector_graphics.rasterizer import rasterize

HELD_OUT_SEED = 2_000_003
HANDS = {
    "T1": PencilHabits(),
    "T1, beside": PencilHabits(surround=0.0),
    "T1, steady hand": PencilHabits(surround=0.0, looseness=(1.0, 1.0)),
}
SCORES = ("f1", "precision", "recall", "chamfer", "hausdorff95", "blank")

Page = NDArray[np.float32]


def adaptive_threshold(rough: Page) -> Page:
    """Ink darker than its surroundings (Gaussian window of 25 pixels, offset 0.04), without specks."""
    from skimage.filters import threshold_local
    from skimage.morphology import remove_small_objects

    ink = rough < threshold_local(rough, 25, method="gaussian", offset=0.04)
    return 1 - remove_small_objects(ink, max_size=29).astype(np.float32)


def thresholded_skeleton(rough: Page) -> Page:
    """The middle lines of the adaptive threshold."""
    from skimage.morphology import skeletonize

    return 1 - skeletonize(adaptive_threshold(rough) < 0.5).astype(np.float32)


def network_strokes(network: SimplifierNetwork) -> Callable[[Page], Page]:
    """What the network draws as strokes, painted with their default width of the data, 2 pixels."""
    settings = CleaningSettings(size=0, flatten="never", line_width=2.0)

    def clean(rough: Page) -> Page:
        drawing = clean_sketch(rough, network, settings).drawing
        height, width = rough.shape
        if drawing is None:
            return np.ones_like(rough)
        strokes: Page = rasterize(drawing, height, width)[0, 0].detach().numpy()
        return strokes

    return clean


def measure(methods: dict[str, Callable[[Page], Page]], source: PageSource, pages: int) -> dict[str, Any]:
    """Mean scores of each method over pages, F1 with its 95 % interval over images."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in methods}
    for index in range(pages):
        rough, clean = source.page(index, 1024)
        for name, method in methods.items():
            found[name].append(line_agreement(method(rough), clean))
    return {name: mean_scores(rows) for name, rows in found.items()}


def mean_scores(rows: list[dict[str, float]], scores: Sequence[str] = SCORES) -> dict[str, Any]:
    """Means of some scores over pages, and the 95 % interval of F1."""
    means = {score: round(float(np.mean([row[score] for row in rows])), 4) for score in scores}
    low, high = bootstrap_interval(np.array([row["f1"] for row in rows]))
    return {**means, "f1_interval": [round(low, 4), round(high, 4)]}


def seconds(clean: Teacher) -> dict[str, float]:
    """Seconds for a page of 1,024 x 1,024, not the first: the network alone, and with strokes."""
    rough, _ = RoughPairs(SketchRecipe(), HELD_OUT_SEED).page(3)
    clean_sketch(rough, clean.network, CleaningSettings())  # imports, and compiles or loads kernels
    start = time.perf_counter()
    clean(rough)
    alone = time.perf_counter() - start
    start = time.perf_counter()
    clean_sketch(rough, clean.network, CleaningSettings())
    return {"network": round(alone, 2), "network_and_strokes": round(time.perf_counter() - start, 2)}


def main() -> None:
    """Measure, print the table, keep the numbers."""
    parser = options_parser(__doc__, RESULTS / "simplifier.json")
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--pages", type=int, default=24, help="pages of each set")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    teacher = Teacher(str(options.weights))
    methods: dict[str, Callable[[Page], Page]] = {
        "untouched": lambda rough: rough,
        "adaptive threshold": adaptive_threshold,
        "its skeleton": thresholded_skeleton,
        "network": teacher,
        "network, as strokes": network_strokes(teacher.network),
    }
    sources: dict[str, PageSource] = {
        name: RoughPairs(SketchRecipe(habits=habits), HELD_OUT_SEED) for name, habits in HANDS.items()
    }
    sources["T2"] = CopiedPairs(HELD_OUT_SEED)
    tables = {name: measure(methods, source, options.pages) for name, source in sources.items()}
    record = {
        "threads": options.threads,
        "pages": options.pages,
        "seed": HELD_OUT_SEED,
        "weights": read_note(options.weights),
        "seconds_1024": seconds(teacher),
        "scores": tables,
    }
    keep(options.output, record, 2)
    for name, table in tables.items():
        rows = []
        for method, row in table.items():
            low, high = row["f1_interval"]
            others = [f"{row[score]:.3f}" for score in ("precision", "recall")]
            f1 = f"{row['f1']:.3f} ({low:.3f} to {high:.3f})"
            rows.append([method, f1, *others, f"{row['chamfer']:.4f}"])
        print(
            "", markdown(f"{name} | F1 at 2 permille (95 %) | precision | recall | Chamfer", rows), sep="\n"
        )
    print(f"\nseconds for 1,024 x 1,024: {record['seconds_1024']}")


if __name__ == "__main__":
    main()
