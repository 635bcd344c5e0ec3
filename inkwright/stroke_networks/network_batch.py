"""K networks of the same size side by side: one for each canvas, none sees another's."""

import math
from typing import Literal

import torch
from torch import Tensor, nn

from inkwright.optimization.shape_sources.drawing_source import load_sizes

Start = Literal["uniform", "xavier"]


class NetworkBatch(nn.Module):
    """Three linear layers with SELU between them, K times; every network takes one vector.

    Attributes:
        weights: of each layer, [K, out, in].
        biases: of each layer, [K, out].
    """

    weights: nn.ParameterList
    biases: nn.ParameterList

    def __init__(self, count: int, sizes: tuple[int, int, int], *, start: Start, seed: int = 0) -> None:
        """Makes K networks that start alike.

        Args:
            count: K, >= 1.
            sizes: values that go in, values of each hidden layer, values that come out.
            start: ``uniform`` is PyTorch's own; ``xavier`` is Xavier's uniform with biases of 0.01.
            seed: of the start, >= 0.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__()
        if count < 1 or min(sizes) < 1:
            raise ValueError(f"count, sizes are {count}, {sizes}; all must be >= 1")
        inside, hidden, outside = sizes
        generator = torch.Generator().manual_seed(seed)
        weights, biases = [], []
        for entering, leaving in ((inside, hidden), (hidden, hidden), (hidden, outside)):
            reach = 1 / math.sqrt(entering) if start == "uniform" else math.sqrt(6 / (entering + leaving))
            weights.append(reach * (2 * torch.rand(leaving, entering, generator=generator) - 1))
            bias = reach * (2 * torch.rand(leaving, generator=generator) - 1)
            biases.append(bias if start == "uniform" else torch.full((leaving,), 0.01))
        self.weights = nn.ParameterList(each.repeat(count, 1, 1) for each in weights)
        self.biases = nn.ParameterList(each.repeat(count, 1) for each in biases)
        self._passed: list[tuple[Tensor, Tensor]] = []

    def forward(self, values: Tensor) -> Tensor:
        """[K, out] for values [K, in]."""
        self._passed, last = [], len(self.weights) - 1
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            before = values
            values = torch.baddbmm(bias[..., None], weight, before[..., None])[..., 0]
            self._passed.append((before.detach(), values))
            values = torch.selu(values) if index < last else values
        return values

    def mean_absolute_gradient(self, loss: Tensor) -> Tensor:
        """[K] mean absolute gradient of a loss with respect to all parameters of each network.

        The loss is a sum over canvases that depends on the last ``forward``; its graph stays. A network that
        takes one vector has gradients that are outer products: the sum of their absolute values is a product
        of two sums, and no gradient of a weight need be made.
        """
        entering, leaving = zip(*self._passed, strict=True)
        slopes = torch.autograd.grad(loss, leaving, retain_graph=True, allow_unused=True)
        total = loss.new_zeros(len(self.biases[0]))
        for before, slope in zip(entering, slopes, strict=True):
            if slope is not None:
                total = total + slope.abs().sum(1) * (before.abs().sum(1) + 1)
        return total / self.parameters_each

    @property
    def parameters_each(self) -> int:
        """How many parameters one of the networks has."""
        return sum(each[0].numel() for each in self.parameters())

    def _load_from_state_dict(self, state_dict: dict[str, Tensor], prefix: str, *rest: object) -> None:
        load_sizes(self, state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *rest)
