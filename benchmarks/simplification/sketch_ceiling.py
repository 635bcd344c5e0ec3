"""How well rough pages can be cleaned at all: scores of one who knows which stroke belongs to which line.

    python -m benchmarks.simplification.sketch_ceiling

Nothing is drawn that is not meant, there is no dirt, gaps and overshoots are known; every line is drawn in
the middle of its own strokes (Gaussian average along it, 8 units). Where such a drawing misses the line, the
sketch doesn't show it. Pages are those of T1 in simplifier.py; F1, precision and recall are at 2
permille. Numbers go to benchmarks/results/sketch_ceiling.json.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.record import RESULTS, keep, options_parser
from benchmarks.simplification.simplifier import HANDS, HELD_OUT_SEED, mean_scores
from inkwright.metrics.line_agreement import line_agreement
from inkwright.synthetic_drawings.clean_drawing import FloatArray, arc_length
from inkwright.synthetic_drawings.redrawn_lines import (
    APART,
    SHORTEST,
    Passes,
    PencilHabits,
    common_offset,
    passes_over,
)
from inkwright.synthetic_drawings.rough_pair import SIDE, SketchRecipe, new_drawing
from inkwright.synthetic_drawings.stroke_painting import Window, paint_lines


def ceiling(habits: PencilHabits, index: int, seed: int = HELD_OUT_SEED) -> dict[str, float]:
    """Scores of the middle of the strokes of page ``index``."""
    rng = np.random.default_rng([seed, index, 0])
    recipe = SketchRecipe(habits=habits)
    drawing = new_drawing(rng, recipe)
    rng.uniform(*habits.darkness)
    passes = passes_over(rng, drawing.curves, habits)
    window = Window.whole(SIDE, int(SIDE))
    clean = paint_lines(drawing.curves, window, 2.0)
    if passes is None:
        return line_agreement(np.ones_like(clean), clean)
    middle = passes.meant + common_offset(passes.drawn - passes.meant, passes.ends, 8.0)
    return line_agreement(paint_lines(without_overshoot(middle, passes, drawing.curves), window, 2.0), clean)


def without_overshoot(middle: FloatArray, passes: Passes, curves: Sequence[FloatArray]) -> list[FloatArray]:
    """Each stroke [9, 2] as far as its line goes."""
    lengths = np.array([arc_length(curve)[-1] for curve in curves])
    lengths = lengths[lengths >= SHORTEST]
    starts = np.cumsum(lengths + APART) - (lengths + APART)
    steps = np.linspace(0, 1, middle.shape[1])
    kept = []
    for points, (first, last) in zip(middle, passes.ends, strict=True):
        line = np.searchsorted(starts - APART / 2, (first + last) / 2) - 1
        begin, end = max(first, starts[line]), min(last, starts[line] + lengths[line])
        if end > begin:
            at, along = begin + steps * (end - begin), first + steps * (last - first)
            kept.append(np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1))
    return kept


def main() -> None:
    """Measure, print the table, keep the numbers."""
    parser = options_parser(__doc__, RESULTS / "sketch_ceiling.json")
    parser.add_argument("--pages", type=int, default=24)
    options = parser.parse_args()
    record: dict[str, Any] = {"pages": options.pages, "seed": HELD_OUT_SEED}
    for name, habits in HANDS.items():
        rows = [ceiling(habits, index) for index in range(options.pages)]
        record[name] = mean_scores(rows, ("f1", "precision", "recall"))
        print(name, record[name])
    keep(options.output, record, 2)


if __name__ == "__main__":
    main()
