"""Time of the rasteriser, forward and backward, over scenes, sizes, batches and threads.

python -m benchmarks.rasterization.rasterizer            # table, JSON in benchmarks/results, plots in docs
python -m benchmarks.rasterization.rasterizer --quick    # the budgets only
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import torch

from benchmarks.rasterization.scenes import random_blobs, random_strokes
from benchmarks.record import RESULTS, ROOT, keep, markdown, options_parser, run_script
from inkwright.run_folder.peak_memory import peak_memory_mb
from inkwright.vector_graphics import Drawing, rasterize

WARM_UP, REPEATS = 5, 30
Scene = Callable[[], Drawing]

BUDGETS: dict[str, tuple[Scene, float | None]] = {
    "64 strokes at 224": (lambda: random_strokes(64, 224), 2.0),
    "512 strokes at 224": (lambda: random_strokes(512, 224), 10.0),
    "128 blobs at 256": (lambda: random_blobs(128, 256, radius=20), 12.0),
    "512 blobs at 512": (lambda: random_blobs(512, 512, radius=20), 40.0),
    "1,024 blobs at 1,024": (lambda: random_blobs(1024, 1024, radius=20), 120.0),
    "512 large blobs at 512": (lambda: random_blobs(512, 512, radius=(25.6, 153.6)), None),
    "2,048 strokes at 1,024": (lambda: random_strokes(2048, 1024), 12.0),
    "2,048 strokes at 2,040 x 1,344": (lambda: wide(random_strokes(2048, 1344, reach=60)), None),
    "2,048 blobs at 2,040 x 1,344": (lambda: random_blobs(2048, (2040, 1344), radius=30), None),
}


def wide(drawing: Drawing) -> Drawing:
    """The same shapes spread over a canvas of 2,040 x 1,344."""
    factor = torch.tensor([2040 / 1344, 1.0])
    return drawing.replace(
        points=(drawing.points * factor).detach().requires_grad_(), canvas=(2040.0, 1344.0)
    )


def timed(drawing: Drawing, repeats: int = REPEATS) -> dict[str, Any]:
    """Milliseconds of ``rasterize`` and of its backward pass, autograd and checks included."""
    forward, backward, warm_up = [], [], min(WARM_UP, repeats)
    for turn in range(warm_up + repeats):
        start = time.perf_counter()
        image = rasterize(drawing)
        middle = time.perf_counter()
        image.backward(torch.ones_like(image))  # type: ignore[no-untyped-call]
        if turn >= warm_up:
            forward.append(1e3 * (middle - start))
            backward.append(1e3 * (time.perf_counter() - middle))
    total = [a + b for a, b in zip(forward, backward, strict=True)]
    quarters = statistics.quantiles(total, n=4)
    return {
        "forward_ms": statistics.median(forward),
        "backward_ms": statistics.median(backward),
        "total_ms": statistics.median(total),
        "best_ms": min(total),
        "quartiles_ms": [quarters[0], quarters[2]],
    }


def scaling() -> dict[str, list[dict[str, Any]]]:
    """Time against shapes (ink grows with them), pixels (shapes grow with the canvas), batch and threads."""
    most = numba.config.NUMBA_NUM_THREADS
    rows: dict[str, list[dict[str, Any]]] = {"shapes": [], "pixels": [], "batch": [], "threads": []}
    for count in (64, 256, 1024, 4096, 16384, 50000):
        rows["shapes"].append({"x": count, **timed(random_strokes(count, 1024), 10 if count < 9000 else 3)})
    for size in (224, 448, 896, 2048, 4096, 8192):
        scene = random_strokes(512, size, reach=size / 8, width=size / 75)
        rows["pixels"].append({"x": size, **timed(scene, 10 if size < 3000 else 3)})
    for canvases in (1, 4, 16, 64):
        rows["batch"].append({"x": canvases, **timed(random_strokes(64, 224, canvases=canvases), 10)})
    for threads in range(1, most + 1):
        numba.set_num_threads(threads)
        rows["threads"].append({"x": threads, **timed(random_strokes(4096, 1024), 10)})
    numba.set_num_threads(most)
    return rows


def added_memory(name: str) -> float:
    """MB that rasterising a scene forward and backward adds to a fresh process."""
    code = f"from benchmarks.rasterization.rasterizer import measure_memory; measure_memory({name!r})"
    return float(run_script("-c", code))


def measure_memory(name: str) -> None:
    """Print by how many MB the peak of this process grows with a scene, once everything is loaded."""
    timed(random_strokes(4, 16), 2)
    before = peak_memory_mb() or 0.0
    timed(BUDGETS[name][0](), 2)
    print((peak_memory_mb() or 0.0) - before)


def plot(rows: dict[str, list[dict[str, Any]]], path: Path) -> None:
    """Four small log-log plots of milliseconds, beside a line of slope one."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 4, figsize=(15, 3.4))
    labels = {
        "shapes": "strokes at 1,024 px",
        "pixels": "side in px, 512 strokes in proportion",
        "batch": "canvases of 64 strokes at 224 px",
        "threads": "threads, 4,096 strokes at 1,024 px",
    }
    for axis, (name, points) in zip(axes, rows.items(), strict=True):
        x, y = [p["x"] for p in points], [p["total_ms"] for p in points]
        power = {"pixels": 2, "threads": -1}.get(name, 1)
        axis.loglog(x, y, "o-", color="#2563eb", label="forward + backward")
        axis.loglog(x, [y[-1] * (v / x[-1]) ** power for v in x], ":", color="#888", label="in proportion")
        # What was measured, and no other numbers.
        axis.set_xticks(x, [f"{value:,}" for value in x])
        axis.set_xticks([], minor=True)
        axis.tick_params(axis="x", labelsize=7)
        axis.set_xlabel(labels[name])
        axis.set_ylabel("milliseconds")
        axis.grid(alpha=0.3)
    axes[0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Run, print a Markdown table, and keep the numbers."""
    parser = options_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="only the budgets; nothing is written")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    table = {name: timed(scene()) for name, (scene, _) in BUDGETS.items()}
    for name, row in table.items():
        row["added_mb"] = added_memory(name)
    lines = []
    for name, row in table.items():
        low, high = row["quartiles_ms"]
        times = [f"{row[f'{kind}_ms']:.2f}" for kind in ("forward", "backward", "total", "best")]
        memory = f"{row['added_mb']:.0f}"
        lines.append([name, *times, f"{low:.2f}-{high:.2f}", BUDGETS[name][1] or "", memory])
    head = "scene | forward ms | backward ms | both (median) | best | quartiles | budget | added MB"
    print(markdown(head, lines))
    if not quick:
        rows = scaling()
        plot(rows, ROOT / "docs" / "rasterizer_scaling.png")
        keep(RESULTS / "rasterizer.json", {"scenes": table, "scaling": rows})


if __name__ == "__main__":
    main()
