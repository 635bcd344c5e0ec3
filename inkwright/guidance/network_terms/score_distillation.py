"""Score distillation term: a diffusion model's gradient towards what it finds likely."""

import math
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Literal, Protocol, get_args

import torch
from torch import Tensor

from inkwright.frozen_networks.network_input import clean_view
from inkwright.guidance.schedule import Schedule
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm

Weighting = Literal["one_minus_alpha", "uniform", "sigma"]

# How much a noise level counts, from alpha-bar, the share of the picture that is left in the noisy one.
_WEIGHTINGS: dict[str, Callable[[Tensor], Tensor]] = {
    "one_minus_alpha": lambda alpha: 1 - alpha,
    "uniform": torch.ones_like,
    "sigma": lambda alpha: (1 - alpha).sqrt(),
}
_SCORED_LEVELS = (0.2, 0.4, 0.6, 0.8)
_RANGES = (
    ("gradient_scale", 0, math.inf),
    ("guidance_scale", 0, math.inf),
    ("samples", 1, 1000),
    ("start", 0, 1),
    ("seed", 0, math.inf),
)


class Denoiser(Protocol):
    """What score distillation asks of a diffusion model.

    Attributes:
        alphas: [T] alpha-bar of every timestep, falling, in (0, 1).
        size: side in pixels of the square pictures it knows.
    """

    alphas: Tensor
    size: int

    def encode(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """[B, C, h, w] latents of pictures [B, 3, size, size] in [0, 1], with their gradient."""

    def noise(self, noisy: Tensor, timestep: int, scale: float) -> Tensor:
        """[B, C, h, w] the noise it sees in noisy latents, by classifier-free guidance of that scale."""


class ScoreDistillationTerm(GuidanceTerm):
    """Score distillation (Poole et al. 2022, eq. 3), augmented as in DiffSketcher (Xing et al. 2023, eq. 3).

    A view z of the sketch is made noisy, z_t = sqrt(alpha) z + sqrt(1 - alpha) e, the model says which noise
    it sees there, and z is pushed along ``g = gradient_scale * w(t) * (seen - e)``. The loss is
    ``|z - (z - g)|^2 / 2`` with the bracket held fixed: its gradient is g, its value half the squared length
    of what pulls.

    Views, noise and timesteps depend on seed and progress alone and are shared by all canvases: a resumed run
    sees what an unbroken one would have seen, and candidates in one batch what each would have seen alone.
    Scores, at progress 1, are means over fixed draws at four noise levels of the clean view, so that they can
    be compared.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        gradient_scale: float = 1e-6,
        guidance_scale: float = 100.0,
        weighting: Weighting = "one_minus_alpha",
        lowest: float | Sequence[Sequence[float]] = 0.05,
        highest: float | Sequence[Sequence[float]] = 0.95,
        samples: int = 1,
        clamp: float | None = None,
        start: float = 0.0,
        views: SharedViews | None = None,
        seed: int = 0,
    ) -> None:
        """Takes over its parts.

        Args:
            denoiser: the diffusion model and the prompt it thinks of.
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            gradient_scale: >= 0, factor of the gradient before it is clamped.
            guidance_scale: >= 0, of classifier-free guidance; large ones give sketches their contrast.
            weighting: w(t), ``one_minus_alpha`` as published, ``sigma`` its root, or ``uniform``.
            lowest: share of the timesteps in [0, 1] below which none is drawn, or a schedule over progress.
            highest: above which none is drawn; a falling schedule anneals from coarse to fine.
            samples: draws of view, timestep and noise per step, >= 1; their gradients are averaged.
            clamp: largest size of an entry of the gradient, > 0; None = as it is.
            start: progress in [0, 1] before which the term is 0 and costs nothing.
            views: how the sketch is looked at while it is optimised; by default through one random
                perspective and crop, as published; None of them augmented = the clean view alone.
            seed: >= 0, of the draws.

        Raises:
            ValueError: a value is not allowed.
        """
        super().__init__(weight)
        self.denoiser = denoiser
        self.gradient_scale, self.guidance_scale = gradient_scale, guidance_scale
        self.weighting: Weighting = weighting
        self.lowest, self.highest = Schedule(lowest), Schedule(highest)
        self.samples, self.clamp, self.start, self.seed = samples, clamp, start, seed
        self.views = views or SharedViews(1, clean=False)
        self._check()

    def prepare(self, targets: Targets) -> None:
        """Nothing: the prompt is the target."""

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """``distillation`` [B] of canvases [B, 3, H, W] in [0, 1]."""
        if progress < self.start:
            return {"distillation": images.new_zeros(len(images))}
        total = self._score(images) if progress >= 1 else self._pull(images, progress)
        return {"distillation": total}

    def _pull(self, images: Tensor, progress: float) -> Tensor:
        generator = self._generator(progress)
        losses = []
        for view in self._views(images, progress):
            latents = self.denoiser.encode(view, generator)
            timestep = self._timestep(progress, generator)
            push = self._push(latents.detach(), timestep, generator)
            losses.append(0.5 * (latents - (latents.detach() - push)).square().flatten(1).sum(1))
        return torch.stack(losses).mean(0)

    def _score(self, images: Tensor) -> Tensor:
        generator = self._generator(1.0)
        latents = self.denoiser.encode(clean_view(images, self.denoiser.size), generator)
        last = len(self.denoiser.alphas) - 1
        pushes = [self._push(latents.detach(), round(level * last), generator) for level in _SCORED_LEVELS]
        losses = [0.5 * (latents - (latents.detach() - push)).square().flatten(1).sum(1) for push in pushes]
        return torch.stack(losses).mean(0)

    @torch.no_grad()
    def _push(self, latents: Tensor, timestep: int, generator: torch.Generator) -> Tensor:
        """[B, C, h, w] what is taken off the latents in a step of size 1; one noise for all canvases."""
        alpha = self.denoiser.alphas.to(latents)[timestep]
        noise = torch.randn(latents.shape[1:], generator=generator).to(latents).expand_as(latents)
        seen = self.denoiser.noise(
            alpha.sqrt() * latents + (1 - alpha).sqrt() * noise, timestep, self.guidance_scale
        )
        push = self.gradient_scale * _WEIGHTINGS[self.weighting](alpha) * (seen - noise)
        return push if self.clamp is None else push.clamp(-self.clamp, self.clamp)

    def _views(self, images: Tensor, progress: float) -> Tensor:
        """[samples, B, 3, size, size]."""
        size = self.denoiser.size
        if not self.views.num_augmented:
            return clean_view(images, size).expand(self.samples, -1, -1, -1, -1)
        draws = -(-self.samples // self.views.num_augmented)
        # Draws beyond the first take a progress of their own, too small a change to matter elsewhere.
        parts = [self.views.augmented(images, size, progress + 1e-9 * draw) for draw in range(draws)]
        return torch.cat(parts)[: self.samples]

    def _timestep(self, progress: float, generator: torch.Generator) -> int:
        last = len(self.denoiser.alphas) - 1
        low = int(self.lowest(progress) * (last + 1))
        high = min(int(self.highest(progress) * (last + 1)), last)
        return int(torch.randint(low, max(high, low) + 1, (1,), generator=generator))

    def _generator(self, progress: float) -> torch.Generator:
        return torch.Generator().manual_seed(zlib.crc32(struct.pack(">dQ", progress, self.seed)))

    def _check(self) -> None:
        if self.weighting not in get_args(Weighting):
            choices = ", ".join(get_args(Weighting))
            raise ValueError(f"weighting is {self.weighting!r}; it must be one of {choices}")
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value}; it must be in [{low:g}, {high:g}]")
        if self.clamp is not None and not self.clamp > 0:
            raise ValueError(f"clamp is {self.clamp}; it must be above 0, or null")
        for name in ("lowest", "highest"):
            values = getattr(self, name).values
            if not 0 <= min(values) <= max(values) <= 1:
                raise ValueError(f"{name} is {values}; it must be in [0, 1] everywhere")
        if any(self.lowest(at) > self.highest(at) for at in (*self.lowest.progress, *self.highest.progress)):
            raise ValueError("lowest is above highest; no timestep lies between them")
