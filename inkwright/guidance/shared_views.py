"""Augmented views of pictures, the same random perspective and crop for all of a batch."""

import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from inkwright.frozen_networks.network_input import on_square


class SharedViews:
    """One clean view, and n views through random perspectives and crops (CLIPasso, section 3.2).

    All pictures of a batch get the identical draw, so that sketches and their target can be compared.
    The draw depends on the seed and on the progress of the run only: a resumed run sees what an unbroken one
    would have seen, and candidates in one batch see what each would have seen alone.
    """

    def __init__(
        self,
        num_augmented: int = 4,
        *,
        clean: bool = True,
        distortion: float = 0.5,
        crop: tuple[float, float] = (0.8, 0.8),
        fill: float = 0.0,
        noise: float = 0.0,
        seed: int = 0,
    ) -> None:
        """Remembers how to look.

        Args:
            num_augmented: n >= 0.
            clean: whether the pictures are also seen as they are.
            distortion: in [0, 1], how far the corners may move, as a share of half a side.
            crop: the smallest and the largest share of the area that is cut out, in (0, 1].
            fill: in [0, 1], the grey beyond the edge of a picture: 0 as published, 1 is white paper.
            noise: >= 0, standard deviation of noise that is added to every augmented view.
            seed: >= 0, of the draws.

        Raises:
            ValueError: a number is out of its range, or there would be no view.
        """
        low, high = crop
        if num_augmented < 0 or (num_augmented == 0 and not clean):
            raise ValueError(
                f"num_augmented is {num_augmented}; it must be >= 0, or >= 1 without the clean view"
            )
        if not 0 <= distortion <= 1:
            raise ValueError(f"distortion is {distortion}; it must be in [0, 1]")
        if not 0 < low <= high <= 1:
            raise ValueError(f"crop is {[low, high]}; it must be [low, high] with 0 < low <= high <= 1")
        if not 0 <= fill <= 1:
            raise ValueError(f"fill is {fill}; it must be in [0, 1]: 0 is black, 1 is white paper")
        if not (math.isfinite(noise) and noise >= 0):
            raise ValueError(f"noise is {noise}; it must be >= 0")
        if seed < 0:
            raise ValueError(f"seed is {seed}; it must be >= 0")
        self.num_augmented = num_augmented
        self.clean = clean
        self.distortion = distortion
        self.crop = (float(low), float(high))
        self.fill = float(fill)
        self.noise = float(noise)
        self.seed = seed

    def augmented(self, images: Tensor, size: int, progress: float) -> Tensor:
        """[n, B, 3, size, size] views of pictures [B, 3, H, W] in [0, 1] at a share of the run in [0, 1].

        View i is the same for all pictures.
        """
        from torchvision.transforms import v2

        change = v2.Compose(
            [
                v2.RandomPerspective(self.distortion, p=1.0, fill=None),
                v2.RandomResizedCrop((size, size), scale=self.crop, ratio=(1.0, 1.0), antialias=True),
            ]
        )
        # v2 fills in place, which has no gradient; beyond its edge a picture that is shifted by fill is 0.
        square = on_square(images) - self.fill if self.fill else on_square(images)
        with _drawing_from(self.seed, progress):
            views = torch.stack([change(square) for _ in range(self.num_augmented)])
            views = views + self.fill if self.fill else views
            if self.noise:
                drawn = self.noise * torch.randn(self.num_augmented, 1, 3, size, size)
                views = views + drawn.to(views)
        return views


@contextmanager
def _drawing_from(seed: int, progress: float) -> Iterator[None]:
    """PyTorch's random numbers are those of a seed and a progress inside; outside nothing happened."""
    with torch.random.fork_rng(devices=[]):
        # The generator looks at 32 bits of its seed only: a checksum stirs all of them in.
        torch.default_generator.manual_seed(zlib.crc32(struct.pack(">dQ", progress, seed)))
        yield
