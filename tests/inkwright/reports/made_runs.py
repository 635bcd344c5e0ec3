"""A sweep's folder as it is left, made without running anything."""

from __future__ import annotations

from pathlib import Path

from benchmarks.runs.made_runs import write_run


def write_sweep(
    folder: Path, pictures: tuple[str, ...] = ("cat", "dog"), strokes: tuple[int, ...] = (8, 16)
) -> Path:
    """A run for every picture and number of strokes: more strokes score better, later pictures worse."""
    for rank, picture in enumerate(pictures):
        for count in strokes:
            quality = 0.9 - 0.2 * rank - 1 / count
            write_run(folder / f"{picture},num_strokes={count}", picture, count, seed=0, quality=quality)
    return folder
