"""Pictures of ablations side by side, cut from the sample pictures of the runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import save_png
from benchmarks.simplification.ablation_scores import AblationRun, Runs

Gray = NDArray[np.uint8]
# Samples are rows of three cells, "rough, cleaned, clean": two pages of T1, then two of T2.
ROUGH, CLEANED, CLEAN = 0, 1, 2
CAPTION = 18
CELL = 184


def studies_sheet(runs: Runs, studies: Mapping[str, Sequence[str]], path: Path, row: int = 2) -> None:
    """Writes a line for each study: the rough page, what each case made of it (first seed), the clean page.

    Of the samples, rows 0 and 1 are the first pages of T1, 2 and 3 of T2.
    """
    lines = []
    for cases in studies.values():
        first = runs[cases[0]][0]
        cells = [captioned("rough", cell_of(first, row, ROUGH))]
        for case in cases:
            score = runs[case][0].pages(("t1", "t2")[row // 2])[row % 2]
            cells.append(captioned(f"{case}: {score:.2f}", cell_of(runs[case][0], row, CLEANED)))
        cells.append(captioned("clean", cell_of(first, row, CLEAN)))
        lines.append(cells)
    save(lines, path)


def one_sketch_sheet(runs: Runs, cases: Sequence[str], steps: Mapping[int, int], path: Path) -> None:
    """Writes a line for each case (first seed): the sketch, what is made of it after epochs, the truth."""
    lines = []
    for case in cases:
        run = runs[case][0]
        cells = [captioned("rough", cell_of(run, 0, ROUGH))]
        for epochs, step in steps.items():
            score = run.pages("t1", step=step)[0]
            cells.append(captioned(f"{case}, {epochs} epochs: {score:.2f}", cell_of(run, 0, CLEANED, step)))
        lines.append([*cells, captioned("clean", cell_of(run, 0, CLEAN))])
    save(lines, path)


def cell_of(run: AblationRun, row: int, column: int, step: int | None = None) -> Gray:
    """[H, W] one cell of a sample picture of a run, as tested at a step (None is the last).

    The row counts from above, the last one where there are fewer; the column is ``ROUGH``, ``CLEANED`` or
    ``CLEAN``.

    Raises:
        ValueError: there is no such picture.
    """
    from PIL import Image

    path = run.folder / "samples" / f"step_{run.steps if step is None else step:08d}.png"
    if not path.is_file():
        raise ValueError(f"{path}: there is no such picture; run it again")
    picture = np.asarray(Image.open(path).convert("L"))
    side = picture.shape[1] // 3
    row = min(row, picture.shape[0] // side - 1)
    return picture[row * side : (row + 1) * side, column * side : (column + 1) * side]


def captioned(text: str, cell: Gray) -> Gray:
    """[CAPTION + CELL, CELL + 4] the picture on a small scale under a line of text."""
    from PIL import Image, ImageDraw

    small = Image.fromarray(cell).resize((CELL, CELL), Image.Resampling.LANCZOS)
    page = Image.new("L", (CELL + 4, CELL + CAPTION), 255)
    page.paste(small, (2, CAPTION))
    ImageDraw.Draw(page).text((3, 3), text, fill=0)
    return np.asarray(page)


def save(lines: Sequence[Sequence[Gray]], path: Path) -> None:
    """Writes lines of cells as a PNG of 16 greys; shorter lines end in white."""
    width = max(len(line) for line in lines) * lines[0][0].shape[1]
    rows = [np.concatenate(line, axis=1) for line in lines]
    padded = [np.pad(row, ((0, 4), (0, width - row.shape[1])), constant_values=255) for row in rows]
    save_png(np.concatenate(padded), path, 16)
