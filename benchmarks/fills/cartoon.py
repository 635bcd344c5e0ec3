"""A cartoon of twelve flat regions, made by rule: each of them should become one path."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BoolArray = NDArray[np.bool_]
Color = tuple[int, int, int]

_FINER = 4  # samples of a pixel along each side


def regions(width: int, height: int) -> dict[str, tuple[BoolArray, Color]]:
    """Masks [height, width] and colors by name, as they are painted: each over those before it."""
    down, across = np.mgrid[0:height, 0:width]
    y, x = (down + 0.5) / height * 3, (across + 0.5) / width * 4  # 4 wide, 3 high
    hills = [y > top + tall * (x - middle) ** 2 for top, tall, middle in ((1.15, 0.35, 3.0), (1.4, 0.3, 0.8))]
    in_house = abs(x - 1.5) < 0.6
    return {
        "sky": (y >= 0, (150, 205, 240)),
        "sun": (np.hypot(x - 3.2, y - 0.55) < 0.3, (250, 220, 70)),
        "cloud": (((x - 1.0) / 0.6) ** 2 + ((y - 0.45) / 0.22) ** 2 < 1, (250, 250, 250)),
        "far hill": (hills[0], (120, 150, 170)),
        "near hill": (hills[1], (130, 180, 110)),
        "ground": (y > 2.3, (90, 140, 60)),
        "wall": (in_house & (y > 1.4) & (y < 2.45), (225, 200, 165)),
        "roof": ((y < 1.42) & (y - 0.75 > abs(x - 1.5) * 0.8), (170, 60, 50)),
        "door": ((abs(x - 1.25) < 0.16) & (y > 1.85) & (y < 2.45), (95, 60, 40)),
        "window": ((abs(x - 1.78) < 0.16) & (abs(y - 1.85) < 0.16), (60, 90, 150)),
        "trunk": ((abs(x - 3.0) < 0.1) & (y > 1.7) & (y < 2.6), (110, 75, 50)),
        "crown": (np.hypot(x - 3.0, y - 1.55) < 0.42, (50, 110, 50)),
    }


def cartoon(width: int = 512, height: int = 384) -> NDArray[np.uint8]:
    """[height, width, 3] the regions with soft edges."""
    fine = np.zeros((height * _FINER, width * _FINER, 3))
    for mask, color in regions(width * _FINER, height * _FINER).values():
        fine[mask] = color
    cells = fine.reshape(height, _FINER, width, _FINER, 3)
    return cells.mean((1, 3)).round().astype(np.uint8)


def write_cartoon(path: Path, width: int = 512, height: int = 384) -> Path:
    """Writes it as PNG; returns where."""
    Image.fromarray(cartoon(width, height)).save(path)
    return path
