"""A picture of where the strokes started."""

from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from callbacks.drawing_module import drawing_module
from inkwright.loggers.guarded_logger import show
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file

_COLORS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#42d4f4")
PANEL = 448


class StartOverlay(pl.Callback):
    """Writes ``start.png``: the picture, its saliency, the probabilities, with a dot for each stroke.

    Each candidate sketch has its own color. Of a module that does not say where its strokes start, nothing
    is written.
    """

    def __init__(self, folder: str) -> None:
        self.path = RunFolder(Path(folder)).start

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes the file at the start of a run; a resumed run has it already."""
        start: Any = getattr(pl_module, "start_map", None)
        if start is None or trainer.global_step:
            return
        module = drawing_module(pl_module)
        picture = module.target.image.permute(1, 2, 0).cpu().numpy()
        drawing = module.run.drawing
        first = drawing.points[drawing.path_offsets[:-1]].reshape(drawing.num_canvases, -1, 2)
        maps = (start.saliency, start.probability / start.probability.max())
        panels = [picture, *(np.repeat(each[..., None], 3, axis=2) for each in maps)]
        sheet = start_sheet(panels, first.cpu().numpy())
        with whole_file(self.path) as temporary:
            sheet.save(temporary)
        show(trainer, {"start": self.path})


def start_sheet(panels: list[NDArray[Any]], places: NDArray[np.float32]) -> Image.Image:
    """The panels [H, W, 3] in [0, 1] side by side, with dots at places [K, N, 2] in pixels."""
    height, width = panels[0].shape[:2]
    scale = PANEL / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    gap = 8
    sheet = Image.new("RGB", (len(panels) * (size[0] + gap) - gap, size[1]), "white")
    for index, panel in enumerate(panels):
        values = (255 * np.clip(panel, 0, 1)).round().astype(np.uint8)
        sheet.paste(
            _dotted(Image.fromarray(values).resize(size), places * scale), (index * (size[0] + gap), 0)
        )
    return sheet


def _dotted(image: Image.Image, places: NDArray[np.float32]) -> Image.Image:
    pen = ImageDraw.Draw(image)
    for k, candidate in enumerate(places):
        for x, y in candidate.tolist():
            pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=_COLORS[k % len(_COLORS)], outline="white")
    return image
