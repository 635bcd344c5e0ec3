"""How the drawing came about, as a moving picture."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytorch_lightning as pl

from callbacks.drawing_module import drawing_module
from inkwright.optimization.kept_drawings import still_copy
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.writing.stroke_animation import animated_svg

if TYPE_CHECKING:
    from PIL.Image import Image

    from inkwright.vector_graphics.drawing import Drawing

FORMATS = ("gif", "mp4", "svg")


class ProcessVideo(pl.Callback):
    """Keeps drawings in memory on the way; at the end those of the winner become one file.

    Attributes:
        folder: the run folder; the file is ``process.<format>``.
        format: "gif", "mp4" (needs the extra ``video``) or "svg" (the finished strokes drawn one after
            another).
        every_n_steps: steps between two pictures, >= 1.
        side: long side of the pictures in pixels, >= 16.
        seconds: how long the moving picture lasts, > 0.
    """

    def __init__(
        self,
        folder: str,
        *,
        format: str = "gif",
        every_n_steps: int = 10,
        side: int = 320,
        seconds: float = 6.0,
    ) -> None:
        """Refuses an unknown format and a number out of range by a ``ValueError``."""
        if format not in FORMATS:
            raise ValueError(f"format is {format!r}; it must be one of {', '.join(FORMATS)}")
        for name, value, low in (("every_n_steps", every_n_steps, 1), ("side", side, 16)):
            if value < low:
                raise ValueError(f"{name} is {value}; it must be >= {low}")
        if not seconds > 0:
            raise ValueError(f"seconds is {seconds}; it must be above 0")
        if format == "mp4" and find_spec("imageio_ffmpeg") is None:
            raise ValueError(
                "format=mp4 needs the extra video: pip install -e '.[video]'; or take format=gif"
            )
        self.path = RunFolder(Path(folder)).process(format)
        self.format, self.every_n_steps, self.side, self.seconds = format, every_n_steps, side, seconds
        self._drawings: list[Drawing] = []

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Records the start."""
        self._record(pl_module)

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Records when it is time to."""
        if trainer.global_step % self.every_n_steps == 0:
            self._record(pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes the file; a resumed run shows only its last part."""
        if self.format == "svg":
            module = drawing_module(pl_module)
            text = animated_svg(module.run.best_drawing(), self.seconds, module.layer_names)
            with whole_file(self.path) as temporary:
                temporary.write_text(text, encoding="utf-8")
        elif self._drawings:
            winner = drawing_module(pl_module).run.best.winner()
            frames = [self._frame(each.canvas_drawing(winner)) for each in self._drawings]
            with whole_file(self.path) as temporary:
                (_write_gif if self.format == "gif" else _write_mp4)(frames, temporary, self.seconds)
            self._drawings = []

    def _record(self, pl_module: pl.LightningModule) -> None:
        if self.format != "svg":
            self._drawings.append(still_copy(drawing_module(pl_module).run.drawing))

    def _frame(self, drawing: Drawing) -> Image:
        from PIL import Image

        scale = self.side / max(drawing.canvas)
        width, height = (max(2, round(side * scale / 2) * 2) for side in drawing.canvas)
        pixels = rasterize(drawing, height, width)[0].permute(1, 2, 0) * 255
        return Image.fromarray(pixels.round().byte().cpu().numpy())


def _write_gif(frames: list[Image], path: Path, seconds: float) -> None:
    first, *rest = frames
    duration = max(20, round(1000 * seconds / len(frames)))
    durations = [duration] * (len(frames) - 1) + [max(duration, 1500)]
    first.save(path, format="GIF", save_all=True, append_images=rest, duration=durations, loop=0)


def _write_mp4(frames: list[Image], path: Path, seconds: float) -> None:
    import imageio.v2 as imageio
    import numpy as np

    pictures = [np.asarray(frame.convert("RGB")) for frame in frames]
    imageio.mimwrite(
        path, pictures, format="FFMPEG", fps=max(1, round(len(frames) / seconds)), macro_block_size=2
    )
