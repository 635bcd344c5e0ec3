"""Tells clean drawings from what a simplifier draws ("Mastering Sketching", Simo-Serra et al., TOG 2018)."""

from typing import cast

from torch import Tensor, nn

_CHANNELS = (16, 32, 64, 128, 256, 512)


class Discriminator(nn.Module):
    """Six convolutions that halve the picture, ReLU, dropout before and after the last, one linear layer."""

    def __init__(self, side: int = 384) -> None:
        """Builds the layers for pictures whose height and width in pixels is ``side``, a multiple of 64.

        Raises:
            ValueError: the side is no multiple of 64.
        """
        super().__init__()
        if side < 64 or side % 64:
            raise ValueError(f"side is {side}; it must be a multiple of 64")
        layers: list[nn.Module] = [nn.Conv2d(1, _CHANNELS[0], 5, stride=2, padding=2), nn.ReLU()]
        for before, after in zip(_CHANNELS, _CHANNELS[1:], strict=False):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.ReLU()]
            if after >= 256:
                layers.append(nn.Dropout(0.5))
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(_CHANNELS[-1] * (side // 64) ** 2, 1))

    def forward(self, drawings: Tensor) -> Tensor:
        """[B] how much drawings [B, 1, side, side] look like clean ones, as logits."""
        return cast(Tensor, self.layers(drawings)).squeeze(1)
