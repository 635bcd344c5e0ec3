"""How exactly lines are traced: distance of strokes to the true lines of perfect drawings, and their number.

    python -m benchmarks.simplification.centerlines --drawings 40

Drawings of the training families are painted at 1,024 x 1,024 with lines of 2 pixels, traced, and refined.
The true lines are the curves that were painted: smooth ones through points 9 pixels apart on the lines of the
drawing, which leave those by up to 1.7 pixels where they bend sharply. Gaps of a perfect drawing are meant,
so none is bridged. Numbers go to benchmarks/results/centerlines.json.
"""

import itertools
import json
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import RESULTS, keep, options_parser
from inkwright.synthetic_drawings.clean_drawing import CleanDrawing
from inkwright.synthetic_drawings.clean_families import clean_drawing
from inkwright.synthetic_drawings.pencil_strokes import PencilStrokes
from inkwright.synthetic_drawings.stroke_painting import Window, paint_lines, through
from inkwright.vectorization.centerline_tracing import CenterlineSettings, traced_strokes
from inkwright.vectorization.line_refinement import refined_strokes
from inkwright.vectorization.traced_stroke import TracedStroke

SIDE = 1024
FloatArray = NDArray[np.float64]


def inside(points: FloatArray) -> FloatArray:
    """Those of the points [n, 2] that lie on the canvas."""
    return points[((points > 2) & (points < SIDE - 2)).all(1)]


def painted(curve: FloatArray) -> FloatArray:
    """[n, 2] points about half a pixel apart on what ``paint_lines`` paints for a curve."""
    chains = through(PencilStrokes.even([curve], 2.0, 1.0).points)
    return np.concatenate([TracedStroke(chain, False, 2.0, (False, False)).sampled(0.5) for chain in chains])


def measure(drawing: CleanDrawing, steps: int, rounds: int = 1, gap: float = 0.0) -> dict[str, Any]:
    """Distances, counts and processor seconds of one drawing, traced, then refined in some rounds."""
    from scipy.spatial import cKDTree

    gray = paint_lines(drawing.curves, Window.whole(SIDE, SIDE), 2.0)
    start = time.process_time()
    strokes = traced_strokes(gray, CenterlineSettings(gap=gap))
    traced = time.process_time()
    strokes = refined_strokes(strokes, gray, steps, rounds=rounds)
    finished = time.process_time()
    true = inside(np.concatenate([painted(curve) for curve in drawing.curves]))
    found = inside(np.concatenate([stroke.sampled(0.5) for stroke in strokes]))
    missed, strayed = cKDTree(found).query(true)[0], cKDTree(true).query(found)[0]
    visible = sum(len(inside(curve)) > 1 for curve in drawing.curves)
    return {
        "hausdorff": float(max(missed.max(), strayed.max())),
        "q99": float(max(np.quantile(missed, 0.99), np.quantile(strayed, 0.99))),
        "mean": float((missed.mean() + strayed.mean()) / 2),
        "paths": len(strokes) / max(visible, 1),
        "traced": traced - start,
        "refined": finished - traced,
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Shares of drawings within the limits, and means."""
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {
        "drawings": len(rows),
        "hausdorff_within_1.5": float((column["hausdorff"] <= 1.5).mean()),
        "hausdorff_median": float(np.median(column["hausdorff"])),
        "hausdorff_q95": float(np.quantile(column["hausdorff"], 0.95)),
        "q99_within_1.5": float((column["q99"] <= 1.5).mean()),
        "mean_distance": float(column["mean"].mean()),
        "paths_within_1.3": float((column["paths"] <= 1.3).mean()),
        "seconds_tracing": float(column["traced"].mean()),
        "seconds_refining": float(column["refined"].mean()),
    }


def main() -> None:
    """Measure, print, keep."""
    parser = options_parser(__doc__, RESULTS / "centerlines.json")
    parser.add_argument("--drawings", type=int, default=40)
    parser.add_argument("--seed", type=int, default=99)
    parser.add_argument("--refine-steps", type=int, default=75, help="of all rounds together")
    parser.add_argument("--rounds", type=int, default=3, help="ends are moved between two of them")
    parser.add_argument("--gap", type=float, default=0.0, help="longest gap that is bridged, in pixels")
    parser.add_argument("--rows", action="store_true", help="print the numbers of every drawing")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for index in itertools.count():
        if len(rows) == options.drawings:
            break
        drawing = clean_drawing(np.random.default_rng([options.seed, index]))
        if not drawing.curves:  # a blank page
            continue
        rows.append(measure(drawing, options.refine_steps, options.rounds, options.gap))
        if options.rows:
            print(index, json.dumps({name: round(value, 3) for name, value in rows[-1].items()}), flush=True)
    told = {name: getattr(options, name) for name in ("seed", "refine_steps", "rounds", "gap")}
    print(json.dumps(keep(options.output, {**told, **summary(rows)}, 2), indent=2))


if __name__ == "__main__":
    main()
