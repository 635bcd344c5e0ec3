"""Small pictures of the reference rasteriser, for its tests."""

from __future__ import annotations

import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.rasterizers.reference.rasterizer import paint

F64 = torch.float64


def tensor(*values):
    return torch.tensor(values, dtype=F64)


def random_points(count, per_path, size, seed):
    return torch.rand(count, per_path, 2, dtype=F64, generator=torch.Generator().manual_seed(seed)) * size


def strokes_picture(points, width, color, background, size=8, filter_width=1.0):
    drawing = Drawing.from_strokes(points, width, color.clamp(0, 1).detach(), (size, size))
    return paint(drawing.replace(stroke=color), size, size, background, filter_width)


def fills_picture(points, color, background, rule="nonzero", size=8, filter_width=1.0):
    drawing = Drawing.from_fills(points, color.clamp(0, 1).detach(), (size, size), rule)
    return paint(drawing.replace(fill=color), size, size, background, filter_width)


def polygon(vertices):
    """A closed path of straight cubics [1, 3S, 2] through the vertices [S, 2]."""
    ends = vertices.roll(-1, 0)
    thirds = [vertices + (ends - vertices) * k / 3 for k in range(3)]
    return torch.stack(thirds, dim=1).reshape(1, -1, 2)


def coverage_of(points, size, rule="nonzero", filter_width=1.0):
    black, white = torch.tensor([[0.0, 0.0, 0.0, 1.0]], dtype=F64), torch.ones(1, 3, dtype=F64)
    return 1 - fills_picture(points, black.expand(points.shape[0], 4), white, rule, size, filter_width)[0, 0]


def stroke_coverage_of(points, width, size, filter_width=1.0):
    black, white = torch.tensor([[0.0, 0.0, 0.0, 1.0]], dtype=F64), torch.ones(1, 3, dtype=F64)
    return 1 - strokes_picture(points, width, black, white, size, filter_width)[0, 0]


def polygonal_line(start, end):
    start, end = tensor(*start), tensor(*end)
    return torch.stack([start + (end - start) * k / 3 for k in range(4)])
