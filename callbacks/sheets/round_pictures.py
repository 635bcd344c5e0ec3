"""Pictures of a drawing that grows in rounds over regions: the regions, and the rounds side by side."""

from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from callbacks.drawing_module import drawing_module
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file
from inkwright.vector_graphics.rasterizer import rasterize

_COLORS = ((230, 25, 75), (67, 99, 216), (60, 180, 75), (245, 130, 49), (145, 30, 180))
PANEL, GAP = 320, 8

Panel = NDArray[np.float32]


class RoundPictures(pl.Callback):
    """Writes ``regions.png``, the regions on the picture, and ``rounds.png``, the picture and all rounds.

    Of a module without regions nothing is written.
    """

    def __init__(self, folder: str) -> None:
        """Remembers the run folder."""
        self.folder = RunFolder(Path(folder))

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Shows the regions."""
        regions: Any = getattr(pl_module, "regions", None)
        if regions is not None:
            picture = drawing_module(pl_module).target.detail.permute(1, 2, 0).cpu().numpy()
            save_strip(
                strip([picture, *(highlighted(picture, mask, k) for k, mask in enumerate(regions))]),
                self.folder.regions,
            )

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Shows the rounds of the best candidate."""
        if getattr(pl_module, "regions", None) is None:
            return
        module = drawing_module(pl_module)
        drawings = [each for name, each in module.named_drawings().items() if name.startswith("round-")]
        panels = [module.target.detail.permute(1, 2, 0).cpu().numpy()]
        for drawing in drawings:
            rendered = rasterize(drawing, *panels[0].shape[:2])[0].detach()
            panels.append(rendered.permute(1, 2, 0).cpu().numpy())
        save_strip(strip(panels), self.folder.rounds)


def highlighted(picture: Panel, mask: NDArray[np.bool_], index: int) -> Panel:
    """The picture [H, W, 3] in [0, 1], paler outside of a mask [H, W], which has an outline in its color."""
    shown = np.where(mask[..., None], picture, 0.3 * picture + 0.65)
    outline = ndimage.binary_dilation(mask, iterations=2) & ~mask
    shown[outline] = np.array(_COLORS[index % len(_COLORS)]) / 255
    return shown.astype(np.float32)


def strip(panels: list[Panel]) -> Image.Image:
    """Panels [H, W, 3] in [0, 1] of one size side by side, each with a long side of 320 pixels."""
    height, width = panels[0].shape[:2]
    scale = PANEL / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    sheet = Image.new("RGB", (len(panels) * (size[0] + GAP) - GAP, size[1]), "white")
    for index, panel in enumerate(panels):
        values = (255 * np.clip(panel, 0, 1)).round().astype(np.uint8)
        sheet.paste(
            Image.fromarray(values).resize(size, Image.Resampling.LANCZOS), (index * (size[0] + GAP), 0)
        )
    return sheet


def save_strip(sheet: Image.Image, path: Path) -> None:
    """Writes a sheet; the file appears whole or not at all."""
    with whole_file(path) as temporary:
        sheet.save(temporary)
