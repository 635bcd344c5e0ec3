"""The drawing as files: SVG and PNG at the end, and on the way if asked for."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
from numpy.typing import NDArray

from callbacks.drawing_module import drawing_module
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.writing.layer_names import named_layers
from inkwright.vector_graphics.svg.writing.primitives import with_primitives
from inkwright.vector_graphics.svg.writing.writer import svg_text

_log = logging.getLogger(__name__)
_VISIBLE = 4 / 255  # the least difference from the ground that counts as drawn


class SvgExport(pl.Callback):
    """Writes ``drawing.svg`` and ``drawing.png``: the best state of the best candidate.

    Methods that make several drawings leave the others in ``drawings/``, by their names.

    Attributes:
        folder: the run folder.
        every_n_steps: also ``steps/step-<n>.svg``, the best so far, every so many steps, >= 0; 0 = never.
        keep_last: how many of those are kept, >= 1.
        png_side: long side of the PNG in pixels, >= 1.
        candidates: whether each candidate as it ended is written too, ``candidates/candidate-<k>.svg``.
        primitives: canvas units by which circles, ellipses and rectangles may differ from paths of the final
            drawings that are written as such, >= 0; 0 = all stay paths.
    """

    def __init__(
        self,
        folder: str,
        *,
        every_n_steps: int = 0,
        keep_last: int = 5,
        png_side: int = 1024,
        candidates: bool = False,
        primitives: float = 0.0,
    ) -> None:
        """Refuses a number out of range by a ``ValueError``."""
        self.folder = RunFolder(Path(folder))
        self.every_n_steps, self.keep_last, self.png_side = every_n_steps, keep_last, png_side
        self.candidates, self.primitives = candidates, primitives
        for name, low in (("every_n_steps", 0), ("keep_last", 1), ("png_side", 1), ("primitives", 0)):
            if getattr(self, name) < low:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be >= {low}")

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Writes the best so far when it is time to, and removes the oldest beyond the last few."""
        if not self.every_n_steps or trainer.global_step % self.every_n_steps:
            return
        path = self.folder.step_drawing(trainer.global_step)
        write_drawing(drawing_module(pl_module).run.best_drawing(), path)
        for old in self.folder.step_drawings()[: -self.keep_last]:
            old.unlink()

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes the drawing of the run."""
        module = drawing_module(pl_module)
        best, layers = module.run.best_drawing(), module.layer_names
        title, tolerance = module.target.name, self.primitives
        write_drawing(best, self.folder.drawing, title=title, layers=layers, primitives=tolerance)
        pixels = write_picture(best, self.folder.picture, self.png_side)
        if int(pixels.max()) - int(pixels.min()) <= 255 * _VISIBLE:
            _log.warning("the drawing is empty: nothing in the picture was found worth a shape that shows")
        for name, drawing in module.named_drawings().items():
            path = self.folder.named_drawing(name)
            write_drawing(drawing, path, title=f"{title} {name}", layers=layers, primitives=tolerance)
            write_picture(drawing, path.with_suffix(".png"), self.png_side)
        if self.candidates:
            candidates = module.run.drawing
            for k in range(candidates.num_canvases):
                path = self.folder.candidate(k)
                write_drawing(candidates.canvas_drawing(k), path, title=f"{module.target.name} {k}")


def write_drawing(
    drawing: Drawing,
    path: Path,
    *,
    title: str | None = None,
    layers: Mapping[int, str] | None = None,
    primitives: float = 0.0,
) -> None:
    """One canvas as SVG; ``layers`` names its layers, ``primitives`` is the tolerance of these.

    Raises:
        OSError: the file can't be written.
    """
    text = with_primitives(named_layers(svg_text(drawing, title=title), layers or {}), primitives)
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_picture(drawing: Drawing, path: Path, long_side: int) -> NDArray[np.uint8]:
    """One canvas as PNG on white, its long side so many pixels; returns them [H, W, 3].

    Raises:
        OSError: the file can't be written.
    """
    from PIL import Image

    width, height = drawing.canvas
    scale = long_side / max(width, height)
    image = rasterize(drawing, max(1, round(height * scale)), max(1, round(width * scale)))
    pixels: NDArray[np.uint8] = (image[0].detach().permute(1, 2, 0) * 255).round().byte().cpu().numpy()
    with whole_file(path) as temporary:
        Image.fromarray(pixels).save(temporary)
    return pixels
