"""The layers of a drawing as a strip: the picture, its levels of detail, the drawing up to each layer."""

from pathlib import Path
from typing import Any

import pytorch_lightning as pl

from callbacks.drawing_module import drawing_module
from callbacks.sheets.round_pictures import save_strip, strip
from inkwright.run_folder.run_folder import RunFolder
from inkwright.vector_graphics.rasterizer import rasterize


class LayerStrip(pl.Callback):
    """Writes ``layers.png``."""

    def __init__(self, folder: str) -> None:
        """Remembers the run folder."""
        self.folder = RunFolder(Path(folder))

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Shows the levels from coarse to fine, then the drawings called ``level-...``."""
        module = drawing_module(pl_module)
        levels: Any = getattr(pl_module, "levels", [])
        panels = [module.target.image.permute(1, 2, 0).cpu().numpy(), *levels[:0:-1]]
        for name, drawing in module.named_drawings().items():
            if name.startswith("level-"):
                painted = rasterize(drawing, *panels[0].shape[:2])[0].detach()
                panels.append(painted.permute(1, 2, 0).cpu().numpy())
        save_strip(strip(panels), self.folder.layers)
