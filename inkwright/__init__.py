"""Inkwright draws: vector graphics, a differentiable rasteriser, and what turns pictures into drawings.

Names are imported on first use, so that ``import inkwright`` costs nothing before a drawing is needed.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkwright.vector_graphics import Drawing, rasterize, read_svg, write_svg

__all__ = ["Drawing", "rasterize", "read_svg", "write_svg"]

# Threads of torch's OpenMP that have nothing to do turn around for some ten milliseconds, on the cores that
# the rasteriser needs next; so many turns, about 0.1 ms, are enough between two operations of a network.
# OpenMP reads this as torch is imported.
if "torch" not in sys.modules and "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "2000")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'inkwright' has no attribute {name!r}")
    return getattr(importlib.import_module("inkwright.vector_graphics"), name)
