"""Drawings: curves, SVG in and out, differentiable rasterisers.

Names are imported on first use, so that the import costs nothing before a drawing is needed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkwright.vector_graphics.drawing import Drawing
    from inkwright.vector_graphics.rasterizer import rasterize
    from inkwright.vector_graphics.svg.reading.reader import read_svg
    from inkwright.vector_graphics.svg.writing.writer import write_svg

_HOME = {
    "Drawing": "inkwright.vector_graphics.drawing",
    "rasterize": "inkwright.vector_graphics.rasterizer",
    "read_svg": "inkwright.vector_graphics.svg.reading.reader",
    "write_svg": "inkwright.vector_graphics.svg.writing.writer",
}

__all__ = ["Drawing", "rasterize", "read_svg", "write_svg"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'inkwright.vector_graphics' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
