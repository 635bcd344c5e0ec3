"""Stable Diffusion that is told nothing: pictures as latents and back, and the noise that it sees in them."""

from types import TracebackType

import torch
from torch import Tensor

from inkwright.frozen_networks.diffusion.folder import DiffusionFolder, Precision, accelerator
from inkwright.frozen_networks.diffusion.noise_schedule import NoiseSchedule
from inkwright.frozen_networks.diffusion.prompt import embed_prompt


class UnpromptedDenoiser:
    """The networks of a Stable Diffusion 1 or 2, which think of the empty prompt.

    On an accelerator, if there is one, as long as it is used as a context.

    Attributes:
        alphas: [T] alpha-bar of every timestep.
        size: side in pixels of the square pictures it was trained on.
        unit: sides of pictures are multiples of so many pixels.
    """

    def __init__(
        self, network: str = "sd15", weights_path: str | None = None, precision: Precision = "fp32"
    ) -> None:
        """Loads the networks.

        Args:
            network: of the catalogue: sd14, sd15, sd21-base or sd21.
            weights_path: where it is; None to look in the usual places.
            precision: of the denoiser; the autoencoder stays in single precision.

        Raises:
            ValueError: a part is missing or damaged, or it is a Stable Diffusion XL.
            FileNotFoundError: the weights are missing.
        """
        folder = DiffusionFolder.open(network, weights_path, precision)
        if folder.is_xl:
            raise ValueError(f"{folder.path} is a Stable Diffusion XL; take sd14, sd15, sd21-base or sd21")
        self._told = embed_prompt(folder, "").embeddings[:1]
        self._unet, self._vae = folder.network("unet"), folder.network("vae")
        self._schedule = NoiseSchedule.of_folder(folder)
        self.alphas = self._schedule.alphas
        factor = 2 ** (len(self._vae.network.config.block_out_channels) - 1)
        self.size = int(self._unet.network.config.sample_size) * factor
        self.unit = factor * 2 ** (len(self._unet.network.config.block_out_channels) - 1)

    def __enter__(self) -> "UnpromptedDenoiser":
        self._move(accelerator())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._move(torch.device("cpu"))

    @torch.no_grad()
    def encode(self, pictures: Tensor) -> Tensor:
        """[B, C, h, w] mean latents of pictures [B, 3, H, W] in [0, 1], H and W multiples of ``unit``."""
        vae = self._vae.network
        mean: Tensor = vae.encode((2 * pictures - 1).to(vae.device, vae.dtype)).latent_dist.mean
        return mean * float(vae.config.scaling_factor)

    @torch.no_grad()
    def decode(self, latents: Tensor) -> Tensor:
        """[B, 3, H, W] pictures in [0, 1] of latents [B, C, h, w], on the CPU."""
        vae = self._vae.network
        said = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor).sample
        return (said.float() / 2 + 0.5).clamp(0, 1).cpu()

    @torch.no_grad()
    def noise(self, noisy: Tensor, timestep: int) -> Tensor:
        """[B, C, h, w] the noise that it sees in noisy latents at a timestep in [0, T)."""
        unet = self._unet.network
        told = self._told.to(unet.device, unet.dtype).expand(len(noisy), -1, -1)
        said = unet(noisy.to(unet.dtype), timestep, encoder_hidden_states=told).sample.to(noisy)
        return self._schedule.as_noise(said, noisy, timestep)

    def _move(self, device: torch.device) -> None:
        for part in (self._unet, self._vae):
            part.network.to(device)
