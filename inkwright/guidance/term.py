"""The contract of guidance terms: prepared with targets, they map canvases to named losses."""

from abc import abstractmethod
from collections.abc import Sequence

from torch import Tensor, nn

from inkwright.guidance.schedule import Schedule
from inkwright.guidance.targets import Targets


class GuidanceTerm(nn.Module):
    """A comparison of pictures with their targets. Sees pictures, never curves; never steps, saves or logs.

    Attributes:
        weight: factor of all losses of this term, over progress.
    """

    def __init__(self, weight: float | Sequence[Sequence[float]] = 1.0) -> None:
        """Remembers the weight.

        Args:
            weight: a number >= 0, or ``[[progress, value], ...]``, piecewise linear over progress in [0, 1].

        Raises:
            ValueError: the weight is malformed or negative.
        """
        super().__init__()
        self.weight = Schedule(weight)
        if min(self.weight.values) < 0:
            raise ValueError(f"weight is {weight!r}; it must be >= 0 everywhere")

    def weight_at(self, progress: float) -> float:
        """The factor at ``progress`` in [0, 1]."""
        return self.weight(progress)

    def remember(self, **tensors: Tensor) -> None:
        """Keeps tensors as attributes that move with the term, but into no checkpoint."""
        for name, tensor in tensors.items():
            self.register_buffer(name, tensor, persistent=False)

    @abstractmethod
    def prepare(self, targets: Targets) -> None:
        """Take in what is to be drawn, a row for each canvas to come or one for all, before ``forward``."""

    @abstractmethod
    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Losses of rendered canvases [B, 3, H, W] in [0, 1] at a share of the run in [0, 1], by name.

        B is any number if there is one target, else that of targets. Each loss is [B], so that every canvas
        can be judged for itself; lower is better.
        """
