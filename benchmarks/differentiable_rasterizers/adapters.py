"""How a rasteriser takes part: a class with a name, what it needs, and a picture of a drawing.

Yours is such a class in any module: ``--adapter my_module:MyRasterizer``. A drawing has cubic paths, strokes
with round caps and joins, fills by either rule, flat colors and gradients, in paint order over white
(`inkwright.vector_graphics.Drawing` documents its tensors).
"""

import importlib
import importlib.util
from typing import Protocol

import torch
from torch import Tensor

from benchmarks.rasterization.svg_renderers import render_resvg
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.svg.writing.writer import svg_text


class Adapter(Protocol):
    """One rasteriser."""

    name: str
    differentiable: bool  # whether pictures have gradients for points, width, stroke and fill
    exact: bool  # whether one picture has no noise, so that small finite differences of it mean something

    def missing(self) -> str | None:
        """What has to be installed first; None where it can run."""

    def render(self, drawing: Drawing, height: int, width: int) -> Tensor:
        """[3, height, width] picture over white, RGB in [0, 1], on the drawing's device."""


class Inkwright:
    """Ours: compiled kernels on the CPU, Triton on a GPU."""

    name, differentiable, exact = "inkwright", True, True

    def missing(self) -> str | None:
        """Nothing."""
        return None

    def render(self, drawing: Drawing, height: int, width: int) -> Tensor:
        """The picture by the backend "auto"."""
        return rasterize(drawing, height, width)[0]


class Diffvg:
    """Diffvg (Li et al. 2020) with 2 x 2 samples a pixel, as every program takes it."""

    name, differentiable, exact = "diffvg, 2 x 2 samples", True, False

    def missing(self) -> str | None:
        """The package pydiffvg, built from source."""
        found = importlib.util.find_spec("pydiffvg") is not None
        return None if found else "pydiffvg (docs/diffvg.md says how)"

    def render(self, drawing: Drawing, height: int, width: int) -> Tensor:
        """The picture by the backend "diffvg"."""
        return rasterize(drawing, height, width, backend="diffvg")[0]


class Resvg:
    """Resvg, forward only."""

    name, differentiable, exact = "resvg", False, True

    def missing(self) -> str | None:
        """The package resvg_py."""
        return None if importlib.util.find_spec("resvg_py") else "resvg-py (pip install resvg-py)"

    def render(self, drawing: Drawing, height: int, width: int) -> Tensor:
        """The picture of the exported SVG."""
        picture = render_resvg(svg_text(drawing.detach()), height, width, factor=1)
        return torch.from_numpy(picture).permute(2, 0, 1).to(drawing.points)


def load(names: list[str]) -> list[Adapter]:
    """The adapters of this module, and those named as ``module:Class``.

    Raises:
        ValueError: a name has no colon, its module can't be imported, or has no such class.
    """
    found: list[Adapter] = [Inkwright(), Diffvg(), Resvg()]
    for name in names:
        module, _, kind = name.partition(":")
        try:
            made = getattr(importlib.import_module(module), kind, None) if module and kind else None
        except ImportError as error:
            raise ValueError(f"adapter is {name!r}; its module can't be imported: {error}") from error
        if made is None:
            raise ValueError(f"adapter is {name!r}; it must be module:Class of an adapter")
        found.append(made())
    return found
