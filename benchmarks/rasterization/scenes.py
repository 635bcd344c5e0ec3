"""Scenes of fixed seeds that the benchmarks of the rasteriser paint."""

import math

import torch

from inkwright.vector_graphics import Drawing


def random_strokes(
    count: int, size: float, *, reach: float = 28.0, width: float = 3.0, seed: int = 0, canvases: int = 1
) -> Drawing:
    """Opaque strokes of random colours; each control point is within ``reach`` of the last, per axis."""
    generator = torch.Generator().manual_seed(seed)
    start = torch.rand(count * canvases, 1, 2, generator=generator) * size
    steps = (torch.rand(count * canvases, 3, 2, generator=generator) - 0.5) * 2 * reach
    points = torch.cat([start, start + steps.cumsum(1)], dim=1)
    shade = torch.rand(count * canvases, 3, generator=generator)
    color = torch.cat([shade, torch.ones(count * canvases, 1)], dim=1)
    widths = torch.full((count * canvases,), width)
    drawing = Drawing.from_strokes(points, widths, color, (size, size))
    canvas = torch.arange(canvases).repeat_interleave(count)
    return trained(drawing.replace(canvas_index=canvas, num_canvases=canvases))


def random_blobs(
    count: int, size: float | tuple[float, float], *, radius: float | tuple[float, float], seed: int = 0
) -> Drawing:
    """Half-transparent closed shapes of four cubic segments around random centres; radii may have a range."""
    canvas = (size, size) if isinstance(size, int | float) else size
    generator = torch.Generator().manual_seed(seed)
    center = torch.rand(count, 1, 2, generator=generator) * torch.tensor(canvas)
    angle = torch.arange(12) * (2 * math.pi / 12)
    low, high = radius if isinstance(radius, tuple) else (radius, radius)
    size_of = low if low == high else low + (high - low) * torch.rand(count, 1, 1, generator=generator)
    spread = size_of * (0.7 + 0.6 * torch.rand(count, 12, 1, generator=generator))
    points = center + spread * torch.stack([angle.cos(), angle.sin()], dim=-1)
    opacity = 0.3 + 0.6 * torch.rand(count, 1, generator=generator)
    color = torch.cat([torch.rand(count, 3, generator=generator), opacity], dim=1)
    return trained(Drawing.from_fills(points, color, (float(canvas[0]), float(canvas[1]))))


def trained(drawing: Drawing) -> Drawing:
    """The drawing with gradients asked for all of its parameters."""
    names = ("points", "width", "stroke", "fill")
    return drawing.replace(**{name: getattr(drawing, name).clone().requires_grad_() for name in names})
