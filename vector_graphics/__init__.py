"""Drawings: Bézier mathematics, the Drawing type, SVG in and out, differentiable rasterisers.

Names are imported on first use, so that ``import vector_graphics`` costs nothing before a drawing is needed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vector_graphics.drawing import Drawing
    from vector_graphics.rasterizer import rasterize
    from vector_graphics.svg_reader import read_svg
    from vector_graphics.svg_writer import write_svg

_HOME = {
    "Drawing": "vector_graphics.drawing",
    "rasterize": "vector_graphics.rasterizer",
    "read_svg": "vector_graphics.svg_reader",
    "write_svg": "vector_graphics.svg_writer",
}

__all__ = ["Drawing", "rasterize", "read_svg", "write_svg"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'vector_graphics' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
