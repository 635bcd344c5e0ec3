"""The cells of a matrix on one sheet, beside their picture, and the numbers of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytorch_lightning as pl

from inkwright.run_folder.run_folder import RunFolder
from inkwright.vector_graphics.rasterizer import rasterize

if TYPE_CHECKING:
    from inkwright.vector_graphics.drawing import Drawing


class MatrixExport(pl.Callback):
    """Writes ``matrix.svg`` and ``matrix.png`` from the cells that lie in ``drawings/``; scores each cell.

    It comes after the callback that writes the drawings. Strokes, losses, and how well a cell agrees with the
    picture go to metrics.json, under ``drawings``.
    """

    def __init__(self, folder: str) -> None:
        """Remembers the run folder."""
        self.folder = RunFolder(Path(folder))
        self._parts: dict[str, dict[str, float]] = {}

    def parts(self) -> dict[str, dict[str, float]]:
        """Numbers of every cell, for metrics.json."""
        return self._parts

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes the sheet and scores the cells."""
        module: Any = pl_module
        numbers, drawings = module.cell_numbers(), module.named_drawings()
        scores = _Scores(module.target)
        self._parts = {name: numbers[name] | scores(drawing) for name, drawing in drawings.items()}
        self._write_sheet(*module.sheet_labels)

    def _write_sheet(self, rows: list[str], columns: list[str]) -> None:
        from inkwright.reports.matrix_sheet import DrawnFile, Sheet, save_sheet

        target = self.folder.target if self.folder.target.is_file() else None
        cells = [
            [
                DrawnFile(self.folder.named_drawing(f"row{row + 1}_col{column + 1}"))
                for column in range(len(columns))
            ]
            for row in range(len(rows))
        ]
        sheet = Sheet(rows, columns, cells, [target, *[None] * (len(rows) - 1)])
        save_sheet(sheet, [self.folder.matrix, self.folder.matrix_picture])


class _Scores:
    """How well drawings agree with a picture."""

    def __init__(self, target: Any) -> None:
        from inkwright.metrics.sketch_quality import SketchQuality

        self._target = target
        self._quality = SketchQuality(target.image)

    def __call__(self, drawing: Drawing) -> dict[str, float]:
        """``edge_f1``, and ``line_msssim``, the likeness of the ink and the line map of the picture."""
        from inkwright.metrics.ink import ink_map
        from inkwright.metrics.map_agreement import map_similarity

        image = rasterize(drawing, *self._target.image.shape[1:])[0]
        return {
            "edge_f1": self._quality(image)["edge_f1"],
            "line_msssim": float(map_similarity(ink_map(image), self._target.lines)),
        }
