"""The zoo: small drawings, each with one thing that renderers get wrong."""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks.record import ROOT
from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.stroke_styles import Cap, Join, StrokeStyles
from inkwright.vector_graphics.svg.reading.reader import parse_svg, read_svg

FILES = ROOT / "tests" / "data" / "zoo"
FILE_NAMES = ("icon", "diagram", "illustration")
Canvas = tuple[float, float]
SQUARE: Canvas = (96.0, 96.0)


def _svg(body: str, canvas: Canvas = SQUARE) -> Drawing:
    box = f"0 0 {canvas[0]:g} {canvas[1]:g}"
    return parse_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{body}</svg>')


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def _blobs(count: int, canvas: Canvas = SQUARE, size: float = 0.2, seed: int = 0) -> Drawing:
    angle = torch.arange(12) * (math.pi / 6)
    around = torch.stack([angle.cos(), angle.sin()], dim=-1)
    radius = size * min(canvas) * (0.6 + 0.8 * _random(count, 12, 1, seed=seed))
    center = _random(count, 1, 2, seed=seed + 1) * torch.tensor(canvas)
    return Drawing.from_fills(center + radius * around, _random(count, 4, seed=seed + 2), canvas)


def _strokes(
    count: int, width: float, alpha: float = 1.0, canvas: Canvas = SQUARE, segments: int = 2, seed: int = 0
) -> Drawing:
    steps = (_random(count, 3 * segments + 1, 2, seed=seed) - 0.5) * 0.4
    start = _random(count, 1, 2, seed=seed + 1)
    color = _random(count, 4, seed=seed + 2)
    color[:, 3] = alpha
    points = (start + steps.cumsum(1)) * torch.tensor(canvas)
    return Drawing.from_strokes(points, torch.full((count,), width), color, canvas)


def _zigzag(cap: Cap, join: Join, limit: float = 4.0, profile: Tensor | None = None) -> Drawing:
    corners = torch.tensor([[12.0, 20], [60, 14], [30, 44], [84, 40], [20, 56], [84, 66], [40, 86]])
    steps = torch.arange(3)[None, :, None] / 3
    lines = (corners[:-1, None] + steps * (corners[1:] - corners[:-1])[:, None]).reshape(-1, 2)
    points = torch.cat([lines, corners[-1:]])[None]
    drawing = Drawing.from_strokes(points, torch.tensor([7.0]), torch.tensor([[0.1, 0.2, 0.5, 0.8]]), SQUARE)
    return drawing.replace(styles=StrokeStyles.uniform(1, cap, join, limit, profile))


def _tapered(profile: list[float], cap: Cap = "round") -> Drawing:
    drawing = _strokes(6, 9.0, 0.7, seed=5)
    steps = torch.tensor(profile).expand(6, len(profile))
    return drawing.replace(styles=StrokeStyles.uniform(6, cap, "round", profile=steps))


def _gradients(radial: bool, skewed: bool = False) -> Drawing:
    drawing = _blobs(4, size=0.3, seed=8)
    rows, stops = torch.arange(4), torch.tensor([0.0, 0.3, 1.0]).expand(4, 3)
    color = _random(4, 3, 4, seed=9)
    center = 20 + 50 * _random(4, 2, seed=10)
    if radial:
        fills = GradientFills.circular(rows, center, 15 + 30 * _random(4, seed=11), stops, color)
    else:
        fills = GradientFills.linear(rows, center, center + 40 * _random(4, 2, seed=11) + 8, stops, color)
    if skewed:
        frame = fills.frame + torch.tensor([[0.0, 0.0], [0.0, 0.0], [11.0, -5.0]])
        fills = GradientFills(**{**vars(fills), "frame": frame})
    return drawing.replace(gradients=fills)


def _thirds(count: int) -> Drawing:
    """Cells of one shape whose edges lie at thirds of pixels and meet.

    Cells as shapes of their own would show the background at their seams, at any renderer's own resolution.
    """
    cells = [
        f"M{8 + 20 * i / 3:.3f} {10 + 13 * j / 3:.3f}h6.667v4.333h-6.667z"
        for i in range(count)
        for j in range(count)
    ]
    return _svg(f'<path d="{"".join(cells)}" fill="#936"/>')


def _both() -> Drawing:
    drawing = _blobs(8, seed=20)
    paints = {"stroke": _random(8, 4, seed=21), "width": 1 + 5 * _random(8, seed=22)}
    return drawing.replace(stroked=torch.ones(8, dtype=torch.bool), **paints)


_STAR = '<path d="M48 6 74 88 6 36h84L22 88z" fill="#c33" fill-rule="{}"/>'
_RING = '<path d="M10 10h76v76h-76zM30 30v36h36v-36z" fill="#246"/>'
_LINES = "".join(
    f'<path d="M5 {6 + 9 * i}L90 {2 + 9.7 * i}" stroke-width="{0.1 + 0.2 * i}"/>' for i in range(10)
)
_DOTS = "".join(f'<circle cx="{5.3 + 9.1 * i}" cy="{20 + 3.7 * i}" r="{0.1 + 0.15 * i}"/>' for i in range(10))
_CAPS = "".join(
    f'<path d="M24 {20 + 27 * i}L70 {26 + 27 * i}" stroke-linecap="{cap}"/>'
    for i, cap in enumerate(("butt", "round", "square"))
)
_BOX_GRADIENTS = (
    '<radialGradient id="a" cx=".3" r=".6"><stop stop-color="#fff"/><stop offset="1" stop-color="#05a"/>'
    '</radialGradient><linearGradient id="b" x2="1" y2="1"><stop stop-color="gold"/>'
    '<stop offset=".5" stop-color="red" stop-opacity=".3"/><stop offset=".55" stop-color="#080"/>'
    '</linearGradient><ellipse cx="40" cy="30" rx="36" ry="20" fill="url(#a)"/>'
    '<path d="M20 50h70v40h-50z" fill="url(#b)" opacity=".8" stroke="none"/>'
)
_GROUPS = (
    '<g opacity=".5" transform="translate(4 2)"><path d="M5 5h30v30h-30z" fill="#900"/>'
    '<g opacity=".6" transform="rotate(10)"><circle cx="70" cy="20" r="16" fill="#060"/></g></g>'
    '<g transform="translate(50 60) scale(1.5) rotate(30)" fill="#33a" fill-opacity=".4" stroke="#000">'
    '<path d="M-15-10h20v20h-20z"/><path d="M-5-5 20 0 0 20z" stroke-opacity=".5"/></g>'
)

SCENES: dict[str, Callable[[], Drawing]] = {
    "blobs": lambda: _blobs(12),
    "many blobs": lambda: _blobs(300, size=0.06),
    "opaque blobs": lambda: _blobs(12).replace(fill=torch.cat([_random(12, 3), torch.ones(12, 1)], dim=1)),
    "wide canvas": lambda: _blobs(12, (160.0, 60.0)),
    "tall canvas": lambda: _strokes(12, 3.0, canvas=(50.0, 150.0)),
    "tiny units": lambda: _blobs(8).scaled(1 / 96),
    "strokes": lambda: _strokes(20, 2.0),
    "thick strokes": lambda: _strokes(6, 16.0, 0.6, segments=1),
    "hairlines": lambda: _strokes(30, 0.3),
    "translucent strokes": lambda: _strokes(20, 4.0, 0.5),
    "long strokes": lambda: _strokes(5, 2.5, 0.8, segments=12),
    "fill and stroke": _both,
    "star nonzero": lambda: _svg(_STAR.format("nonzero")),
    "star even-odd": lambda: _svg(_STAR.format("evenodd")),
    "hole": lambda: _svg(_RING),
    "self-crossing blobs": lambda: _blobs(8, size=0.3).replace(points=96 * _random(96, 2, seed=30)),
    "self-crossing even-odd": lambda: _blobs(8).replace(
        points=96 * _random(96, 2, seed=31), fill_rule=torch.ones(8, dtype=torch.int64)
    ),
    "growing lines": lambda: _svg(f'<g stroke="#000">{_LINES}</g>'),
    "sub-pixel dots": lambda: _svg(_DOTS),
    "sub-pixel blobs": lambda: _blobs(200, size=0.006),
    "shared edges": lambda: _thirds(12),
    "off the canvas": lambda: _blobs(4, size=0.9),
    "giant coordinates": lambda: _svg(
        '<path d="M-9e4 40 1e5 60 30-8e4z" fill="#28a"/>'
        '<path d="M-9e4 9 9e4 80" stroke="#900" stroke-width="3"/>'
    ),
    "caps": lambda: _svg(f'<g stroke="#333" stroke-width="14">{_CAPS}</g>'),
    "zero-length dots": lambda: _svg(
        '<path d="M30 30h0M60 60h0" stroke="#000" stroke-width="15" stroke-linecap="round"/>'
    ),
    "round joins": lambda: _zigzag("round", "round"),
    "bevel joins": lambda: _zigzag("butt", "bevel"),
    "miter joins": lambda: _zigzag("square", "miter"),
    "long miters": lambda: _zigzag("butt", "miter", 20.0),
    "short miters": lambda: _zigzag("butt", "miter", 1.2),
    "closed miters": lambda: _svg(
        '<path d="M20 20h60l-20 30 10 34-50-14z" fill="#fc6" stroke="#630" stroke-width="6"'
        ' stroke-opacity=".7"/>'
    ),
    "curved miters": lambda: _svg(
        '<path d="M10 80C10 20 40 20 48 50 56 20 86 20 86 80" fill="none" stroke="#246" stroke-width="8"/>'
    ),
    "taper": lambda: _tapered([1.0, 0.4, 0.0]),
    "swelling stroke": lambda: _tapered([0.2, 1.0, 0.5, 1.3, 0.1]),
    "tapered zigzag": lambda: _zigzag("butt", "miter", 4.0, torch.tensor([[0.2, 1.0, 1.5, 0.4]])),
    "linear gradients": lambda: _gradients(False),
    "radial gradients": lambda: _gradients(True),
    "skewed linear gradients": lambda: _gradients(False, skewed=True),
    "skewed radial gradients": lambda: _gradients(True, skewed=True),
    "gradients of boxes": lambda: _svg(_BOX_GRADIENTS),
    "groups and transforms": lambda: _svg(_GROUPS),
    "layers": lambda: Drawing.concat(
        *(_blobs(3, seed=k).replace(layer=torch.full((3,), k)) for k in range(20))
    ),
    "everything": lambda: Drawing.concat(_blobs(4), _gradients(True), _tapered([1.0, 0.2]), _strokes(5, 3.0)),
    **{name: partial(read_svg, FILES / f"{name}.svg") for name in FILE_NAMES},
}
