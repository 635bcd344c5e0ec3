"""What a folder of many pictures costs.

    python -m benchmarks.runs.many_pictures --pictures 100 --strokes 64

Pictures are crops of the bundled examples. Prints a table and writes benchmarks/results/many_pictures.json.
"""

import json
import re
import statistics
import tempfile
import time
from pathlib import Path

from PIL import Image

from benchmarks.record import RESULTS, ROOT, keep, options_parser, run_script


def crops(folder: Path, count: int) -> None:
    """Writes ``count`` pictures of about 300 pixels, cut from the examples."""
    examples = sorted((ROOT / "assets" / "examples").glob("*.jpg"))
    for index in range(count):
        with Image.open(examples[index % len(examples)]) as opened:
            picture = opened.convert("RGB")
        step = index // len(examples)
        left, top = (17 * step) % (picture.width // 4), (23 * step) % (picture.height // 4)
        box = (left, top, left + 3 * picture.width // 4, top + 3 * picture.height // 4)
        picture.crop(box).save(folder / f"picture-{index:03d}.jpg", quality=90)


def measure(pictures: int, strokes: int, steps: int, workers: str) -> dict[str, float]:
    """Seconds of the whole command, and of it those that the drawings take, all and each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pictures"
        folder.mkdir()
        crops(folder, pictures)
        keys = [f"image={folder}", f"num_strokes={strokes}", f"steps={steps}"]
        start = time.perf_counter()
        said = run_script("train.py", *keys, f"hydra.run.dir={name}/out", f"workers={workers}")
        wall = time.perf_counter() - start
        own = [json.loads(path.read_text())["seconds"] for path in Path(name).glob("out/*/metrics.json")]
    told = re.search(r"in ([\d.]+) s: ([\d.]+) s each, by (\d+) at a time", said)
    if told is None:
        raise ValueError(f"no throughput was told: {said[-500:]}")
    inside, each, at_a_time = (float(part) for part in told.groups())
    return {
        "command_s": round(wall, 2),
        "drawing_s": inside,
        "each_s": each,
        # The middle one of what the runs say of themselves.
        "own_s": round(statistics.median(own), 2),
        "workers": at_a_time,
    }


def main() -> None:
    """Measures and writes."""
    parser = options_parser(__doc__)
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--strokes", type=int, default=64)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--workers", default="auto")
    asked = parser.parse_args()
    numbers = measure(asked.pictures, asked.strokes, asked.steps, asked.workers)
    print(" ".join(f"{name}={value}" for name, value in numbers.items()))
    keep(RESULTS / "many_pictures.json", {**vars(asked), **numbers}, 2)


if __name__ == "__main__":
    main()
