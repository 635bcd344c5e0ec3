"""Pictures simplified by score distillation where Stable Diffusion is there, without a network where not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import interpolate

from inkwright.frozen_networks.diffusion.unprompted import UnpromptedDenoiser
from inkwright.image_analysis.abstraction.gradient_smoothing import GradientSmoothing

FloatArray = NDArray[np.float32]

Use = Literal["auto", "classic", "sds"]
Levels = Callable[[FloatArray], list[FloatArray]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScoreSimplification:
    """Makes a picture's levels of detail; anything that is called alike may stand in its place.

    "Layered image vectorization via semantic simplification" (CVPR 2025): the latents of the picture walk
    towards what the model, told nothing, finds likely. A step makes them noisy, asks which noise e is seen
    there, and takes off ``rate`` x (seen - e). Over many steps that averages what a picture may be that looks
    like this one from afar: details go, large forms stay.

    Attributes:
        use: ``sds``; ``classic``: levels by ``otherwise``; or ``auto``: ``sds`` where its weights are on this
            machine.
        network: ``sd14``, ``sd15``, ``sd21-base`` or ``sd21``.
        weights_path: its folder; None to look in the usual places.
        levels: L, the picture itself included, >= 1.
        steps: from each level to the next, >= 1.
        rate: > 0; by default what the paper's code comes to, 0.1 x 2000 / 64^2.
        timesteps: share of all timesteps of the least and the most noise, within [0, 1].
        seed: of timesteps and noise, >= 0.
        otherwise: what makes levels without a network.
    """

    use: Use = "auto"
    network: str = "sd15"
    weights_path: str | None = None
    levels: int = 5
    steps: int = 20
    rate: float = 0.1 * 2000 / 64**2
    timesteps: tuple[float, float] = (0.05, 0.949)
    seed: int = 0
    otherwise: Levels = GradientSmoothing()

    def __post_init__(self) -> None:
        if self.use not in ("auto", "classic", "sds"):
            raise ValueError(f"simplification is {self.use!r}; it must be auto, classic or sds")
        for name, least in (("levels", 1), ("steps", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"levels.{name} is {getattr(self, name)}; it must be >= {least}")
        if not self.rate > 0:
            raise ValueError(f"levels.rate is {self.rate}; it must be above 0")
        shares = list(self.timesteps)
        if len(shares) != 2 or not 0 <= shares[0] < shares[1] <= 1:
            raise ValueError(f"levels.timesteps is {shares}; it must be [low, high], 0 <= low < high <= 1")

    def __call__(self, picture: FloatArray) -> list[FloatArray]:
        """L levels [H, W, 3] of a picture [H, W, 3] in [0, 1], from itself to the simplest.

        Raises:
            ValueError: it was asked for, by ``use`` or by naming weights, and the folder is no whole Stable
                Diffusion 1 or 2, or the package diffusers is not installed.
            FileNotFoundError: it was asked for, and the weights are missing.
        """
        if self.use == "classic":
            return self.otherwise(picture)
        denoiser = self._denoiser()
        if denoiser is None:
            return self.otherwise(picture)
        named = self.weights_path or self.network
        _log.info("%s simplifies the picture, in %d steps", named, (self.levels - 1) * self.steps)
        with denoiser:
            return [picture, *self._simpler(picture, denoiser)]

    def _denoiser(self) -> UnpromptedDenoiser | None:
        """The network; None if nobody asked for it and it can't be had."""
        asked = self.use == "sds" or self.weights_path is not None
        try:
            return UnpromptedDenoiser(self.network, self.weights_path)
        except FileNotFoundError:
            if asked:
                raise
        except (ImportError, ValueError) as error:
            if asked:
                raise ValueError(f"simplification={self.use}: {error}") from error
            _log.warning("simplification=classic is taken: %s", error)
        return None

    def _simpler(self, picture: FloatArray, denoiser: UnpromptedDenoiser) -> list[FloatArray]:
        image = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
        size = _seen_size(picture.shape[0], picture.shape[1], denoiser)
        latents = denoiser.encode(interpolate(image, size, mode="bicubic", antialias=True).clamp(0, 1))
        dice, found = torch.Generator().manual_seed(self.seed), list[FloatArray]()
        for _ in range(1, self.levels):
            for _ in range(self.steps):
                latents = latents - self.rate * self._pull(latents, denoiser, dice)
            shown = interpolate(denoiser.decode(latents), picture.shape[:2], mode="bicubic", antialias=True)
            found.append(shown[0].clamp(0, 1).permute(1, 2, 0).contiguous().numpy())
        return found

    def _pull(
        self, latents: torch.Tensor, denoiser: UnpromptedDenoiser, dice: torch.Generator
    ) -> torch.Tensor:
        """[1, C, h, w] the noise that is seen in noisy latents less that which is there, 0 if not finite."""
        low, high = (round(share * (len(denoiser.alphas) - 1)) for share in self.timesteps)
        timestep = int(torch.randint(low, high + 1, (1,), generator=dice))
        noise = torch.randn(latents.shape, generator=dice).to(latents)
        alpha = denoiser.alphas.to(latents)[timestep]
        seen = denoiser.noise(alpha.sqrt() * latents + (1 - alpha).sqrt() * noise, timestep)
        return (seen - noise).nan_to_num(0, 0, 0)


def _seen_size(height: int, width: int, denoiser: UnpromptedDenoiser) -> tuple[int, int]:
    """Height and width at which a picture is shown: as large as the network knows, of about its ratio."""
    scale, unit = denoiser.size / (height * width) ** 0.5, denoiser.unit
    sides = [max(round(side * scale / unit), 1) * unit for side in (height, width)]
    return sides[0], sides[1]
