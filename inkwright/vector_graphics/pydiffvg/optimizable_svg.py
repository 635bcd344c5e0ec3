"""An SVG file whose shapes, colors and transforms an optimizer of torch moves, as diffvg's OptimizableSvg."""

import os
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from inkwright.vector_graphics.pydiffvg.files import Scene, svg_to_scene
from inkwright.vector_graphics.pydiffvg.rendering import RenderFunction
from inkwright.vector_graphics.pydiffvg.scene import scene_drawing
from inkwright.vector_graphics.pydiffvg.shapes import LinearGradient, Path, RadialGradient, ShapeGroup
from inkwright.vector_graphics.pydiffvg.svg_settings import SvgOptimizationSettings
from inkwright.vector_graphics.svg.writing.writer import svg_text

Trained = tuple[list[Tensor], float]
Paint = Tensor | LinearGradient | RadialGradient


class OptimizableSvg:
    """A document as a flat list of shapes, each with its own transform; ``step`` moves what the settings say.

    Other than in diffvg, circles and rectangles are paths, groups are gone with what they hold in place, and
    so settings of single nodes have no effect: there is a warning if there are any.
    """

    def __init__(
        self,
        filename: str | os.PathLike[str],
        settings: SvgOptimizationSettings | None = None,
        optimize_background: bool = False,
        verbose: bool = False,
        device: torch.device | None = None,
    ) -> None:
        """Reads the file; ``verbose`` and ``device`` are taken and have no effect.

        Raises:
            ValueError: the file is missing or no SVG, a setting is not allowed, or ``optimize_background``.
        """
        if optimize_background:
            raise ValueError("optimize_background is True; a background is given to no renderer here")
        self.settings = settings or SvgOptimizationSettings()
        chosen = self.settings.checked()
        named = sorted(set(self.settings.store) - {"default"})
        if chosen["circles"] != SvgOptimizationSettings.default_params["circles"]:
            warnings.warn("settings of circles have no effect; they are paths here", stacklevel=2)
        if named:
            warnings.warn(
                f"settings of {', '.join(named)} have no effect; those of all shapes count", stacklevel=2
            )
        width, height, shapes, groups = svg_to_scene(filename)
        self.canvas = width, height
        self.shapes = [shape for shape in shapes if isinstance(shape, Path)]
        self.groups = [_Placed(group, self.shapes, chosen["transforms"]) for group in groups]
        trained = [each for group in self.groups for each in group.trained(chosen)]
        if chosen["paths"]["optimize_points"]:
            trained.append(([shape.points for shape in self.shapes], chosen["paths"]["shape_lr"]))
        parts = [
            {"params": [each.requires_grad_() for each in some], "lr": lr} for some, lr in trained if some
        ]
        kind = SvgOptimizationSettings.optims[chosen["optimizer"]]
        self.optimizer: torch.optim.Optimizer | None = kind(parts) if parts else None

    def build_scene(self) -> Scene:
        """(canvas width, canvas height, shapes, groups) as they are now, joined to what is trained."""
        return *self.canvas, list(self.shapes), [group.now() for group in self.groups]

    def render(self, scale: float | None = None, seed: int = 0) -> Tensor:
        """[H, W, 4] straight RGBA, of the canvas's size times ``scale``; ``seed`` has no effect."""
        width, height = (max(int(side * (scale or 1)), 1) for side in self.canvas)
        scene = RenderFunction.serialize_scene(*self.build_scene())
        return RenderFunction.apply(width, height, 2, 2, seed, None, *scene)

    def zero_grad(self) -> None:
        """Forgets all gradients."""
        if self.optimizer:
            self.optimizer.zero_grad()

    def step(self) -> None:
        """One step of the optimizer; colors and offsets stay in [0, 1]."""
        if self.optimizer:
            self.optimizer.step()
        with torch.no_grad():
            for group in self.groups:
                for each in group.bounded():
                    each.clamp_(0, 1)

    def write_xml(self) -> str:
        """The document as it is now, as SVG."""
        width, height, shapes, groups = self.build_scene()
        drawing = scene_drawing((float(width), float(height)), (width, height), shapes, groups)
        return svg_text(drawing.detach())


class _Placed:
    """A group of shapes, turned, scaled and moved about its middle."""

    def __init__(self, group: ShapeGroup, shapes: list[Path], settings: dict[str, Any]) -> None:
        self.group, self.settings = group, settings
        points = torch.cat([shapes[int(each)].points for each in group.shape_ids])
        self.middle = (points.amin(0) + points.amax(0)).detach() / 2
        self.angle, self.linear, self.move = torch.zeros(()), torch.eye(2), torch.zeros(2)
        self.size = torch.ones(())
        # RGB and alpha of each paint apart: each has a step size of its own.
        paints = {name: getattr(group, name) for name in ("fill_color", "stroke_color")}
        self.paints = {name: paint for name, paint in paints.items() if paint is not None}
        colors = {name: _colors(paint) for name, paint in self.paints.items()}
        self.colors = {name: (each[..., :3].clone(), each[..., 3:].clone()) for name, each in colors.items()}

    def now(self) -> ShapeGroup:
        """The group with its present transform and colors."""
        sine, cosine = self.angle.sin(), self.angle.cos()
        turn = torch.stack([torch.stack([cosine, -sine]), torch.stack([sine, cosine])])
        linear = self.size * turn @ self.linear
        shift = self.middle + self.move - linear @ self.middle
        matrix = torch.cat([torch.cat([linear, shift[:, None]], 1), torch.eye(3)[2:]])
        colored: dict[str, Any] = {"shape_to_canvas": matrix}
        for name, paint in self.paints.items():
            color = torch.cat(self.colors[name], dim=-1)
            colored[name] = color if isinstance(paint, Tensor) else replace(paint, stop_colors=color)
        return replace(self.group, **colored)

    def trained(self, settings: dict[str, Any]) -> Iterator[Trained]:
        """What is to be moved, with its step size."""
        if self.settings["optimize_transforms"]:
            rate, mode = self.settings["transform_lr"], self.settings["transform_mode"]
            more = {"move": [], "affine": [self.size, self.linear]}.get(mode, [self.size])
            yield [self.angle, *more], rate
            yield [self.move], rate * self.settings["translation_mult"]
        for name, paint in self.paints.items():
            flat = isinstance(paint, Tensor)
            of_paint = settings if flat else settings["gradients"]
            for kind, channels in zip(("color", "alpha"), self.colors[name], strict=True):
                if of_paint[f"optimize_{kind}"]:
                    yield [channels], of_paint[f"{kind}_lr"]
            if not flat:
                yield from _frame(paint, of_paint)

    def bounded(self) -> Iterator[Tensor]:
        """Colors and offsets."""
        for name, paint in self.paints.items():
            yield from self.colors[name]
            if not isinstance(paint, Tensor):
                yield paint.offsets


def _colors(paint: Paint) -> Tensor:
    """RGBA [4], or [S, 4] of a gradient's stops."""
    return paint if isinstance(paint, Tensor) else paint.stop_colors


def _frame(paint: LinearGradient | RadialGradient, settings: dict[str, Any]) -> Iterator[Trained]:
    """Where a gradient's stops are, and where it lies."""
    if settings["optimize_stops"]:
        yield [paint.offsets], settings["stop_lr"]
    if settings["optimize_location"]:
        ends = [paint.begin, paint.end] if isinstance(paint, LinearGradient) else [paint.center, paint.radius]
        yield ends, settings["location_lr"]
