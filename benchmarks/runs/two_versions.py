"""Time of a step of every recipe that needs no weights, now and in another checkout, both at the same time.

    git worktree add /tmp/before 34f6f7c
    python -m benchmarks.runs.two_versions /tmp/before --pairs 4

Both run at once, one core each, and swap cores after each pair: what disturbs the machine disturbs both.
The time is that of the processor. Of each run the median and the mean of its steps are taken, of each recipe
the medians over the pairs. Prints a table and writes benchmarks/results/two_versions.json. Linux only.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.record import RESULTS, ROOT, keep, options_parser

_CAT = "image=cat steps=300"
# Recipes by name, in words that both versions understand.
RECIPES = {
    "sketch": "image=astronaut",
    "three candidates": "image=cat num_sketches=3 steps=200",
    "color": "experiment=sketch_color image=dahlia steps=300",
    "tone": "experiment=sketch_tone image=astronaut steps=300",
    "clipasso": f"experiment=clipasso {_CAT} guidance=structure lightning_module.start.saliency=null",
    "diffsketcher": "experiment=diffsketcher guide_image=cat guidance=structure steps=300",
    "soft_obr": f"{_CAT} num_strokes=256 callbacks=soft_obr",
    "soft_obr_refill": f"{_CAT} num_strokes=128 callbacks=soft_obr_refill",
    "soft_obr_budget": f"experiment=soft_obr_study {_CAT} callbacks=soft_obr_budget num_strokes=256",
}


def started(checkout: Path, keys: str, core: int, folder: Path) -> subprocess.Popen[bytes]:
    """One run in a checkout on one core; its times will be in ``folder/times.json``."""
    folder.mkdir()
    watching = f"+callbacks.times={{_target_: processor_times.ProcessorTimes, path: {folder / 'times.json'}}}"
    own = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "train.py", *keys.split(), f"hydra.run.dir={folder / 'run'}", watching]
    pinned = ["taskset", "-c", str(core), *command]
    log = (folder / "log.txt").open("wb")
    with log:
        return subprocess.Popen(pinned, cwd=checkout, env={**os.environ, **own}, stdout=log, stderr=log)


def compared(keys: str, before: Path, pairs: int) -> dict[str, float]:
    """Milliseconds a step before and now, and ratios of medians and means over the pairs."""
    series: dict[str, list[list[float]]] = {"before": [], "now": []}
    for pair in range(pairs):
        with tempfile.TemporaryDirectory() as name:
            runs = {
                version: started(checkout, keys, (index + pair) % 2, Path(name) / version)
                for index, (version, checkout) in enumerate((("before", before), ("now", ROOT)))
            }
            for version, run in runs.items():
                if run.wait() != 0:
                    said = (Path(name) / version / "log.txt").read_text()
                    raise RuntimeError(f"{version}: {keys}: {said[-500:]}")
                series[version].append(json.loads((Path(name) / version / "times.json").read_text()))
    result: dict[str, float] = {}
    for word, value in (("median", statistics.median), ("mean", statistics.fmean)):
        ratios = [value(now) / value(old) for old, now in zip(series["before"], series["now"], strict=True)]
        # An even number of pairs holds either core as often as the other: their geometric mean is fair.
        result[f"{word}_ratio"] = math.exp(statistics.fmean(map(math.log, ratios)))
        result[f"{word}_spread"] = statistics.stdev(ratios) / math.sqrt(pairs) if pairs > 1 else math.nan
        for version in series:
            result[f"{word}_ms_{version}"] = statistics.median(value(each) for each in series[version])
    return {name: round(number, 3) for name, number in result.items()}


def main() -> None:
    """Measures and writes."""
    parser = options_parser(__doc__)
    parser.add_argument("before", type=Path, help="root of the other checkout")
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--recipes", nargs="*", choices=list(RECIPES), default=list(RECIPES))
    options = parser.parse_args()
    table = {}
    print(f"{'recipe':18s} {'before':>7s} {'now':>7s} ms   ratio of medians, of means (standard errors)")
    for name in options.recipes:
        row = table[name] = compared(RECIPES[name], options.before.resolve(), options.pairs)
        times = f"{row['median_ms_before']:7.2f} {row['median_ms_now']:7.2f}"
        ratios = [f"{row[f'{word}_ratio']:.3f} ({row[f'{word}_spread']:.3f})" for word in ("median", "mean")]
        print(f"{name:18s} {times}      {'  '.join(ratios)}", flush=True)
    revision = subprocess.check_output(["git", "-C", options.before, "rev-parse", "HEAD"], text=True).strip()
    keep(RESULTS / "two_versions.json", {"before": revision, "pairs": options.pairs, "recipes": table})


if __name__ == "__main__":
    main()
