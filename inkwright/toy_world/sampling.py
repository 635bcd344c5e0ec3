"""Pictures that the tiny diffusion model makes of many captions at once, by classifier-free guidance."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from inkwright.toy_world.diffusion_parts import LATENT_CHANNELS, make_schedule
from inkwright.toy_world.vocabulary import token_ids


@torch.no_grad()
def sample_latents(
    denoiser: Any,
    text_encoder: Any,
    prompts: Sequence[str],
    *,
    steps: int = 25,
    guidance_scale: float = 4.0,
    seed: int = 0,
) -> Tensor:
    """[B, 6, 16, 16] latents, scaled, one for each prompt.

    Args:
        denoiser: predicts velocities.
        text_encoder: reads the prompts.
        prompts: what to paint.
        steps: of DDIM, >= 1.
        guidance_scale: of classifier-free guidance; 1 = without.
        seed: of the first noise; picture k has noise of its own.
    """
    device = next(denoiser.parameters()).device
    tokens = token_ids([*([""] * len(prompts)), *prompts]).to(device)
    told = text_encoder(tokens).last_hidden_state
    schedule = make_schedule()
    schedule.set_timesteps(steps)
    dice = torch.Generator().manual_seed(seed)
    latents = torch.randn(len(prompts), LATENT_CHANNELS, 16, 16, generator=dice).to(device)
    for time in schedule.timesteps:
        twice = torch.cat([latents, latents])
        plain, asked = denoiser(twice, time, encoder_hidden_states=told).sample.float().chunk(2)
        latents = schedule.step(plain + guidance_scale * (asked - plain), time, latents).prev_sample
    return latents


@torch.no_grad()
def decode(autoencoder: Any, latents: Tensor) -> Tensor:
    """[B, 3, 64, 64] pictures in [0, 1] of scaled latents."""
    said = autoencoder.decode(latents / autoencoder.config.scaling_factor).sample.float()
    return (said / 2 + 0.5).clamp(0, 1)
