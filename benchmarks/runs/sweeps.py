"""What a sweep costs beside its runs, and what the comparison page of 500 runs weighs.

    python -m benchmarks.runs.sweeps

Prints a table and writes benchmarks/results/sweeps.json. The page is opened in Chromium, if there is one.
"""

import json
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.rasterization.svg_renderers import chromium_binary
from benchmarks.record import RESULTS, keep, run_script
from benchmarks.runs.made_runs import write_run


def overhead(jobs: int = 8) -> dict[str, float]:
    """Seconds of each job of an in-order sweep that are not the run's own, after the first."""
    with tempfile.TemporaryDirectory() as name:
        keys = ["image=cat", "num_strokes=16", "steps=60", f"hydra.sweep.dir={name}/s"]
        run_script("sweep.py", *keys, f"seed=range(0,{jobs})", OMP_NUM_THREADS="1", NUMBA_NUM_THREADS="1")
        folders = [Path(name) / "s" / f"seed={seed}" for seed in range(jobs)]
        ends = [(folder / "metrics.json").stat().st_mtime for folder in folders]
        own = [json.loads((folder / "metrics.json").read_text())["seconds"] for folder in folders]
    beside = [end - before - run for before, end, run in zip(ends, ends[1:], own[1:], strict=False)]
    return {
        "jobs": jobs,
        "run_s": median(own[1:]),
        "beside_s": round(median(beside), 3),
        "most_s": round(max(beside), 3),
    }


def page(runs: int = 500) -> dict[str, float]:
    """Seconds to write and open a page over made-up runs of 64 strokes, and its size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for index in range(runs):
            quality = 0.2 + index / runs / 2
            write_run(folder / f"run-{index}", f"picture{index % 20}", 64, index, quality)
        start = time.perf_counter()
        run_script("-m", "inkwright.reports", name)
        written = time.perf_counter() - start
        size = (folder / "index.html").stat().st_size / 1e6
        return {
            "runs": runs,
            "write_s": round(written, 2),
            "megabytes": round(size, 2),
            **_opened(folder / "index.html"),
        }


def _opened(path: Path) -> dict[str, float]:
    chromium = chromium_binary()
    if chromium is None:
        return {}
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        seconds = []
        for _ in range(3):
            tab = browser.new_page()
            start = time.perf_counter()
            tab.goto(f"file://{path}")
            tab.wait_for_function("document.querySelector('.card .half:last-child img')?.naturalWidth > 0")
            seconds.append(time.perf_counter() - start)
            tab.close()
        browser.close()
    return {"open_s": round(median(seconds), 2)}


def main() -> None:
    """Measures and writes."""
    numbers = {"overhead": overhead(), "page": page()}
    for name, measured in numbers.items():
        print(name, " ".join(f"{key}={value}" for key, value in measured.items()))
    keep(RESULTS / "sweeps.json", numbers, 2)


if __name__ == "__main__":
    main()
