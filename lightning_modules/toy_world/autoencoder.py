"""Trains the autoencoder of the tiny diffusion model on pictures of the small world."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inkwright.toy_world.diffusion_parts import load_autoencoder, make_autoencoder
from lightning_modules.network_training import NetworkTraining
from lightning_modules.simplifier_optimization import SimplifierOptimization


class ToyAutoencoder(NetworkTraining):
    """Error of pictures, squared and absolute, and of their edges; a pull of latents to a normal spread.

    Attributes:
        network: an ``AutoencoderKL``.
    """

    def __init__(
        self,
        optimization: SimplifierOptimization,
        *,
        start_from: str = "",
        edge_weight: float = 0.5,
        kl_weight: float = 1e-5,
    ) -> None:
        """Makes the network.

        Args:
            optimization: how it is moved.
            start_from: folder of a trained one whose decoder alone is trained on, so that latents keep their
                meaning; empty = a new one.
            edge_weight: of the error of edges, >= 0.
            kl_weight: of the pull of latents, >= 0.

        Raises:
            ValueError: a weight is negative, or there is no autoencoder in that folder.
        """
        super().__init__()
        if not (edge_weight >= 0 and kl_weight >= 0):
            raise ValueError(f"edge_weight, kl_weight are {edge_weight}, {kl_weight}; they must be >= 0")
        self.network = load_autoencoder(start_from) if start_from else make_autoencoder()
        self.decoder_alone = bool(start_from)
        for part in (self.network.decoder, self.network.post_quant_conv):
            part.train().requires_grad_(True)
        self.optimization, self.edge_weight, self.kl_weight = optimization, edge_weight, kl_weight
        self._latents: list[Tensor] = []

    def configure_optimizers(self) -> Any:
        """The optimizer, with its step size set before each step."""
        trained = (each for each in self.network.parameters() if each.requires_grad)
        optimizer = self.optimization.build(trained)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self.optimization.rate_at)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def training_step(self, batch: Mapping[str, Any], batch_idx: int) -> Tensor:
        """Loss of a batch whose ``image`` is [B, 3, 64, 64] in [0, 1].

        The decoder alone takes ``latent``, or what the encoder that stays as it is makes of the image.
        """
        images = 2 * batch["image"] - 1
        if self.decoder_alone:
            posterior, latents = None, batch.get("latent")
            if latents is None:
                with torch.no_grad():
                    latents = self.network.encode(images).latent_dist.mean
        else:
            posterior = self.network.encode(images).latent_dist
            latents = posterior.sample()
        decoded = self.network.decode(latents).sample.float()
        wrong = decoded - images
        self._last = {
            "square": 5 * wrong.square().mean(),
            "error": 0.3 * wrong.abs().mean(),
            "edges": self.edge_weight * (wrong.diff(dim=2).abs().mean() + wrong.diff(dim=3).abs().mean()),
        }
        if posterior:
            self._last["spread"] = self.kl_weight * posterior.kl().float().mean()
        loss = torch.stack(list(self._last.values())).sum()
        self._last = {name: value.detach() for name, value in self._last.items()}
        return loss

    def on_validation_epoch_start(self) -> None:
        """Forgets the latents of the last test."""
        self._latents = []

    @torch.no_grad()
    def validation_step(self, batch: Mapping[str, Any], batch_idx: int) -> dict[str, Tensor]:
        """Restored pictures and their error; the spread of all latents becomes the ``scaling_factor``."""
        latents = self.network.encode(2 * batch["image"] - 1).latent_dist.mean
        self._latents.append(latents.float())
        restored = (self.network.decode(latents).sample.float() / 2 + 0.5).clamp(0, 1)
        spread = float(torch.cat(self._latents).std())
        if not self.decoder_alone:
            self.network.register_to_config(scaling_factor=1 / max(spread, 1e-6))
        wrong = (restored - batch["image"]).square().mean(dim=(1, 2, 3))
        return {"shown": restored, "psnr": (-10 * wrong.log10()).mean()}

    def save(self, folder: Path) -> None:
        """Writes the network as diffusers does, in half precision."""
        copy.deepcopy(self.network).half().save_pretrained(folder / "vae")
