"""How far pictures and gradients of an adapter are from the truth."""

import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from statistics import mean

import numpy as np
import torch
from torch import Tensor

from benchmarks.differentiable_rasterizers.adapters import Adapter
from benchmarks.rasterization.svg_renderers import render_resvg
from benchmarks.record import ROOT
from inkwright.vector_graphics import Drawing, read_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text

PARITY = ROOT / "tests" / "data" / "parity"
# Of finite differences of an adapter's own pictures, in pixels; and in how many directions.
STEP, DIRECTIONS = 1e-3, 8
# Icons are compared with resvg at so many times their size.
FACTOR = 16


@cache
def parity_scene(path: Path) -> dict[str, Tensor]:
    """What a file of parity data holds; `tests/data/parity/README.md` says what each is."""
    with np.load(path) as data:
        return {name: torch.from_numpy(each) for name, each in data.items() if each.dtype.kind not in "US"}


def parity_drawing(path: Path, dtype: torch.dtype = torch.float32) -> Drawing:
    """The drawing of a file of parity data, its points to be differentiated."""
    scene = parity_scene(path)
    canvas = float(scene["canvas"][0]), float(scene["canvas"][1])
    points, color = scene["points"].to(dtype).requires_grad_(), scene["color"].to(dtype)
    if "width" in scene:
        return Drawing.from_strokes(points, scene["width"].to(dtype), color, canvas)
    rule = str(np.load(path)["fill_rule"])
    return Drawing.from_fills(points, color, canvas, rule)  # type: ignore[arg-type]


def parity(adapter: Adapter) -> dict[str, float | None]:
    """Mean picture error over the scenes, and least cosine of the points' gradient of a linear loss."""
    errors, cosines, against_differences = [], [], []
    for path in sorted(PARITY.glob("*.npz")):
        scene, drawing = parity_scene(path), parity_drawing(path)
        height, width = scene["image"].shape[:2]
        picture = adapter.render(drawing, height, width).permute(1, 2, 0)
        errors.append(float((picture.detach() - scene["image"]).abs().mean()))
        if not adapter.differentiable:
            continue
        loss = (picture * scene["weight"]).mean()
        (gradient,) = torch.autograd.grad(loss, drawing.points)
        found = gradient.reshape(scene["points"].shape).double()
        cosines.append(_cosine(found, scene["lin_grad_points"].double()))
        if "lin_grad_points_fd" in scene:
            mask = scene["lin_grad_points_fd_mask"].bool()
            wanted = scene["lin_grad_points_fd"].double()[mask]
            against_differences.append(float((found[mask] - wanted).norm() / wanted.norm()))
    return {
        "picture": mean(errors),
        "cosine": min(cosines, default=None),
        "differences": max(against_differences, default=None),
    }


def own_differences(adapter: Adapter) -> float | None:
    """Relative error of gradients against central differences of the adapter's own pictures; the worst scene.

    Of a scene of fills and one of strokes in float64; None where pictures have no gradient, or noise.
    """
    if not (adapter.differentiable and adapter.exact):
        return None
    return max(
        _own(adapter, PARITY / f"{name}.npz") for name in ("selfx3_nonzero_96", "strokes8_multiseg_128")
    )


def _own(adapter: Adapter, path: Path) -> float:
    weight, drawing = parity_scene(path)["weight"].double(), parity_drawing(path, torch.float64)
    generator = torch.Generator().manual_seed(0)

    def loss(points: Tensor) -> Tensor:
        picture = adapter.render(drawing.replace(points=points), *weight.shape[:2])
        return (picture.permute(1, 2, 0) * weight).sum()

    points = drawing.points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(points), points)
    found, wanted = [], []
    for _ in range(DIRECTIONS):
        along = torch.randn(points.shape, generator=generator, dtype=torch.float64)
        with torch.no_grad():
            ends = [float(loss(points + sign * STEP * along)) for sign in (1, -1)]
        wanted.append((ends[0] - ends[1]) / (2 * STEP))
        found.append(float((gradient * along).sum()))
    off = torch.tensor(found) - torch.tensor(wanted)
    return float(off.norm() / torch.tensor(wanted).norm())


def _cosine(found: Tensor, expected: Tensor) -> float:
    return float((found * expected).sum() / (found.norm() * expected.norm()).clamp(min=1e-30))


def icon_files(folder: Path, most: int) -> list[Path]:
    """So many SVG files of a folder, drawn by chance with seed 0."""
    files = sorted(folder.rglob("*.svg"))
    return random.Random(0).sample(files, min(most, len(files)))


def icon_truths(files: Iterable[Path], size: int) -> list[tuple[Drawing, Tensor]]:
    """Icons with a longer side of so many pixels, and resvg's pictures [3, H, W] from FACTOR times that.

    Those whose other side is no whole number of pixels are left out: each renderer rounds it its own way.
    """
    found = []
    for file in files:
        drawing = read_svg(file, lenient=True)
        width, height = (round(size * side / max(drawing.canvas)) for side in drawing.canvas)
        if abs(width * drawing.canvas[1] - height * drawing.canvas[0]) > 1e-3:
            continue
        picture = render_resvg(svg_text(drawing), height, width, factor=FACTOR)
        found.append((drawing, torch.from_numpy(picture).permute(2, 0, 1)))
    return found


def icons(adapter: Adapter, truths: Sequence[tuple[Drawing, Tensor]]) -> dict[str, float]:
    """Mean error over all icons, and the 99.9th percentile of the pixels' errors."""
    off = []
    for drawing, truth in truths:
        with torch.no_grad():
            picture = adapter.render(drawing, *truth.shape[1:]).double()
        off.append((picture - truth).abs().flatten())
    every = torch.cat(off).numpy()
    return {"mean": float(np.mean(every)), "tail": float(np.quantile(every, 0.999))}
