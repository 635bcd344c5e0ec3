"""How far our coverage is from 64 lines through every pixel, on random shapes and on real icons.

python -m benchmarks.rasterization.coverage_error                         # 1,000 random shapes of each kind
python -m benchmarks.rasterization.coverage_error --icons FOLDER          # and the SVG files of a folder
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.rasterization.sampled_coverage import sampled_coverage
from benchmarks.record import RESULTS, keep, markdown, options_parser
from inkwright.vector_graphics import Drawing, rasterize, read_svg
from inkwright.vector_graphics.rasterizer import Backend
from inkwright.vector_graphics.stroke_styles import Cap, Join, StrokeStyles

SIZES = (24, 64, 256)
SIDE = 48
# Caps and joins; tapered strokes have a random profile of five steps.
STYLES: dict[str, tuple[Cap, Join]] = {
    "butt strokes": ("butt", "round"),
    "square strokes": ("square", "round"),
    "miter strokes": ("butt", "miter"),
    "bevel strokes": ("butt", "bevel"),
    "tapered strokes": ("round", "round"),
}
Errors = list[tuple[float, float]]


def coverage(drawing: Drawing, height: int, width: int, backend: Backend = "auto") -> np.ndarray:
    """[H, W] what the drawing, one black shape, covers."""
    with torch.no_grad():
        return 1 - rasterize(drawing, height, width, backend)[0, 0].double().numpy()


def random_shape(kind: str, seed: int) -> Drawing:
    """One shape of a few cubics, large or small, that may cross itself."""
    generator = torch.Generator().manual_seed(seed)
    count, size = 1 + seed % 5, SIDE * (0.1, 0.5, 1.0)[seed % 3]
    black = torch.tensor([[0.0, 0.0, 0.0, 1.0]])
    middle = SIDE / 2 + (torch.rand(2, generator=generator) - 0.5) * (SIDE - size)
    points = (torch.rand(1, 3 * max(count, 2) + 1, 2, generator=generator) - 0.5) * size + middle
    if "strokes" in kind:
        width = torch.tensor([(0.3, 0.8, 1.5, 3.0, 8.0)[(seed // 3) % 5]])
        profile = torch.rand(1, 5, generator=generator) if kind == "tapered strokes" else None
        styles = StrokeStyles.uniform(1, *STYLES[kind], profile=profile) if kind in STYLES else None
        return Drawing.from_strokes(points, width, black, (SIDE, SIDE)).replace(styles=styles)
    rule = "nonzero" if kind == "fills, nonzero" else "evenodd"
    return Drawing.from_fills(points[:, :-1], black, (SIDE, SIDE), rule)  # type: ignore[arg-type]


def random_errors(kind: str, count: int, backends: Sequence[Backend]) -> list[Errors]:
    """(mean, largest) error over the pixels of each random shape, by each of the backends."""
    return _by_backend(_errors(random_shape(kind, seed), SIDE, SIDE, backends) for seed in range(count))


def icon_errors(files: Iterable[Path], size: int, backends: Sequence[Backend]) -> list[Errors]:
    """(mean, largest) error of every fill and round stroke of the icons with a side of so many pixels."""
    return _by_backend(_icon_errors(files, size, backends))


def _icon_errors(files: Iterable[Path], size: int, backends: Sequence[Backend]) -> Iterator[Errors]:
    for file in files:
        drawing = read_svg(file, lenient=True)
        height, width = (max(round(size * side / max(drawing.canvas)), 1) for side in drawing.canvas[::-1])
        for row in range(drawing.num_shapes):
            for part in ("filled", "stroked"):
                shape = _alone(drawing, row, part)
                if shape is not None:
                    yield _errors(shape, height, width, backends)


def _by_backend(shapes: Iterable[Errors]) -> list[Errors]:
    return [list(each) for each in zip(*shapes, strict=True)]


def _alone(drawing: Drawing, row: int, part: str) -> Drawing | None:
    """The fill or the stroke of one shape, black; None if it has none, or one that is not round."""
    if not bool(getattr(drawing, part)[row]):
        return None
    if part == "stroked" and drawing.styles is not None and bool(drawing.styles.needs_outline()[row]):
        return None
    shape = drawing.select(torch.tensor([row]))
    black, yes = torch.tensor([[0.0, 0.0, 0.0, 1.0]]), torch.tensor([True])
    other = "stroked" if part == "filled" else "filled"
    return shape.replace(
        fill=black, stroke=black, gradients=None, styles=None, **{part: yes, other: ~yes},
        canvas_index=torch.zeros_like(shape.canvas_index), num_canvases=1,
    )  # fmt: skip


def _errors(drawing: Drawing, height: int, width: int, backends: Sequence[Backend]) -> Errors:
    """(mean, largest) error of each of the backends, against the same samples."""
    truth = sampled_coverage(drawing, height, width)
    off = [np.abs(coverage(drawing, height, width, backend) - truth) for backend in backends]
    return [(float(each.mean()), float(each.max())) for each in off]


def main() -> None:
    """Measure, print a Markdown table, and keep the numbers."""
    parser = options_parser(__doc__)
    parser.add_argument("--icons", type=Path, help="a folder of SVG files")
    parser.add_argument("--count", type=int, default=1000, help="random shapes of a kind")
    parser.add_argument("--most", type=int, default=500, help="icons, drawn by chance with seed 0")
    options = parser.parse_args()
    table: dict[str, Errors] = {}
    for kind in ("fills, nonzero", "fills, even-odd"):
        (table[kind],) = random_errors(kind, options.count, ("auto",))
    for kind in ("strokes", *STYLES):
        both = random_errors(kind, options.count, ("auto", "exact"))
        table |= dict(zip((kind, f"{kind}, exact"), both, strict=True))
    if options.icons:
        files = sorted(options.icons.rglob("*.svg"))
        files = random.Random(0).sample(files, min(options.most, len(files)))
        for size in SIZES:
            name = f"{len(files)} icons at {size} px"
            both = icon_errors(files, size, ("auto", "exact"))
            table |= dict(zip((name, f"{name}, exact"), both, strict=True))
    rows, kept = [], {}
    for name, errors in table.items():
        means, worst = np.array(errors).T
        share = float((worst > 0.02).mean())
        kept[name] = {"shapes": len(errors), "mean": means.mean(), "worst": worst.max(), "above 0.02": share}
        rows.append([name, len(errors), f"{means.mean():.1e}", f"{worst.max():.3f}", f"{100 * share:.1f} %"])
    print(markdown("shapes | number | mean error | worst pixel | with a pixel above 0.02", rows))
    keep(RESULTS / "coverage_error.json", kept)


if __name__ == "__main__":
    main()
