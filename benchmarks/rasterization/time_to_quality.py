"""PSNR against seconds: photographs fitted by 256 fills from one start, with each engine that is installed.

python -m benchmarks.rasterization.time_to_quality    # numba, and diffvg when pydiffvg can be imported
python -m benchmarks.rasterization.time_to_quality --seconds 60 --images astronaut coffee
"""

import importlib.util
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.record import RESULTS, ROOT, keep, markdown, options_parser
from inkwright.pictures.bundled_examples import example_names
from inkwright.pictures.target_image import load_target
from inkwright.vector_graphics import Drawing, rasterize, write_svg

SHAPES, SEGMENTS = 256, 4


def start(target: Tensor, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Control points [N, 12, 2] of blobs on a jittered grid, and colours [N, 4] from the picture."""
    generator = torch.Generator().manual_seed(seed)
    height, width = target.shape[1:]
    columns = round(math.sqrt(SHAPES * width / height))
    cell = torch.arange(SHAPES)
    rows = math.ceil(SHAPES / columns)
    place = torch.stack([(cell % columns + 0.5) / columns, (cell // columns + 0.5) / rows], dim=1)
    center = place * torch.tensor([width, height]) + torch.randn(SHAPES, 2, generator=generator)
    angle = torch.arange(3 * SEGMENTS) * (2 * math.pi / (3 * SEGMENTS))
    radius = 0.7 * math.sqrt(width * height / SHAPES)
    points = center[:, None] + radius * torch.stack([angle.cos(), angle.sin()], dim=-1)
    x, y = center[:, 0].long().clamp(0, width - 1), center[:, 1].long().clamp(0, height - 1)
    return points, torch.cat([target[:, y, x].T, torch.full((SHAPES, 1), 0.8)], dim=1)


def fit(target: Tensor, engine: str, seconds: float) -> tuple[list[tuple[float, float]], Drawing]:
    """(seconds, PSNR in dB) along a fit by Adam, kernels compiled before, and the drawing at its end."""
    points, color = (each.requires_grad_() for each in start(target))
    canvas = (target.shape[2], target.shape[1])
    optimizer = torch.optim.Adam([{"params": [points], "lr": 0.5}, {"params": [color], "lr": 0.02}])
    curve: list[tuple[float, float]] = []
    rasterize(Drawing.from_fills(points, color, canvas), backend=engine).sum().backward()  # type: ignore
    began = time.perf_counter()
    while not curve or curve[-1][0] < seconds:
        image = rasterize(Drawing.from_fills(points, color, canvas), backend=engine)[0]  # type: ignore[arg-type]
        error = (image - target).square().mean()
        optimizer.zero_grad()
        error.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        with torch.no_grad():
            color.clamp_(0, 1)
        curve.append((time.perf_counter() - began, -10 * math.log10(float(error.detach()))))
    return curve, Drawing.from_fills(points.detach(), color.detach(), canvas)


def plot(curves: dict[str, dict[str, list[tuple[float, float]]]], path: Path) -> None:
    """One line a picture, full for numba and dashed for diffvg."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(6.5, 4))
    for picture, engines in curves.items():
        color = None
        for engine, curve in engines.items():
            style = "-" if engine == "numba" else "--"
            lines = axis.plot(*zip(*curve, strict=True), style, color=color, label=f"{picture}, {engine}")
            color = lines[0].get_color()
    axis.set_xscale("log")
    axis.set_xlabel("seconds")
    axis.set_ylabel("PSNR, dB")
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Fit, print a Markdown table, keep the numbers, the plot and the drawings."""
    parser = options_parser(__doc__)
    parser.add_argument("--images", nargs="+", default=example_names())
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--drawings", type=Path, help="folder for the fitted SVGs")
    options = parser.parse_args()
    torch.set_num_threads(1)
    engines = ["numba"] + (["diffvg"] if importlib.util.find_spec("pydiffvg") else [])
    curves: dict[str, Any] = {}
    rows = []
    for name in options.images:
        target = load_target(name, options.image_size).image
        curves[name] = {}
        for engine in engines:
            curve, drawing = fit(target, engine, options.seconds)
            curves[name][engine] = curve[:: max(1, len(curve) // 200)]
            at = [max(p for s, p in curve if s <= limit or s == curve[0][0]) for limit in (1, 5, math.inf)]
            step = 1e3 * curve[-1][0] / len(curve)
            rows.append([name, engine, len(curve), *(f"{each:.1f}" for each in (step, *at))])
            if options.drawings:
                options.drawings.mkdir(parents=True, exist_ok=True)
                write_svg(drawing, options.drawings / f"{name}-{engine}.svg")
    print(markdown("picture | engine | steps | ms a step | PSNR after 1 s | 5 s | end", rows))
    plot(curves, ROOT / "docs" / "time_to_quality.png")
    kept = {"seconds": options.seconds, "shapes": SHAPES, "curves": curves}
    keep(RESULTS / "time_to_quality.json", kept, None)


if __name__ == "__main__":
    main()
