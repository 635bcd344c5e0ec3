"""How exactly lines are traced: distance of strokes to the true lines of perfect drawings, and their number.

    python -m benchmarks.centerlines --drawings 40

Drawings of the training families are painted at 1,024 x 1,024 with lines of 2 pixels and traced; many of
their lines run within 3 pixels of others, where the raster no longer tells them apart. Numbers go to
benchmarks/results/centerlines.json.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import machine
from datamodules.rough_sketches.clean_drawing import CleanDrawing, evenly
from datamodules.rough_sketches.clean_families import clean_drawing
from datamodules.rough_sketches.stroke_painting import Window, paint_lines
from vectorization.centerline_tracing import CenterlineSettings, to_drawing, traced_strokes
from vectorization.line_refinement import refine
from vectorization.traced_stroke import TracedStroke

RESULTS = Path(__file__).resolve().parent / "results" / "centerlines.json"
SIDE = 1024
FloatArray = NDArray[np.float64]


def inside(points: FloatArray) -> FloatArray:
    """Those of the points [n, 2] that lie on the canvas."""
    return points[((points > 2) & (points < SIDE - 2)).all(1)]


def measure(drawing: CleanDrawing, steps: int) -> dict[str, Any]:
    """Distances, counts and seconds of one drawing, traced and then refined by ``steps`` steps."""
    from scipy.spatial import cKDTree

    grey = paint_lines(drawing.curves, Window.whole(SIDE, SIDE), 2.0)
    start = time.perf_counter()
    strokes = traced_strokes(grey, CenterlineSettings())
    seconds = time.perf_counter() - start
    if steps:
        strokes = _with_points(strokes, refine(to_drawing(strokes, (SIDE, SIDE)), grey, steps).points.numpy())
    true = inside(np.concatenate([evenly(curve, 0.5) for curve in drawing.curves]))
    found = inside(np.concatenate([stroke.sampled(0.5) for stroke in strokes]))
    missed, strayed = cKDTree(found).query(true)[0], cKDTree(true).query(found)[0]
    visible = sum(len(inside(curve)) > 1 for curve in drawing.curves)
    return {
        "hausdorff": float(max(missed.max(), strayed.max())),
        "q99": float(max(np.quantile(missed, 0.99), np.quantile(strayed, 0.99))),
        "mean": float((missed.mean() + strayed.mean()) / 2),
        "paths": len(strokes) / max(visible, 1),
        "seconds": seconds,
    }


def _with_points(strokes: list[TracedStroke], points: NDArray[np.float32]) -> list[TracedStroke]:
    ends = np.cumsum([len(stroke.control) for stroke in strokes])
    parts = np.split(points.astype(np.float64), ends[:-1])
    return [
        TracedStroke(part, stroke.closed, stroke.width, stroke.held)
        for stroke, part in zip(strokes, parts, strict=True)
    ]


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Shares of drawings within the limits, and means."""
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {
        "drawings": len(rows),
        "hausdorff_within_1.5": float((column["hausdorff"] <= 1.5).mean()),
        "hausdorff_median": float(np.median(column["hausdorff"])),
        "q99_within_1.5": float((column["q99"] <= 1.5).mean()),
        "mean_distance": float(column["mean"].mean()),
        "paths_within_1.3": float((column["paths"] <= 1.3).mean()),
        "seconds": float(column["seconds"].mean()),
    }


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--drawings", type=int, default=40)
    parser.add_argument("--seed", type=int, default=99)
    parser.add_argument("--refine-steps", type=int, default=0)
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    rows = [
        measure(clean_drawing(np.random.default_rng([options.seed, index])), options.refine_steps)
        for index in range(options.drawings)
    ]
    record: dict[str, Any] = {
        "machine": machine(),
        "seed": options.seed,
        "refine_steps": options.refine_steps,
        **summary(rows),
    }
    options.output.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
