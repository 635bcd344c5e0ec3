"""Stable Diffusion as the denoiser that score distillation asks for: latents, noise predictions."""

import torch
from torch import Tensor, nn

from inkwright.frozen_networks.diffusion.folder import DiffusionFolder, Precision
from inkwright.frozen_networks.diffusion.noise_schedule import NoiseSchedule
from inkwright.frozen_networks.diffusion.prompt import check_prompts, embed_prompt

_NOT_FINITE = "the autoencoder's latents are not finite; keep it in single precision"


class DiffusionDenoiser(nn.Module):
    """The networks of a Stable Diffusion 1, 2 or XL, told a prompt. The text encoders are freed at once.

    Attributes:
        alphas: [T] alpha-bar of every timestep.
        size: side in pixels of the pictures it is shown.
    """

    embeddings: Tensor
    pooled: Tensor | None
    alphas: Tensor

    def __init__(
        self,
        prompt: str,
        *,
        negative_prompt: str = "",
        network: str = "sd15",
        weights_path: str | None = None,
        precision: Precision = "fp32",
        size: int | None = None,
        attention_slicing: bool = False,
        vae_tiling: bool = False,
        checkpointing: bool = False,
    ) -> None:
        """Loads the networks.

        Args:
            prompt: what pictures are pulled to.
            negative_prompt: what they are pushed away from.
            network: of the catalogue: sd14, sd15, sd21-base, sd21 or sdxl.
            weights_path: where it is; None to look in the usual places.
            precision: of the denoiser; the autoencoder stays in single precision.
            size: of the pictures it is shown, in pixels; None = what it was trained on.
            attention_slicing: computes attention head by head: slower, less memory.
            vae_tiling: encodes large pictures tile by tile.
            checkpointing: computes the autoencoder's activations twice instead of keeping them.

        Raises:
            ValueError: a prompt is empty or too long, a part is missing, or a size does not fit.
            FileNotFoundError: the weights are missing.
        """
        super().__init__()
        folder = DiffusionFolder.open(network, weights_path, precision)
        check_prompts(folder, prompt, negative_prompt)
        conditioning = embed_prompt(folder, prompt, negative_prompt)
        self.register_buffer("embeddings", conditioning.embeddings, persistent=False)
        self.register_buffer("pooled", conditioning.pooled, persistent=False)
        self.unet, self.vae = folder.network("unet"), folder.network("vae")
        self._settings(attention_slicing, vae_tiling, checkpointing)
        self._schedule = NoiseSchedule.of_folder(folder)
        self.register_buffer("alphas", self._schedule.alphas, persistent=False)
        self._factor = 2 ** (len(self.vae.network.config.block_out_channels) - 1)
        native = int(self.unet.network.config.sample_size) * self._factor
        self.size = native if size is None else size
        if self.size % self._factor:
            raise ValueError(f"size is {size}; it must be a multiple of {self._factor} pixels")

    def encode(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """[B, C, h, w] latents of pictures [B, 3, size, size] in [0, 1], with their gradient.

        The autoencoder's posterior is drawn from, with the same noise for every picture.

        Raises:
            RuntimeError: the latents are not finite.
        """
        vae = self.vae.network
        posterior = vae.encode((2 * images - 1).clamp(-1, 1).to(vae.dtype)).latent_dist
        noise = torch.randn(posterior.mean.shape[1:], generator=generator).to(posterior.mean)
        latents: Tensor = (posterior.mean + posterior.std * noise) * vae.config.scaling_factor
        if not bool(torch.isfinite(latents).all()):
            raise RuntimeError(_NOT_FINITE)
        return latents

    @torch.no_grad()
    def noise(self, noisy: Tensor, timestep: int, scale: float) -> Tensor:
        """[B, C, h, w] the noise it sees in noisy latents [B, C, h, w], by classifier-free guidance.

        The timestep is in [0, T); a scale of 1 is the prompt alone, larger ones go beyond it.
        """
        unet, count = self.unet.network, len(noisy)
        twice = torch.cat([noisy, noisy]).to(unet.dtype)
        said = unet(
            twice,
            timestep,
            encoder_hidden_states=self.embeddings.repeat_interleave(count, 0).to(unet.dtype),
            added_cond_kwargs=self._added(count, unet.dtype),
        ).sample.to(noisy)
        seen = self._schedule.as_noise(said, torch.cat([noisy, noisy]), timestep)
        plain, told = seen.chunk(2)
        return plain + scale * (told - plain)

    def _added(self, count: int, dtype: torch.dtype) -> dict[str, Tensor] | None:
        """What Stable Diffusion XL is told besides: pooled text, and that nothing was scaled or cut."""
        if self.pooled is None:
            return None
        whole = self.embeddings.new_tensor([self.size, self.size, 0, 0, self.size, self.size], dtype=dtype)
        pooled = self.pooled.repeat_interleave(count, 0).to(dtype)
        return {"text_embeds": pooled, "time_ids": whole.expand(2 * count, -1)}

    def _settings(self, attention_slicing: bool, vae_tiling: bool, checkpointing: bool) -> None:
        if attention_slicing:
            self.unet.network.set_attention_slice("auto")
        if vae_tiling:
            self.vae.network.enable_tiling()
        if checkpointing:
            self.vae.network.enable_gradient_checkpointing()
