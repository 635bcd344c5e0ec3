"""The interface of diffvg: ``import inkwright.pydiffvg as pydiffvg``, and programs written for it go on.

``python -m inkwright.pydiffvg script.py ...`` runs a program that says ``import pydiffvg`` unchanged.
"""

from types import SimpleNamespace
from typing import Any

from inkwright.vector_graphics.pydiffvg.device import (
    get_device,
    get_use_gpu,
    set_device,
    set_exact,
    set_use_gpu,
)
from inkwright.vector_graphics.pydiffvg.files import (
    from_svg_path,
    imread,
    imwrite,
    parse_scene,
    prettify,
    save_svg,
    save_svg_paths_only,
    svg_to_scene,
)
from inkwright.vector_graphics.pydiffvg.optimizable_svg import OptimizableSvg
from inkwright.vector_graphics.pydiffvg.rendering import FilterType, OutputType, PixelFilter, RenderFunction
from inkwright.vector_graphics.pydiffvg.shapes import (
    Circle,
    Ellipse,
    LinearGradient,
    Path,
    Polygon,
    RadialGradient,
    Rect,
    ShapeGroup,
)
from inkwright.vector_graphics.pydiffvg.svg_settings import SvgOptimizationSettings

__all__ = [
    "Circle", "Ellipse", "FilterType", "LinearGradient", "OptimizableSvg", "OutputType", "Path",
    "PixelFilter", "Polygon", "RadialGradient", "Rect", "RenderFunction", "ShapeGroup",
    "SvgOptimizationSettings", "from_svg_path", "get_device", "get_use_gpu",
    "imread", "imwrite", "parse_scene", "prettify", "save_svg", "save_svg_paths_only", "set_device",
    "set_exact", "set_print_timing", "set_use_gpu", "svg_to_scene",
]  # fmt: skip

# Programs set ``pydiffvg.render_pytorch.print_timing`` as well.
render_pytorch = SimpleNamespace(print_timing=False)


def set_print_timing(val: bool) -> None:
    """Taken, and remembered in ``render_pytorch.print_timing``; nothing is printed."""
    render_pytorch.print_timing = bool(val)


def __getattr__(name: str) -> Any:
    raise AttributeError(f"inkwright.pydiffvg has no {name}, as diffvg's pydiffvg may have")
