"""The network of Simo-Serra et al., "Learning to Simplify" (SIGGRAPH 2016): shrink, think, grow; no skips."""

from typing import NamedTuple

from torch import Tensor, nn


class _Layer(NamedTuple):
    kind: str
    channels: int


_LAYERS = (
    _Layer("first", 48), _Layer("flat", 128), _Layer("flat", 128),
    _Layer("down", 256), _Layer("flat", 256), _Layer("flat", 256),
    _Layer("down", 256), _Layer("flat", 512), _Layer("flat", 1024), _Layer("flat", 1024),
    _Layer("flat", 1024), _Layer("flat", 1024), _Layer("flat", 512), _Layer("flat", 256),
    _Layer("up", 256), _Layer("flat", 256), _Layer("flat", 128),
    _Layer("up", 128), _Layer("flat", 128), _Layer("flat", 48),
    _Layer("up", 48), _Layer("flat", 24),
)  # fmt: skip
_FOURTH = 3


class PlainNetwork(nn.Module):
    """23 convolutions without skips or pooling; 44,845,185 parameters at width 1.

    Every convolution but the last is followed by batch normalisation and ReLU, the last by a sigmoid.

    Attributes:
        multiple: height and width of the input must be multiples of it.
        halo: pixels around a tile that its output depends on, rounded up to ``multiple``.
    """

    multiple = 8
    halo = 104

    def __init__(self, width: float = 1.0, fourth_channels: int = 256) -> None:
        """Builds the layers.

        Args:
            width: factor of all channels but the last, in (0, 8].
            fourth_channels: channels after the fourth convolution at width 1: 256 as in the published
                training script, or 128 as in the weights that were released.

        Raises:
            ValueError: an argument is out of its range.
        """
        super().__init__()
        if not 0 < width <= 8:
            raise ValueError(f"width is {width}; it must be above 0 and at most 8")
        if fourth_channels not in (128, 256):
            raise ValueError(f"fourth_channels is {fourth_channels}; it must be 256 or 128")
        layers: list[nn.Module] = []
        before = 1
        for number, layer in enumerate(_LAYERS):
            channels = fourth_channels if number == _FOURTH else layer.channels
            after = max(round(width * channels), 1)
            layers += [_convolution(layer.kind, before, after), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
            before = after
        self.layers = nn.Sequential(*layers, nn.Conv2d(before, 1, 3, padding=1), nn.Sigmoid())

    def forward(self, standardized: Tensor) -> Tensor:
        """[B, 1, H, W] standardised sketch to [B, 1, H, W] clean lines in (0, 1), 1 = paper."""
        cleaned: Tensor = self.layers(standardized)
        return cleaned


def _convolution(kind: str, before: int, after: int) -> nn.Module:
    if kind == "first":
        return nn.Conv2d(before, after, 5, stride=2, padding=2)
    if kind == "down":
        return nn.Conv2d(before, after, 3, stride=2, padding=1)
    if kind == "up":
        return nn.ConvTranspose2d(before, after, 4, stride=2, padding=1)
    return nn.Conv2d(before, after, 3, padding=1)
