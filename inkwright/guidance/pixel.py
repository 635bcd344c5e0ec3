"""Pixel term: squared differences of colors at several scales, and of edges."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.guidance.structure import pyramid
from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm


class PixelTerm(GuidanceTerm):
    """Mean squared difference of colours over a pyramid of scales, and of edges. Needs no weights.

    For strokes it is a poor judge: it asks for gray where a picture is gray, not for lines. It is here to
    compare with, and for pictures that are line drawings already.
    """

    changes: Tensor

    def __init__(
        self, weight: float | Sequence[Sequence[float]] = 1.0, *, levels: int = 1, edges: float = 0.0
    ) -> None:
        """Remembers what to compare.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            levels: scales of the pyramid, >= 1, each half as fine as the one before; 1 = pixels alone.
            edges: >= 0, weight of the mean squared difference of brightness changes between neighbours.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__(weight)
        if levels < 1:
            raise ValueError(f"levels is {levels}; it must be at least 1")
        if not edges >= 0:
            raise ValueError(f"edges is {edges}; it must be >= 0")
        self.levels = levels
        self.edges = float(edges)

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Builds the pyramids of the targets."""
        levels = pyramid(targets.images, self.levels)
        self.remember(**{f"level{index}": level for index, level in enumerate(levels)})
        self.remember(changes=_changes(targets.images))

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Losses: ``pixels``, ``pixels1``, ... (coarser levels), and if asked for ``edges``."""
        losses = {}
        for index, level in enumerate(levels := pyramid(images, self.levels)):
            error = (level - getattr(self, f"level{index}")).square().mean((1, 2, 3))
            losses[f"pixels{index or ''}"] = error / len(levels)
        if self.edges:
            losses["edges"] = self.edges * (_changes(images) - self.changes).square().mean((1, 2, 3))
        return losses


def _changes(images: Tensor) -> Tensor:
    """[B, 2, H, W]: how the mean of the colours changes to the right and downwards."""
    gray = F.pad(images.mean(1, keepdim=True), (0, 1, 0, 1), mode="replicate")
    across = gray[..., :-1, 1:] - gray[..., :-1, :-1]
    down = gray[..., 1:, :-1] - gray[..., :-1, :-1]
    return torch.cat([across, down], dim=1)
