"""Pictures whose lines are known."""

from __future__ import annotations

import numpy as np


def paper(height: int = 224, width: int = 224) -> np.ndarray:
    return np.ones((height, width, 3), dtype=np.float32)


def coverage(signed_distance: np.ndarray) -> np.ndarray:
    """Ink of a shape, anti-aliased: negative distances are inside."""
    return np.clip(0.5 - signed_distance, 0, 1)


def grid(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixel centres (x, y) in pixels."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    return x + 0.5, y + 0.5


def disc(radius: float = 70, center: tuple[float, float] = (112, 112), size: int = 224) -> np.ndarray:
    picture = paper(size, size)
    x, y = grid(picture)
    return picture * (1 - coverage(np.hypot(x - center[0], y - center[1]) - radius))[..., None].astype(
        np.float32
    )


def line(angle: float, thickness: float = 3, size: int = 224) -> np.ndarray:
    """A dark line through the middle, at an angle in degrees from x towards y."""
    picture = paper(size, size)
    x, y = grid(picture)
    normal = -np.sin(np.radians(angle)), np.cos(np.radians(angle))
    distance = np.abs((x - size / 2) * normal[0] + (y - size / 2) * normal[1]) - thickness / 2
    return picture * (1 - 0.8 * coverage(distance))[..., None].astype(np.float32)


def step(angle: float, size: int = 128, color: tuple[float, float, float] = (0.2, 0.2, 0.2)) -> np.ndarray:
    """White beside a colour, the edge at an angle in degrees from x towards y."""
    picture = paper(size, size)
    x, y = grid(picture)
    normal = -np.sin(np.radians(angle)), np.cos(np.radians(angle))
    side = coverage((x - size / 2) * normal[0] + (y - size / 2) * normal[1])[..., None]
    return (picture * (1 - side) + side * np.array(color)).astype(np.float32)
