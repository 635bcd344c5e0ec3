"""Prompt embeddings that condition a diffusion model; the text encoders are freed afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from inkwright.frozen_networks.diffusion.folder import DiffusionFolder
from inkwright.frozen_networks.diffusion.tokens import PromptTokens, read_prompt


@dataclass(frozen=True)
class Conditioning:
    """What a network is told.

    Attributes:
        embeddings: [2, L, D], of the negative prompt, then of the prompt.
        pooled: [2, D'] for Stable Diffusion XL, else None.
    """

    embeddings: Tensor
    pooled: Tensor | None

    def to(self, device: torch.device | str, dtype: torch.dtype) -> Conditioning:
        """The same elsewhere."""
        pooled = None if self.pooled is None else self.pooled.to(device, dtype)
        return Conditioning(self.embeddings.to(device, dtype), pooled)

    def for_pipeline(self) -> dict[str, Tensor]:
        """Arguments of a pipeline of diffusers."""
        named = {"negative_prompt_embeds": self.embeddings[:1], "prompt_embeds": self.embeddings[1:]}
        if self.pooled is not None:
            named |= {
                "negative_pooled_prompt_embeds": self.pooled[:1],
                "pooled_prompt_embeds": self.pooled[1:],
            }
        return named


def check_prompts(folder: DiffusionFolder, prompt: str, negative_prompt: str) -> PromptTokens:
    """The tokens of a prompt that the network can read; only the tokenizer is loaded.

    Raises:
        ValueError: the prompt is empty, or one of the two is too long.
    """
    if not prompt.strip():
        raise ValueError(
            'prompt is empty; say what to draw, for example prompt="a sailing ship", or give guide_image'
        )
    tokenizer = folder.plain("tokenizer")
    read_prompt(tokenizer, negative_prompt, "negative_prompt")
    return read_prompt(tokenizer, prompt)


@torch.no_grad()
def embed_prompt(
    folder: DiffusionFolder, prompt: str, negative_prompt: str = "", device: torch.device | str = "cpu"
) -> Conditioning:
    """Embeds a prompt and a negative prompt, what to paint and what not to, on the device."""
    names = ("text_encoder", "text_encoder_2") if folder.is_xl else ("text_encoder",)
    encoders = {name: folder.network(name) for name in names}
    tokenizers = {f"tokenizer{name.removeprefix('text_encoder')}" for name in names}
    parts: dict[str, Any] = {name: network.network.to(device) for name, network in encoders.items()}
    pipeline = folder.pipeline(**parts, **{name: folder.plain(name) for name in tokenizers})
    said = pipeline.encode_prompt(
        prompt,
        device=torch.device(device),
        num_images_per_prompt=1,
        do_classifier_free_guidance=True,
        negative_prompt=negative_prompt,
    )
    positive, negative = said[0], said[1]
    pooled = torch.cat([said[3], said[2]]).cpu() if folder.is_xl else None
    return Conditioning(torch.cat([negative, positive]).cpu(), pooled)
