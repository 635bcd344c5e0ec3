"""Inkwright draws: vector graphics, a differentiable rasteriser, and what turns pictures into drawings.

Names are imported on first use, so that ``import inkwright`` costs nothing before a drawing is needed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkwright.vector_graphics import Drawing, rasterize, read_svg, write_svg

__all__ = ["Drawing", "rasterize", "read_svg", "write_svg"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'inkwright' has no attribute {name!r}")
    return getattr(importlib.import_module("inkwright.vector_graphics"), name)
