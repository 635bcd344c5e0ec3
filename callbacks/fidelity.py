"""Numbers of a drawing that is to be a copy of its picture."""

import pytorch_lightning as pl
import torch

from callbacks.drawing_module import drawing_module
from inkwright.metrics.fidelity import fidelity, has_resvg, paint_by_resvg
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.writing.primitives import with_primitives
from inkwright.vector_graphics.svg.writing.writer import svg_text


class Fidelity(pl.Callback):
    """MSE, PSNR and SSIM of the exported SVG against the picture, and how large the SVG is.

    ``mse``, ``psnr``, ``ssim`` are of the SVG as resvg paints it, where that is installed; ``own_*`` as our
    rasterizer paints the drawing. The numbers go to metrics.json and, as ``metrics/<name>``, to the loggers.
    """

    def __init__(self, primitives: float = 0.0) -> None:
        """Starts without numbers; ``primitives`` as ``SvgExport`` has it."""
        self._numbers: dict[str, float] = {}
        self.primitives = primitives

    def numbers(self) -> dict[str, float]:
        """The scores by name, for metrics.json."""
        return self._numbers

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Scores the drawing of the run."""
        module = drawing_module(pl_module)
        self._numbers = drawing_fidelity(module.run.best_drawing(), module.target.image, self.primitives)
        for logger in trainer.loggers:
            named = {f"metrics/{name}": value for name, value in self._numbers.items()}
            logger.log_metrics(named, trainer.global_step)


def drawing_fidelity(drawing: Drawing, target: torch.Tensor, primitives: float = 0.0) -> dict[str, float]:
    """All numbers of one canvas against its picture [3, H, W]; ``primitives`` is the tolerance of these."""
    height, width = target.shape[1:]
    drawing, target = drawing.detach().to("cpu"), target.cpu()
    text = with_primitives(svg_text(drawing), primitives)
    own = fidelity(rasterize(drawing, height, width)[0], target)
    found = {f"own_{name}": value for name, value in own.items()}
    if has_resvg():
        found = fidelity(paint_by_resvg(text, height, width), target) | found
    alive = drawing.only_alive()
    size = {"paths": alive.num_shapes, "points": alive.points.shape[0], "bytes": len(text.encode())}
    return found | {name: float(value) for name, value in size.items()}
