"""An SVG file whose shapes, colors and transforms an optimizer of torch moves, as diffvg's OptimizableSvg."""

import os
import warnings
from collections.abc import Iterator
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
        # Moves are in units of which a step is as large as one of the angle: transform_lr * translation_mult.
        self.angle, self.linear, self.move = torch.zeros(()), torch.eye(2), torch.zeros(2)
        self.size = torch.ones(())

    def now(self) -> ShapeGroup:
        """The group with its present transform."""
        sine, cosine = self.angle.sin(), self.angle.cos()
        turn = torch.stack([torch.stack([cosine, -sine]), torch.stack([sine, cosine])])
        linear = self.size * turn @ self.linear
        shift = self.middle + self.move - linear @ self.middle
        matrix = torch.cat([torch.cat([linear, shift[:, None]], 1), torch.eye(3)[2:]])
        given = self.group
        return ShapeGroup(
            given.shape_ids, given.fill_color, given.use_even_odd_rule, given.stroke_color, matrix, given.id
        )

    def trained(self, settings: dict[str, Any]) -> Iterator[Trained]:
        """What is to be moved, with its step size; channels of colors that stay get no gradient."""
        if self.settings["optimize_transforms"]:
            rate, mode = self.settings["transform_lr"], self.settings["transform_mode"]
            more = {"move": [], "affine": [self.size, self.linear]}.get(mode, [self.size])
            yield [self.angle, *more], rate
            yield [self.move], rate * self.settings["translation_mult"]
        for name in ("fill_color", "stroke_color"):
            paint = getattr(self.group, name)
            if isinstance(paint, Tensor):
                yield from _colors(paint, settings)
            elif paint is not None:
                yield from _gradient(paint, settings["gradients"])

    def bounded(self) -> Iterator[Tensor]:
        """Colors and offsets."""
        for paint in (self.group.fill_color, self.group.stroke_color):
            if isinstance(paint, Tensor):
                yield paint
            elif paint is not None:
                yield from (paint.stop_colors, paint.offsets)


def _colors(colors: Tensor, settings: dict[str, Any]) -> Iterator[Trained]:
    """Colors [..., 4], of which the channels that stay have no gradient."""
    moving = torch.tensor([settings["optimize_color"]] * 3 + [settings["optimize_alpha"]]).to(colors)
    if moving.any():
        if not moving.all():
            colors.requires_grad_().register_hook(moving.mul)  # type: ignore[no-untyped-call]
        yield [colors], settings["color_lr"] if settings["optimize_color"] else settings["alpha_lr"]


def _gradient(paint: LinearGradient | RadialGradient, settings: dict[str, Any]) -> Iterator[Trained]:
    yield from _colors(paint.stop_colors, settings)
    if settings["optimize_stops"]:
        yield [paint.offsets], settings["stop_lr"]
    if settings["optimize_location"]:
        ends = [paint.begin, paint.end] if isinstance(paint, LinearGradient) else [paint.center, paint.radius]
        yield ends, settings["location_lr"]
