"""A roughener of other mechanics: copies of a clean bitmap, moved tile by tile; for held-out tests only."""

import numpy as np

from inkwright.synthetic_drawings.page_effects import smooth_noise
from inkwright.synthetic_drawings.stroke_painting import Pixels


def copied_roughly(rng: np.random.Generator, clean: Pixels, scale: float = 1.0) -> Pixels:
    """[H, W] in [0, 1] copies of a drawing on each other, each cut into tiles that are moved and turned.

    ``clean`` [H, W] has dark lines on white, with so many pixels per unit of a canvas of 1,024 units.
    """
    from scipy.ndimage import gaussian_filter

    side = clean.shape[0]
    density = np.zeros_like(clean)
    strength = rng.uniform(0.45, 0.9)
    for share, shift, turn, chance in (
        (0.045, 2.5, 0.06, 0.8),
        (0.13, 4.5, 0.06, 0.7),
        (0.3, 4.0, 0.02, 1.0),
    ):
        for _ in range(int(rng.integers(1, 3))):
            copy = _moved_tiles(rng, clean, max(int(share * side), 8), shift * scale, turn, chance)
            density += strength * rng.uniform(0.3, 1.0) * (1 - copy)
    if rng.random() < 0.5:  # an earlier version, rubbed out but not quite
        faint = _moved_tiles(rng, clean, side // 2, 25 * scale, 0.04, 0.6)
        density += 0.2 * strength * (1 - faint)
    density *= np.clip(1 + 0.35 * smooth_noise(rng, clean.shape, 3 * scale), 0.2, 2)
    density *= np.clip(1 + 0.4 * smooth_noise(rng, clean.shape, 60 * scale), 0.25, 2)
    page = np.exp(-1.1 * density)
    page *= 1 - rng.uniform(0.02, 0.1) * np.clip(smooth_noise(rng, clean.shape, 120 * scale), 0, 2)
    if rng.random() < 0.5:
        page = gaussian_filter(page, rng.uniform(0.4, 0.9) * scale)
    page += rng.uniform(0.008, 0.03) * rng.standard_normal(page.shape)
    return np.clip(page, 0, 1).astype(np.float32)


def _moved_tiles(
    rng: np.random.Generator, clean: Pixels, tile: int, shift: float, turn: float, chance: float
) -> Pixels:
    """The drawing with each tile moved and turned on its own; some tiles are left out."""
    from scipy.ndimage import map_coordinates

    height, width = clean.shape
    rows, columns = -(-height // tile), -(-width // tile)
    grid = np.mgrid[0:height, 0:width].astype(np.float32)
    row_of, column_of = (grid // tile).astype(int)
    moves = rng.uniform(-shift, shift, (2, rows, columns)).astype(np.float32)
    angle = rng.uniform(-turn, turn, (rows, columns)).astype(np.float32)[row_of, column_of]
    y = grid[0] - (row_of + 0.5) * tile
    x = grid[1] - (column_of + 0.5) * tile
    source_y = grid[0] + angle * x + moves[0][row_of, column_of]
    source_x = grid[1] - angle * y + moves[1][row_of, column_of]
    copy = map_coordinates(clean, [source_y, source_x], order=1, mode="nearest")
    kept = rng.random((rows, columns)) < chance
    return np.where(kept[row_of, column_of], copy, 1.0).astype(np.float32)
