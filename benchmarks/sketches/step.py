"""Time of one optimisation step of the default experiment, and how much of it is Lightning and logging.

python -m benchmarks.sketches.step                   # 64 strokes at 224 px
python -m benchmarks.sketches.step num_strokes=256   # any key of train.py
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch

from benchmarks.record import RESULTS, keep, run_script

BARE_STEPS = 200


class StepTimes(pl.Callback):
    """Writes the seconds between the beginnings of steps, and those of the same step in a plain loop."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.begun: list[float] = []

    def on_train_batch_start(self, *_: Any) -> None:
        """Notes the time."""
        self.begun.append(time.perf_counter())

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Repeats the last step in a plain loop, and writes both series."""
        run: Any = pl_module.run
        bare = []
        with torch.enable_grad():
            for _ in range(BARE_STEPS):
                start = time.perf_counter()
                run.optimizer.zero_grad()
                run.loss().backward()
                run.mend_gradients()
                run.optimizer.step()
                run.source.project_()
                bare.append(time.perf_counter() - start)
        whole = [b - a for a, b in zip(self.begun, self.begun[1:], strict=False)]
        self.path.write_text(json.dumps({"whole": whole, "bare": bare}))


def main() -> None:
    """Run the experiment, print the medians, keep the numbers."""
    with tempfile.TemporaryDirectory() as folder:
        times = Path(folder) / "times.json"
        watching = "+callbacks.step_times._target_=benchmarks.sketches.step.StepTimes"
        keys = [f"hydra.run.dir={folder}/run", *sys.argv[1:], watching, f"+callbacks.step_times.path={times}"]
        run_script("train.py", *keys)
        found = json.loads(times.read_text())
    whole, bare = (1e3 * statistics.median(found[name]) for name in ("whole", "bare"))
    mean = 1e3 * statistics.fmean(found["whole"])
    print(f"{whole:.1f} ms a step (mean {mean:.1f}), of which {whole - bare:.1f} ms are not in a plain loop")
    kept = {"keys": sys.argv[1:], "median_ms": whole, "mean_ms": mean, "bare_ms": bare}
    keep(RESULTS / "step.json", kept)


if __name__ == "__main__":
    main()
