"""A network with what belongs around it: standardising, padding, cropping."""

from collections.abc import Sequence
from inspect import signature
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.simplification.compact_network import CompactNetwork
from inkwright.simplification.plain_network import PlainNetwork

ARCHITECTURES: dict[str, type[PlainNetwork | CompactNetwork]] = {
    "plain": PlainNetwork,
    "compact": CompactNetwork,
}


class SimplifierNetwork(nn.Module):
    """Rough sketches of any size in, clean lines of the same size out.

    Attributes:
        architecture: "plain" (2016) or "compact" (ours).
        settings: every argument of the architecture.
        mean: grey that is subtracted from the input.
        std: what it is then divided by.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        architecture: str = "compact",
        *,
        mean: float = 0.915,
        std: float = 0.111,
        channels: Sequence[int] | None = None,
        encoder_blocks: Sequence[int] | None = None,
        decoder_blocks: Sequence[int] | None = None,
        width: float | None = None,
        fourth_channels: int | None = None,
    ) -> None:
        """Builds the network with random weights.

        Args:
            architecture: "plain" or "compact".
            mean: mean grey of rough sketches.
            std: mean standard deviation within a rough sketch, > 0.
            channels: of "compact", see there; None takes its default, as below.
            encoder_blocks: of "compact".
            decoder_blocks: of "compact".
            width: of "plain".
            fourth_channels: of "plain".

        Raises:
            ValueError: the architecture is unknown or does not take an argument, or a number is out of its
                range.
        """
        super().__init__()
        if architecture not in ARCHITECTURES:
            raise ValueError(f"architecture is {architecture!r}; there is {', '.join(ARCHITECTURES)}")
        if not std > 0:
            raise ValueError(f"std is {std}; it must be above 0")
        self.architecture = architecture
        self.settings = _settings(
            architecture,
            channels=channels,
            encoder_blocks=encoder_blocks,
            decoder_blocks=decoder_blocks,
            width=width,
            fourth_channels=fourth_channels,
        )
        self.body = ARCHITECTURES[architecture](**self.settings)
        self.register_buffer("mean", torch.tensor(float(mean)))
        self.register_buffer("std", torch.tensor(float(std)))

    @property
    def multiple(self) -> int:
        """Inputs are padded to multiples of it; tiles must begin at multiples of it."""
        return self.body.multiple

    @property
    def halo(self) -> int:
        """Pixels around a tile that its output depends on."""
        return self.body.halo

    def forward(self, rough: Tensor) -> Tensor:
        """Clean lines [B, 1, H, W] in (0, 1) of grey [B, 1, H, W] in [0, 1], 1 = white paper; any size."""
        height, width = rough.shape[-2:]
        standardized = (rough - self.mean) / self.std
        below, right = -height % self.multiple, -width % self.multiple
        if below or right:
            standardized = F.pad(standardized, (0, right, 0, below), mode="replicate")
        cleaned: Tensor = self.body(standardized)[..., :height, :width]
        return cleaned

    def num_parameters(self) -> int:
        """Weights and biases that are trained."""
        return sum(parameter.numel() for parameter in self.body.parameters())


def _settings(architecture: str, **arguments: Any) -> dict[str, Any]:
    values = {name: each.default for name, each in signature(ARCHITECTURES[architecture]).parameters.items()}
    given = {name: value for name, value in arguments.items() if value is not None}
    for name in given:
        if name not in values:
            raise ValueError(f"{name}: architecture={architecture} takes {', '.join(values)}")
    return {
        name: list(value) if isinstance(value, Sequence) else value
        for name, value in {**values, **given}.items()
    }
