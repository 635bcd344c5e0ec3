"""Ink where the lines of the picture are, in a scale space: a stroke some pixels away is pulled too."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.guidance.term import GuidanceTerm

LUMINANCE = (0.2126, 0.7152, 0.0722)
TONE_CELL = 8


class StructureTerm(GuidanceTerm):
    """Squared difference between the ink of a sketch and a line drawing, over a pyramid of scales.

    At each level both are averaged over twice as large cells (Witkin 1983 for tracking from coarse to fine):
    there a misplaced stroke and its line overlap, and the difference has a slope from one to the other. Level
    l counts ``(1 - progress) ** l``, so that at the end the finest alone decides. Every level is divided by
    the mean square of its target: 1 is the loss of an empty canvas. Needs no weights.

    The line drawing is given by ``aim_at``. Without it, the term falls back on the gradient magnitude of the
    target's lightness.
    """

    shades: Tensor
    colors: Tensor

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
        self._lines: Tensor | None = None
        self._shade: Tensor | None = None
        self._paint: Tensor | None = None

    def aim_at(self, lines: Tensor, *, shade: Tensor | None = None, paint: Tensor | None = None) -> None:
        """Say what is to be drawn; belongs before ``prepare``.

        Args:
            lines: [H, W] in [0, 1], 1 = ink.
            shade: [H, W] in [0, 1], wanted mean darkness; by default the target's.
            paint: [3, H, W] in [0, 1], wanted colours of the ink; by default the target's.
        """
        self._lines, self._shade, self._paint = lines, shade, paint

    def prepare(self, target: Tensor, mask: Tensor | None) -> None:
        """Build the pyramid of the line drawing.

        Args:
            target: [3, H, W] RGB in [0, 1].
            mask: [H, W] in [0, 1], 1 = subject: lines elsewhere are left out; None = unknown. Not used if the
                term was given its lines.

        Raises:
            ValueError: the lines are not of the target's size.
        """
        darkness = 1 - _luminance(target[None])[0, 0]
        lines = self._lines
        if lines is None:
            lines = gradient_magnitude(darkness) * (1 if mask is None else mask)
        if lines.shape != target.shape[1:]:
            raise ValueError(f"lines have shape {list(lines.shape)}; they must be {list(target.shape[1:])}")
        levels = [level.contiguous() for level in pyramid(lines[None, None].to(target), self.levels)]
        self.remember(**{f"wanted{index}": level for index, level in enumerate(levels)})
        self._scales = [1 / max(float(level.square().mean()), 1e-4) for level in levels]
        self.remember(
            shades=_cells((darkness if self._shade is None else self._shade)[None, None]),
            colors=target if self._paint is None else self._paint,
        )

    def forward(self, image: Tensor, progress: float) -> dict[str, Tensor]:
        """Losses of canvases: ``ink``, ``pull`` (all coarser levels), if asked for ``tone`` and ``color``."""
        luminance = _luminance(image)
        ink = 1 - (image.amin(1, keepdim=True) if self.color else luminance)
        drawn = pyramid(ink, self.levels)
        errors = [
            scale * (level - getattr(self, f"wanted{index}")).square().mean((1, 2, 3))
            for index, (level, scale) in enumerate(zip(drawn, self._scales, strict=True))
        ]
        losses = {"ink": errors[0]}
        if len(errors) > 1:
            losses["pull"] = torch.stack(
                [(1 - progress) ** level * error for level, error in enumerate(errors[1:], start=1)]
            ).sum(0)
        if self.tone:
            losses["tone"] = self.tone * (_cells(1 - luminance) - self.shades).square().mean((1, 2, 3))
        if self.color:
            losses["color"] = self.color * self._color_loss(image, ink.detach())
        return losses

    def _color_loss(self, image: Tensor, ink: Tensor) -> Tensor:
        error = (ink * (image - self.colors).square()).mean((1, 2, 3))
        return error / ink.mean((1, 2, 3)).clamp_min(1e-4)


def pyramid(image: Tensor, levels: int) -> list[Tensor]:
    """The image [B, C, H, W] and its means over overlapping cells, halved while a side has 4 pixels.

    Plain means over cells side by side would not change while a stroke moves within its cell.
    """
    result = [image]
    while len(result) < levels and min(result[-1].shape[-2:]) >= 4:
        result.append(F.avg_pool2d(result[-1], 4, stride=2, padding=1, count_include_pad=False))
    return result


def gradient_magnitude(image: Tensor) -> Tensor:
    """[H, W] in [0, 1]: how fast an image [H, W] changes, divided by the largest change."""
    padded = F.pad(image[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    across = 0.5 * (padded[1:-1, 2:] - padded[1:-1, :-2])
    down = 0.5 * (padded[2:, 1:-1] - padded[:-2, 1:-1])
    change = torch.hypot(across, down)
    return change / change.max().clamp_min(1e-6)


def _luminance(image: Tensor) -> Tensor:
    weights = image.new_tensor(LUMINANCE)[None, :, None, None]
    return (image * weights).sum(1, keepdim=True)


def _cells(image: Tensor) -> Tensor:
    return F.avg_pool2d(image, min(TONE_CELL, *image.shape[-2:]))
