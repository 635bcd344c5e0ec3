"""Five rough sketches made by other means than the training pairs, and what becomes of them.

    python -m benchmarks.simplification.hand_sketches

It writes assets/sketches/*.png and docs/simplified_sketches.png.

The lines are splines through points typed by hand. A pencil follows them as a damped spring driven by noise,
several times over, and leaves graphite where its pressure beats the tooth of the paper; then the page is
photographed. Nothing of this is shared with the generator that trains the network.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import ROOT, options_parser, save_png

FloatArray = NDArray[np.float64]
SIDE = 900

# Lines in a square of 100 x 100, as "x y x y ..."; "C" closes a line, "G" is a guide that is drawn faintly.
SKETCHES: dict[str, list[str]] = {
    "teapot": [
        "C 50 38 64 41 73 50 75 62 68 74 50 79 32 74 25 62 27 50 36 41",
        "36 41 43 45 57 45 64 41",
        "36 41 40 33 50 30 60 33 64 41",
        "C 50 30 46 27 50 23 54 27",
        "27 52 18 50 14 40 8 35",
        "27 64 20 62 12 52 8 35",
        "74 50 86 46 90 56 84 66 73 68",
        "74 55 82 52 85 57 81 62 74 64",
        "30 76 50 84 70 76",
        "G 10 80 92 80", "G 50 15 50 92", "G C 50 34 74 58 50 84 26 58", "G 20 30 82 30",
    ],
    "boat": [
        "12 66 30 74 60 75 86 64", "12 66 18 80 30 86 66 86 78 80 86 64",
        "48 72 48 12", "48 14 64 34 76 60", "76 60 62 64 50 62", "46 20 34 40 20 60", "20 60 34 63 46 62",
        "48 12 56 10 60 14 52 16", "2 86 14 88 22 86", "70 90 82 88 94 91", "30 93 44 91 56 94",
        "60 75 60 82", "66 75 66 82", "60 82 66 82",
        "G 4 75 96 75", "G 48 4 48 96", "G 10 60 80 60",
    ],
    "cat": [
        "24 40 22 14 38 28", "62 28 78 14 76 40", "38 28 50 25 62 28",
        "24 40 20 56 30 72 50 78 70 72 80 56 76 40",
        "C 36 48 42 44 46 50 40 53", "C 64 48 58 44 54 50 60 53",
        "46 60 50 64 54 60", "46 60 50 58 54 60", "50 64 50 68", "50 68 44 72 38 69", "50 68 56 72 62 69",
        "34 62 16 58", "34 65 15 66", "66 62 84 58", "66 65 85 66", "27 34 26 22 33 28", "73 34 74 22 67 28",
        "30 72 24 86 22 98", "70 72 78 86 80 98",
        "G C 50 20 80 50 50 80 20 50", "G 50 8 50 92", "G 14 50 86 50", "G 20 62 80 62",
    ],
    "bicycle": [
        "C 26 50 42 66 26 82 10 66", "C 76 50 92 66 76 82 60 66", "C 26 62 30 66 26 70 22 66",
        "C 76 62 80 66 76 70 72 66", "26 66 40 40", "40 40 66 38", "40 42 50 66", "50 66 66 40",
        "26 66 50 66", "76 66 64 32", "64 32 58 30 56 34", "64 32 72 28 76 32", "36 36 46 36", "40 40 41 36",
        "C 50 61 55 66 50 71 45 66", "50 71 54 77", "51 77 58 77",
        "G 4 82 98 82", "G 8 66 96 66", "G 26 44 26 90", "G 76 44 76 90",
    ],
    "apple": [
        "50 34 40 26 24 32 20 52 28 74 42 84 50 80", "50 34 60 26 76 32 80 52 72 74 58 84 50 80",
        "42 31 50 37 58 31", "50 36 49 26 53 16", "52 24 62 12 76 14 68 24 54 25", "53 24 62 19 74 15",
        "10 84 30 82", "74 82 94 85",
        "G C 50 24 80 54 50 86 20 54", "G 50 8 50 94", "G 6 84 96 84",
    ],
}  # fmt: skip
SHADING = {
    "teapot": (60, 66, 10, 0.9),
    "boat": (30, 80, 9, 0.6),
    "cat": (66, 68, 8, 2.2),
    "apple": (66, 62, 12, 0.7),
}
PHOTOGRAPHED = ("cat", "apple")


def spline(text: str) -> FloatArray:
    """[n, 2] pixels along a line of ``SKETCHES``, half a pixel apart."""
    from scipy.interpolate import CubicSpline

    words = [word for word in text.split() if word not in "CG"]
    points = np.array(words, dtype=np.float64).reshape(-1, 2) * SIDE / 100
    if "C" in text.split():
        points = np.concatenate([points, points[:1]])
    along = np.concatenate([[0], np.cumsum(np.sqrt(np.hypot(*np.diff(points, axis=0).T)))])
    curve = CubicSpline(along, points, bc_type="periodic" if "C" in text.split() else "natural")
    fine = curve(np.linspace(0, along[-1], 4000))
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(fine, axis=0).T))])
    places = np.arange(0, lengths[-1], 0.5)
    return np.stack([np.interp(places, lengths, fine[:, axis]) for axis in range(2)], axis=1)


def springy(rng: np.random.Generator, count: int, stiffness: float, size: float) -> FloatArray:
    """[count] a noise-driven spring around 0 with standard deviation ``size``."""
    from scipy.signal import lfilter

    root = 1 - stiffness
    noise = rng.normal(size=count + 600)
    values = lfilter([1.0], [1.0, -2 * root, root * root], noise)[600:]
    return values / max(float(values.std()), 1e-9) * size


def follow(
    rng: np.random.Generator, density: FloatArray, line: FloatArray, strength: float, loose: float
) -> None:
    """Draws along a line: graphite is added to ``density`` [SIDE, SIDE] as drops of half a pixel."""
    way = np.gradient(line, axis=0)
    normal = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    path = line + springy(rng, len(line), 0.03, loose)[:, None] * normal + rng.normal(0, 0.5 * loose, 2)
    pressure = np.clip(1 + springy(rng, len(line), 0.02, 0.3), 0.2, 1.8)
    lift = np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 40
    pressure *= np.clip(lift, 0.25, 1)
    for _ in range(5):  # the lead is a few grains wide
        drops = path + rng.normal(0, 0.75, path.shape)
        rows, columns = np.round(drops[:, 1]).astype(int), np.round(drops[:, 0]).astype(int)
        inside = (rows >= 0) & (rows < SIDE) & (columns >= 0) & (columns < SIDE)
        np.add.at(density, (rows[inside], columns[inside]), 0.16 * strength * pressure[inside])


def draw(name: str, seed: int = 0) -> NDArray[np.uint8]:
    """[SIDE, SIDE] grey: the sketch on paper, scanned or photographed."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng([seed, sorted(SKETCHES).index(name)])
    density = np.zeros((SIDE, SIDE))
    for text in SKETCHES[name]:
        line = spline(text)
        if text.startswith("G"):
            follow(rng, density, line, 0.16, 1.0)
            continue
        for number in range(int(rng.integers(2, 5))):
            first, last = (0, len(line)) if number < 1 else np.sort(rng.integers(0, len(line), 2))
            if last - first > 60:
                follow(rng, density, line[first:last], float(rng.uniform(0.5, 1.0)), 1.8)
    if name in SHADING:
        _shade(rng, density, *SHADING[name])
    tooth = gaussian_filter(rng.normal(size=(SIDE, SIDE)), 0.8) * 2.3
    graphite = gaussian_filter(density, 0.45) * np.clip(1 + 0.35 * tooth, 0.1, 2)
    page = 0.12 + 0.88 * np.exp(-1.6 * graphite)
    if name in PHOTOGRAPHED:
        rows, columns = np.mgrid[0:SIDE, 0:SIDE] / SIDE
        page = page * (0.62 + 0.25 * columns - 0.12 * rows + 0.05 * np.sin(5 * rows))
    page = gaussian_filter(page, 0.5) + rng.normal(0, 0.012, page.shape)
    return (np.clip(page, 0, 1) * 255).astype(np.uint8)


def _shade(
    rng: np.random.Generator, density: FloatArray, x: float, y: float, extent: float, slope: float
) -> None:
    for offset in np.arange(-extent, extent, 0.9):
        ends = np.array([[x + offset - 3, y - 4 * slope], [x + offset + 3, y + 4 * slope]]) * SIDE / 100
        ends += rng.normal(0, 4, ends.shape)
        count = int(np.hypot(*(ends[1] - ends[0])) * 2)
        follow(rng, density, ends[0] + np.linspace(0, 1, count)[:, None] * (ends[1] - ends[0]), 0.22, 0.8)


def main() -> None:
    """Write the sketches and the sheet."""
    import torch
    from PIL import Image

    from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
    from inkwright.simplification.weights_file import SHIPPED, load_weights
    from inkwright.vector_graphics.rasterizer import rasterize

    parser = options_parser(__doc__)
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--sketches", type=Path, default=ROOT / "assets" / "sketches")
    parser.add_argument("--sheet", type=Path, default=ROOT / "docs" / "simplified_sketches.png")
    parser.add_argument("--cell", type=int, default=420, help="side of a picture in the sheet, in pixels")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.sketches.mkdir(parents=True, exist_ok=True)
    network, rows = load_weights(options.weights), []
    for name in SKETCHES:
        page = draw(name)
        Image.fromarray(page).save(options.sketches / f"{name}.png", optimize=True)
        cleaned = clean_sketch((page / 255).astype(np.float32), network, CleaningSettings())
        cells: list[NDArray[np.floating]] = [page / 255.0, cleaned.lines]
        if cleaned.drawing is not None:
            cells.append(rasterize(cleaned.drawing, *cleaned.lines.shape)[0, 0].detach().numpy())
            print(f"{name}: {cleaned.drawing.num_shapes} strokes")
        images = [Image.fromarray((cell * 255).astype(np.uint8)) for cell in cells]
        small = [image.resize((options.cell,) * 2, Image.Resampling.LANCZOS) for image in images]
        rows.append(np.concatenate([np.asarray(image) for image in small], axis=1))
    save_png(np.concatenate(rows), options.sheet, 32)


if __name__ == "__main__":
    main()
