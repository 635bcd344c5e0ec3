"""Trains denoiser and text encoder of the small world's diffusion model over a trained autoencoder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inkwright.toy_world.diffusion_parts import (
    load_autoencoder,
    make_denoiser,
    make_schedule,
    make_text_encoder,
    read_pipeline,
    save_pipeline,
)
from inkwright.toy_world.sampling import decode, sample_latents
from inkwright.toy_world.vocabulary import token_ids
from lightning_modules.network_training import NetworkTraining
from lightning_modules.simplifier_optimization import SimplifierOptimization

PROMPTS = (
    *("a red fish", "a blue cup", "a green tree", "a yellow star", "a black cat", "a purple house"),
    *("a pink flower", "an orange car", "a brown key", "a blue umbrella", "a red mushroom", "a yellow moon"),
    *("a green bird", "a purple hat", "a sketch of a black fish", "a drawing of a blue house"),
)


class ToyDiffusion(NetworkTraining):
    """Squared error of the predicted velocity; some captions are left out, for classifier-free guidance."""

    alphas: Tensor

    def __init__(
        self,
        optimization: SimplifierOptimization,
        *,
        autoencoder: str = "",
        start_from: str = "",
        channels: Sequence[int] = (32, 64, 128),
        left_out: float = 0.1,
        prompts: Sequence[str] = PROMPTS,
    ) -> None:
        """Makes the networks.

        Args:
            optimization: how they are moved.
            autoencoder: folder of a trained one; by default the one that ships.
            start_from: folder of a trained model to train on, over the same autoencoder; empty = none.
            channels: of the denoiser's three levels, if it is new.
            left_out: share of captions that are left out, in [0, 1].
            prompts: what a test paints.

        Raises:
            ValueError: there is no network in a folder, or the share is out of its range.
        """
        super().__init__()
        if not 0 <= left_out <= 1:
            raise ValueError(f"left_out is {left_out}; it must be in [0, 1]")
        self.autoencoder = load_autoencoder(autoencoder)
        new = () if start_from else (make_text_encoder(), make_denoiser(channels))
        self.text_encoder, self.denoiser = new or read_pipeline(start_from)
        _plain_attention(self.denoiser)
        self.optimization, self.left_out, self.prompts = optimization, left_out, tuple(prompts)
        self.register_buffer("alphas", make_schedule().alphas_cumprod.clone(), persistent=False)

    def configure_optimizers(self) -> Any:
        """The optimizer, with its step size set before each step."""
        trained = [*self.denoiser.parameters(), *self.text_encoder.parameters()]
        optimizer = self.optimization.build(iter(trained))
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self.optimization.rate_at)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def training_step(self, batch: Mapping[str, Any], batch_idx: int) -> Tensor:
        """Loss of a batch with ``image`` [B, 3, 64, 64] in [0, 1], or its ``latent``, and ``caption``."""
        latents, dice = self.latents(batch), torch.Generator().manual_seed(7 + self.global_step)
        left_out = torch.rand(len(latents), generator=dice) < self.left_out
        captions = ["" if out else said for out, said in zip(left_out, batch["caption"], strict=True)]
        times = torch.randint(0, len(self.alphas), (len(latents),), generator=dice).to(latents.device)
        noise = torch.randn(latents.shape, generator=dice).to(latents)
        kept = self.alphas[times][:, None, None, None]
        noisy = kept.sqrt() * latents + (1 - kept).sqrt() * noise
        velocity = kept.sqrt() * noise - (1 - kept).sqrt() * latents
        told = self.text_encoder(token_ids(captions).to(latents.device)).last_hidden_state
        said = self.denoiser(noisy, times, encoder_hidden_states=told).sample.float()
        loss = (said - velocity).square().mean()
        self._last = {"velocity": loss.detach()}
        return loss

    @torch.no_grad()
    def latents(self, batch: Mapping[str, Any]) -> Tensor:
        """[B, 6, 16, 16] scaled latents of a batch."""
        if "latent" in batch:
            return batch["latent"].float() * self.autoencoder.config.scaling_factor
        seen: Tensor = self.autoencoder.encode(2 * batch["image"] - 1).latent_dist.mean
        return seen.float() * self.autoencoder.config.scaling_factor

    @torch.no_grad()
    def validation_step(self, batch: Mapping[str, Any], batch_idx: int) -> dict[str, Any]:
        """Pictures of the prompts, once a test, and the velocity's error on the held-out pictures."""
        found: dict[str, Any] = {"velocity": self.training_step(batch, batch_idx)}
        if batch_idx == 0:
            latents = sample_latents(self.denoiser, self.text_encoder, self.prompts)
            found["shown"] = decode(self.autoencoder, latents)
        return found

    def save(self, folder: Path) -> None:
        """Writes a ``StableDiffusionPipeline`` as diffusers does."""
        save_pipeline(folder, self.autoencoder, self.text_encoder, self.denoiser)


def _plain_attention(denoiser: Any) -> None:
    """Attention without the fused kernel, whose backward pass is slow on CPUs at these sizes."""
    from diffusers.models.attention_processor import AttnProcessor

    denoiser.set_attn_processor(AttnProcessor())
