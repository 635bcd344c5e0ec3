"""What paper, eraser, hand and scanner do to pencil lines."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkwright.synthetic_drawings.stroke_painting import Pixels


@dataclass(frozen=True)
class PageEffects:
    """How often each thing happens to a page; all are chances in [0, 1].

    Attributes:
        erased: soft strokes of an eraser.
        slur: smeared or moved while it was copied.
        tone: grey or unevenly lit paper, stains, another contrast.
        noise: grain of the sensor, dust, banding, JPEG, blur.
        grain: whether the paper has a tooth; sketches that were drawn on paper bring their own.
    """

    erased: float = 0.3
    slur: float = 0.25
    tone: float = 0.7
    noise: float = 0.6
    grain: bool = True

    def __post_init__(self) -> None:
        for name in ("erased", "slur", "tone", "noise"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a chance, in [0, 1]")


def scanned(
    rng: np.random.Generator, light: Pixels, effects: PageEffects, units_per_pixel: float = 1.0
) -> Pixels:
    """[H, W] grey in [0, 1], 1 = white: pencil on paper, scanned, from the light [H, W] that it leaves.

    The effects say how often each thing happens. Grain, smears and dust are finer where a pixel is more
    units, and the page is seen from farther away.
    """
    fine = 1.0 / units_per_pixel
    page = grained(rng, light, fine) if effects.grain else light
    if rng.random() < effects.erased:
        page = erased(rng, page)
    if rng.random() < effects.slur:
        page = slurred(rng, page, fine)
    if rng.random() < effects.tone:
        page = toned(rng, page)
    if rng.random() < effects.noise:
        page = noisy(rng, page, fine)
    return np.clip(page, 0, 1).astype(np.float32)


def grained(rng: np.random.Generator, light: Pixels, fine: float = 1.0) -> Pixels:
    """The tooth of the paper: ink density varies by pixel, and pressure varies along the lines."""
    from scipy.ndimage import gaussian_filter

    shape = light.shape
    tooth = sum(
        gaussian_filter(rng.standard_normal(shape, dtype=np.float32), sigma * fine)
        * (2.2 * sigma * fine + 0.6)
        for sigma in (0.7, 1.6)
    )
    pressure = smooth_noise(rng, shape, 40.0 * fine)
    strength = rng.uniform(0.1, 0.45)
    density = -np.log(np.maximum(light, 1e-3))
    density = density * np.clip(0.9 + strength * tooth, 0.1, 1.6) * np.clip(1 + 0.3 * pressure, 0.3, 1.6)
    return np.exp(-density).astype(np.float32)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> NDArray[np.float32]:
    """[H, W] noise of standard deviation about 1 that changes over about ``scale`` pixels."""
    from scipy.ndimage import map_coordinates

    cells = [int(np.ceil(size / scale)) + 3 for size in shape]
    coarse = rng.standard_normal(cells).astype(np.float32)
    places = [np.arange(size) / scale + rng.uniform(0, 1) + 0.5 for size in shape]
    grid = np.meshgrid(*places, indexing="ij")
    field: NDArray[np.float32] = map_coordinates(coarse, grid, order=2, mode="nearest")
    return field * np.float32(1.4)


def erased(rng: np.random.Generator, page: Pixels) -> Pixels:
    """Soft capsules in which most of the pencil is gone."""
    height, width = page.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    for _ in range(int(rng.integers(1, 3))):
        start = rng.uniform(0, 1, 2) * (height, width)
        angle, reach, radius = rng.uniform(0, 2 * np.pi), rng.uniform(5, 120), rng.uniform(4, 14)
        way = reach * np.array([np.sin(angle), np.cos(angle)])
        t = ((rows - start[0]) * way[0] + (columns - start[1]) * way[1]) / (reach * reach)
        t = np.clip(t, 0, 1)
        distance = np.hypot(rows - start[0] - t * way[0], columns - start[1] - t * way[1])
        inside = 1 / (1 + np.exp((distance - radius) / 2.0))
        left = 1 - inside * rng.uniform(0.3, 0.75)
        page = 1 - (1 - page) * left - inside * rng.uniform(0, 0.02)
    return page.astype(np.float32)


def slurred(rng: np.random.Generator, page: Pixels, fine: float = 1.0) -> Pixels:
    """Smeared in one direction, or averaged with a slightly bent copy of itself."""
    from scipy.ndimage import map_coordinates, shift

    share = rng.uniform(0.25, 0.65)
    if rng.random() < 0.5:
        angle, reach = rng.uniform(0, np.pi), rng.uniform(2, 10) * fine
        steps = np.linspace(-0.5, 0.5, max(int(reach), 3)) * reach
        moved = [
            shift(page, (step * np.sin(angle), step * np.cos(angle)), order=1, mode="nearest")
            for step in steps
        ]
        other = np.mean(moved, axis=0)
    else:
        amount = rng.uniform(0.8, 2.5) * fine
        grid = np.mgrid[0 : page.shape[0], 0 : page.shape[1]].astype(np.float32)
        for axis in range(2):
            grid[axis] += amount * smooth_noise(rng, page.shape, 30 * fine)
        other = map_coordinates(page, grid, order=1, mode="nearest")
    return (page * (1 - share) + other * share).astype(np.float32)


def toned(rng: np.random.Generator, page: Pixels) -> Pixels:
    """Grey paper, light from one side, stains, and another contrast and gamma."""
    height, width = page.shape
    # Now and then as strong as a dim photograph is made before the network sees it.
    contrast = rng.uniform(1.1, 2.2) if rng.random() < 0.25 else rng.uniform(0.6, 1.1)
    page = 1 - np.float32(contrast) * (1 - page)
    page = np.clip(page, 0.0, 1.0) ** np.float32(rng.uniform(0.75, 1.4))
    paper = np.full(page.shape, rng.uniform(0.85, 1.0), dtype=np.float32)
    if rng.random() < 0.5:
        slope = rng.uniform(-0.06, 0.06, 2)
        ramp = np.linspace(-1, 1, height)[:, None] * slope[0] + np.linspace(-1, 1, width) * slope[1]
        paper += ramp.astype(np.float32)
    if rng.random() < 0.3:
        stain = smooth_noise(rng, page.shape, rng.uniform(25, 80))
        paper -= np.float32(rng.uniform(0.02, 0.1)) * np.clip(stain - 0.7, 0, 1)
    return (page * paper).astype(np.float32)


def noisy(rng: np.random.Generator, page: Pixels, fine: float = 1.0) -> Pixels:
    """Blur, sensor noise, dust, banding, JPEG; not all of them on every page."""
    from scipy.ndimage import gaussian_filter

    height, width = page.shape
    if rng.random() < 0.3:
        page = gaussian_filter(page, rng.uniform(0.4, 1.1) * fine)
    page = page + np.float32(rng.uniform(0.003, 0.03)) * rng.standard_normal(page.shape, dtype=np.float32)
    if rng.random() < 0.4:
        count = int(rng.poisson(20.0 * height * width / 2**20) + 1)
        rows, columns = rng.integers(0, height, count), rng.integers(0, width, count)
        specks = np.zeros_like(page)
        specks[rows, columns] = rng.uniform(2, 9, count)
        page = page - np.clip(gaussian_filter(specks, rng.uniform(0.6, 1.2)), 0, 0.7)
    if rng.random() < 0.15:
        wave = np.sin(np.arange(height, dtype=np.float32) * np.float32(rng.uniform(0.1, 1)))[:, None]
        page = page + np.float32(0.01) * wave.astype(np.float32)
    if rng.random() < 0.3:
        page = jpeg(page, int(rng.integers(40, 96)))
    return page.astype(np.float32)


def jpeg(page: Pixels, quality: int) -> Pixels:
    """The page after it was saved as JPEG of ``quality`` in [1, 95]."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray((np.clip(page, 0, 1) * 255).astype(np.uint8)).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer), dtype=np.float32) / np.float32(255)
