"""Structure term: squared difference of ink and line drawing over a pyramid of scales."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm

LUMINANCE = (0.2126, 0.7152, 0.0722)
TONE_CELL = 8


class StructureTerm(GuidanceTerm):
    """Squared difference between the ink of a sketch and a line drawing, over a pyramid of scales.

    At each level both are averaged over twice as large cells (Witkin 1983 for tracking from coarse to fine):
    there a misplaced stroke and its line overlap, and the difference has a slope from one to the other. Level
    l counts ``(1 - progress) ** l``, so that at the end the finest alone decides; where targets have a
    tolerance, it begins at that level, and finer ones do not count. Every level is divided by the mean square
    of its target: 1 is the loss of an empty canvas. Needs no weights.

    Targets without lines are drawn along the gradient magnitude of their lightness, within their mask.
    """

    shades: Tensor
    colors: Tensor
    scales: Tensor
    tolerance: Tensor

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        levels: int = 5,
        tone: float = 0.0,
        color: float = 0.0,
    ) -> None:
        """Remembers what to compare.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            levels: scales of the pyramid, >= 1; cells of the coarsest are 2 ** (levels - 1) pixels apart.
            tone: >= 0, weight of the mean darkness of each cell of 8 pixels, for hatching.
            color: >= 0, weight of the colours where there is ink; ink then is what is missing in any of R, G,
                B, since strokes in bright colours are ink too.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__(weight)
        if levels < 1:
            raise ValueError(f"levels is {levels}; it must be at least 1")
        if tone < 0 or color < 0:
            raise ValueError(f"tone, color are {tone}, {color}; both must be >= 0")
        self.levels = levels
        self.tone = tone
        self.color = color

    def prepare(self, targets: Targets) -> None:
        """Builds the pyramids of the line drawings."""
        images = targets.images
        darkness = 1 - _luminance(images)
        lines = targets.lines
        if lines is None:
            lines = gradient_magnitude(darkness[:, 0])
            lines = lines if targets.masks is None else lines * targets.masks
        levels = [level.contiguous() for level in pyramid(lines[:, None].to(images), self.levels)]
        self.remember(**{f"wanted{index}": level for index, level in enumerate(levels)})
        self.remember(
            shades=_cells(darkness if targets.shades is None else targets.shades[:, None]),
            colors=images if targets.colors is None else targets.colors,
        )
        self._emphasized = targets.emphasis is not None
        if targets.emphasis is not None:
            emphasis = pyramid(targets.emphasis[:, None].to(images), self.levels)
            self.remember(**{f"emphasis{index}": level for index, level in enumerate(emphasis)})
            self.remember(emphasis_of_cells=_cells(emphasis[0]))
        self._tolerant = targets.tolerance is not None
        if targets.tolerance is not None:
            self.remember(tolerance=targets.tolerance.to(images).clamp_max(len(levels) - 1))
        squares = [self._weighted(level.square(), f"emphasis{index}") for index, level in enumerate(levels)]
        scales = [[1 / max(float(row.mean()), 1e-4) for row in level] for level in squares]
        self.remember(scales=images.new_tensor(scales))

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Losses: ``ink``, ``pull1``, ... at coarser levels, if asked for ``tone`` and ``color``."""
        luminance = _luminance(images)
        ink = 1 - (images.amin(1, keepdim=True) if self.color else luminance)
        losses: dict[str, Tensor] = {}
        for index, (level, scale) in enumerate(zip(pyramid(ink, self.levels), self.scales, strict=True)):
            share = scale * self._share(index, progress)  # outside of the graph: one product less in it
            error = self._error(level, f"wanted{index}", f"emphasis{index}")
            losses[f"pull{index}" if index else "ink"] = share * error
        if self.tone:
            losses["tone"] = self.tone * self._error(_cells(1 - luminance), "shades", "emphasis_of_cells")
        if self.color:
            losses["color"] = self.color * self._color_loss(images, ink.detach())
        return losses

    def _share(self, level: int, progress: float) -> Tensor | float:
        """How much a level counts; of each canvas, where targets have tolerances."""
        if not self._tolerant:
            return (1 - progress) ** level
        below = torch.floor(self.tolerance)
        part = self.tolerance - below
        return (1 - part) * _begun_at(below, level, progress) + part * _begun_at(below + 1, level, progress)

    def _error(self, drawn: Tensor, wanted: str, emphasis: str) -> Tensor:
        """[B] mean squared difference of [B, C, h, w] and what is remembered under a name."""
        return self._weighted((drawn - getattr(self, wanted)).square(), emphasis).mean((1, 2, 3))

    def _color_loss(self, images: Tensor, ink: Tensor) -> Tensor:
        weight = self._weighted(ink, "emphasis0")
        error = (weight * (images - self.colors).square()).mean((1, 2, 3))
        return error / weight.mean((1, 2, 3)).clamp_min(1e-4)

    def _weighted(self, values: Tensor, emphasis: str) -> Tensor:
        return values * getattr(self, emphasis) if self._emphasized else values


def _begun_at(first: Tensor, level: int, progress: float) -> Tensor:
    """[T] the share of a level where those below ``first`` [T] do not count."""
    return torch.where(level >= first, (1 - progress) ** (level - first).clamp_min(0), 0)


def pyramid(image: Tensor, levels: int) -> list[Tensor]:
    """The image [B, C, H, W] and its means over overlapping cells, halved while a side has 4 pixels.

    Plain means over cells side by side would not change while a stroke moves within its cell.
    """
    result = [image]
    while len(result) < levels and min(result[-1].shape[-2:]) >= 4:
        result.append(F.avg_pool2d(result[-1], 4, stride=2, padding=1, count_include_pad=False))
    return result


def gradient_magnitude(images: Tensor) -> Tensor:
    """[T, H, W] in [0, 1]: how fast each of the images [T, H, W] changes, divided by its largest change."""
    padded = F.pad(images[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    across = 0.5 * (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2])
    down = 0.5 * (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1])
    change = torch.hypot(across, down)
    return change / change.amax((1, 2), keepdim=True).clamp_min(1e-6)


def _luminance(image: Tensor) -> Tensor:
    weights = image.new_tensor(LUMINANCE)[None, :, None, None]
    return (image * weights).sum(1, keepdim=True)


def _cells(image: Tensor) -> Tensor:
    return F.avg_pool2d(image, min(TONE_CELL, *image.shape[-2:]))
