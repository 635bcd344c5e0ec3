"""What many pictures in one process cost, beside the optimisation steps alone.

    python -m benchmarks.many_pictures --pictures 100 --strokes 64 --threads 2

Pictures are crops of the bundled examples. Prints a table and writes benchmarks/results/many_pictures.json.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from benchmarks.machine import machine

_ROOT = Path(__file__).resolve().parents[1]
_RESULT = _ROOT / "benchmarks" / "results" / "many_pictures.json"


def crops(folder: Path, count: int) -> None:
    """Writes ``count`` pictures of about 300 pixels, cut from the examples."""
    examples = sorted((_ROOT / "assets" / "examples").glob("*.jpg"))
    for index in range(count):
        with Image.open(examples[index % len(examples)]) as opened:
            picture = opened.convert("RGB")
        step = index // len(examples)
        left, top = (17 * step) % (picture.width // 4), (23 * step) % (picture.height // 4)
        box = (left, top, left + 3 * picture.width // 4, top + 3 * picture.height // 4)
        picture.crop(box).save(folder / f"picture-{index:03d}.jpg", quality=90)


def measure(pictures: int, strokes: int, steps: int, threads: int, batch_size: str) -> dict[str, float]:
    """Seconds of the whole command and of its parts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pictures"
        folder.mkdir()
        crops(folder, pictures)
        command = [sys.executable, "train.py", f"image={folder}", f"num_strokes={strokes}", f"steps={steps}"]
        command += [f"hydra.run.dir={name}/out", f"batch_size={batch_size}", f"threads={threads}"]
        environment = {**os.environ, "NUMBA_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
        start = time.perf_counter()
        finished = subprocess.run(
            command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=True
        )
        wall = time.perf_counter() - start
    told = re.search(
        r"in ([\d.]+) s: ([\d.]+) s each, ([\d.]+) s of it in steps, (\d+) side", finished.stdout
    )
    if told is None:
        raise ValueError(f"no throughput was told: {finished.stdout[-500:]}")
    inside, each, in_steps, size = (float(part) for part in told.groups())
    return {
        "command_s": round(wall, 2),
        "drawing_s": inside,
        "each_s": each,
        "steps_each_s": in_steps,
        "over_steps": round(each / in_steps, 3),
        "batch_size": size,
    }


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--strokes", type=int, default=64)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--batch-size", default="auto")
    asked = parser.parse_args()
    numbers = measure(asked.pictures, asked.strokes, asked.steps, asked.threads, asked.batch_size)
    print(" ".join(f"{name}={value}" for name, value in numbers.items()))
    _RESULT.write_text(json.dumps({**vars(asked), **numbers, "machine": machine()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
