"""How opacities spread and part while a drawing comes about."""

from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch

from callbacks.drawing_module import drawing_module
from inkwright.loggers.guarded_logger import show
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file

BINS = 25


class OpacityHistogram(pl.Callback):
    """Writes ``opacity_histogram.png``: how many strokes had which opacity, over the steps of the run.

    Attributes:
        path: of the figure.
        every_n_steps: steps between two counts, >= 1.
        counts: step -> numbers of strokes of all candidates in 25 equal bins of [0, 1].
    """

    def __init__(self, folder: str, *, every_n_steps: int = 10) -> None:
        """Refuses a number out of range by a ``ValueError``."""
        if every_n_steps < 1:
            raise ValueError(f"every_n_steps is {every_n_steps}; it must be >= 1")
        self.path = RunFolder(Path(folder)).opacities
        self.every_n_steps = every_n_steps
        self.counts: dict[int, list[int]] = {}

    def state_dict(self) -> dict[str, Any]:
        """The counts so far, for the checkpoint."""
        return {"counts": self.counts}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on from there."""
        self.counts = dict(state_dict["counts"])

    def on_train_batch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Counts when it is time to."""
        if trainer.global_step % self.every_n_steps == 0:
            self._count(trainer, pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Draws the figure."""
        from matplotlib.figure import Figure

        self._count(trainer, pl_module)
        steps = sorted(self.counts)
        counts = torch.tensor([self.counts[step] for step in steps]).T.float()
        figure = Figure(figsize=(6.4, 4), layout="constrained")
        axes = figure.subplots()
        edges = torch.linspace(0, 1, BINS + 1).tolist()
        mesh = axes.pcolormesh(_edges(steps), edges, counts.log1p().numpy(), cmap="magma", shading="flat")
        axes.set_xlabel("step")
        axes.set_ylabel("opacity of a stroke")
        bar = figure.colorbar(mesh, ax=axes, label="strokes")
        ticks = [tick for tick in (0, 1, 3, 10, 30, 100, 300, 1000, 3000) if tick <= float(counts.max())]
        bar.set_ticks(torch.tensor(ticks).log1p().tolist(), labels=[str(tick) for tick in ticks])
        with whole_file(self.path) as temporary:
            figure.savefig(temporary, dpi=140)
        show(trainer, {"opacity_histogram": self.path})

    def _count(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        drawing = drawing_module(pl_module).run.source.drawing().detach()
        opacity = drawing.stroke[drawing.alive, 3].cpu()
        self.counts[trainer.global_step] = torch.histc(opacity, BINS, 0, 1).int().tolist()


def _edges(steps: list[int]) -> list[float]:
    """Rims of the columns: half way between the steps that were counted."""
    middle = [(before + after) / 2 for before, after in zip(steps, steps[1:], strict=False)]
    return [float(steps[0]), *middle, float(max(steps[-1], steps[0] + 1))]
