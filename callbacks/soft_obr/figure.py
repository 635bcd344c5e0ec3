"""What pruning took away, to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytorch_lightning as pl
import torch
from torch import Tensor

from callbacks.drawing_module import DrawingModule, drawing_module
from callbacks.soft_obr.callback import SoftObr
from inkwright.loggers.guarded_logger import show
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file
from inkwright.vector_graphics.rasterizer import rasterize

if TYPE_CHECKING:
    from inkwright.vector_graphics.drawing import Drawing


class PruningFigure(pl.Callback):
    """Writes ``pruning.png`` when a run with Soft-OBR is over.

    Guide, the drawing before hard deletion, after it, how much they differ, and the strokes that are gone as
    they were when pruning began. Before and after are of one run, so that every difference is a removed
    stroke's.

    Attributes:
        path: of the figure.
        gain: > 0, factor of the difference before it is colored: black, red, yellow, white.
        side: long side of each panel in pixels, >= 16.
    """

    def __init__(self, folder: str, *, gain: float = 5.0, side: int = 448) -> None:
        """Refuses a number out of range by a ``ValueError``."""
        if not gain > 0:
            raise ValueError(f"gain is {gain}; it must be above 0")
        if side < 16:
            raise ValueError(f"side is {side}; it must be >= 16")
        self.path = RunFolder(Path(folder)).pruning
        self.gain, self.side = gain, side

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Draws the figure."""
        callbacks: list[Any] = trainer.callbacks  # type: ignore[attr-defined]
        pruning = next((each for each in callbacks if isinstance(each, SoftObr)), None)
        if pruning is not None:
            panels = self._panels(drawing_module(pl_module), pruning)
            save_panels(panels, self.path, drawing_module(pl_module).target.name)
            show(trainer, {"pruning": self.path})

    def _panels(self, module: DrawingModule, pruning: SoftObr) -> dict[str, Tensor]:
        before, after, at_start = pruning.before(module), module.run.best_drawing(), pruning.at_start(module)
        removed = at_start.replace(alive=~after.alive)
        images = [self._picture(drawing) for drawing in (before, after, removed)]
        guide = module.target.image
        size = images[0].shape[1:]
        scaled = torch.nn.functional.interpolate(
            guide[None].cpu(), tuple(size), mode="bicubic", antialias=True
        )
        kept, total = int(after.alive.sum()), int(before.num_shapes)
        return {
            "guide": scaled[0].clamp(0, 1),
            f"before: {int(before.alive.sum())} strokes": images[0],
            f"after: {kept} strokes": images[1],
            f"difference x {self.gain:g}": difference_map(images[0], images[1], self.gain),
            f"removed: {total - kept} strokes": images[2],
        }

    def _picture(self, drawing: Drawing) -> Tensor:
        width, height = drawing.canvas
        scale = self.side / max(width, height)
        image = rasterize(drawing, max(1, round(height * scale)), max(1, round(width * scale)))
        return image[0].detach().cpu()


def difference_map(first: Tensor, second: Tensor, gain: float) -> Tensor:
    """[3, H, W] black where two pictures are equal, over red and yellow to white where they differ most.

    Args:
        first: [3, H, W] in [0, 1].
        second: the other picture.
        gain: factor of the mean absolute difference of the channels; white from 1 on.
    """
    heat = (gain * (first - second).abs().mean(0)).clamp(0, 1)
    return torch.stack([(3 * heat - k).clamp(0, 1) for k in range(3)])


def save_panels(panels: dict[str, Tensor], path: Path, title: str) -> None:
    """Pictures [3, H, W] in [0, 1] of one size side by side, each under its name, as PNG.

    Raises:
        OSError: the file can't be written.
    """
    from matplotlib.figure import Figure

    height, width = next(iter(panels.values())).shape[1:]
    inches = 3.2
    figure = Figure(figsize=(inches * len(panels), inches * height / width + 0.6), layout="constrained")
    for axes, (name, picture) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
        axes.imshow(picture.permute(1, 2, 0).numpy(), vmin=0, vmax=1)
        axes.set_title(name, fontsize=10)
        axes.set_xticks([])
        axes.set_yticks([])
    figure.suptitle(title, fontsize=12)
    with whole_file(path) as temporary:
        figure.savefig(temporary, dpi=140)
