"""Sampling of a guide picture from a prompt, with the attention that a word of it got."""

import gc
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.frozen_networks.diffusion.attention import (
    AttentionRecord,
    cross_map,
    min_max,
    recorded_attention,
    self_map,
)
from inkwright.frozen_networks.diffusion.folder import DiffusionFolder, Precision, accelerator
from inkwright.frozen_networks.diffusion.prompt import Conditioning, check_prompts, embed_prompt

FloatArray = NDArray[np.float32]
Scheduler = Literal["ddim", "dpm", "euler"]
Offload = Literal["none", "model", "sequential"]

_SCHEDULERS = {
    "ddim": "DDIMScheduler",
    "dpm": "DPMSolverMultistepScheduler",
    "euler": "EulerDiscreteScheduler",
}


class DiffusionPainter:
    """Stable Diffusion 1, 2 or XL through diffusers; nothing of it stays in memory after a picture.

    Calling it paints: the picture [H, W, 3] and the map [H, W], both in [0, 1].
    """

    def __init__(
        self,
        prompt: str,
        *,
        token: str = "",
        negative_prompt: str = "",
        network: str = "sd15",
        weights_path: str | None = None,
        steps: int = 100,
        guidance_scale: float = 7.5,
        scheduler: Scheduler | None = None,
        seed: int = 0,
        size: int | None = None,
        cross_resolution: int | None = None,
        cross_layer: str = "",
        all_but_start: bool = False,
        self_resolution: int | None = None,
        cross_share: float = 1.0,
        component: int | None = 0,
        precision: Precision = "fp32",
        device: str | None = None,
        offload: Offload = "none",
        attention_slicing: bool = False,
        vae_tiling: bool = False,
    ) -> None:
        """Checks everything that can be checked before a network is loaded.

        Args:
            prompt: what to paint.
            token: whose attention is noted: a word of the prompt or its position (its start is 0); "" = all.
            negative_prompt: what not to paint.
            network: of the catalogue: sd14, sd15, sd21-base, sd21 or sdxl.
            weights_path: where it is; None to look in the usual places.
            steps: of the sampler, >= 1.
            guidance_scale: of classifier-free guidance, >= 1; 1 = without.
            scheduler: "ddim", "dpm" or "euler"; None = dpm for XL, else ddim.
            seed: of the first noise, >= 0.
            size: side of the picture in pixels; None = what the network was trained on.
            cross_resolution: side in cells of the cross-attention maps; None = a quarter of the latents'.
            cross_layer: the only layer whose cross-attention counts, see ``recorded_attention``; "" = all.
            all_but_start: what ``token=""`` means: all that the start of the prompt does not get, the end and
                what is behind it included. A network may look at the start where there is nothing to paint.
            self_resolution: of the self-attention maps; None = half of it.
            cross_share: in [0, 1], share of cross-attention in the map; the rest is self-attention. The
                published configurations take 1.
            component: principal component of self-attention; None = the mean of the first 20.
            precision: of the networks; the autoencoder stays in single precision.
            device: where to paint; None = the accelerator if there is one.
            offload: "model" or "sequential" keep on the accelerator only what works at the moment.
            attention_slicing: computes attention head by head.
            vae_tiling: decodes the picture tile by tile.

        Raises:
            ValueError: a value is not allowed, a prompt does not fit, a part of the model is missing.
            FileNotFoundError: the weights are missing.
        """
        self.prompt, self.negative_prompt = prompt, negative_prompt
        self.steps, self.guidance_scale, self.seed = steps, guidance_scale, seed
        self.size, self.cross_share, self.component = size, cross_share, component
        self.resolutions, self.cross_layer = {"cross": cross_resolution, "self": self_resolution}, cross_layer
        self.scheduler, self.offload = scheduler, offload
        self.attention_slicing, self.vae_tiling = attention_slicing, vae_tiling
        self._check()
        self.folder = DiffusionFolder.open(network, weights_path, precision)
        read = check_prompts(self.folder, prompt, negative_prompt)
        every = range(1, int(self.folder.plain("tokenizer").model_max_length))
        self.tokens = list(every) if all_but_start and not token else read.find(str(token))
        self.device = torch.device(device) if device else accelerator()

    def __call__(self) -> tuple[FloatArray, FloatArray]:
        """Paints; the same seed gives the same picture."""
        conditioning = embed_prompt(self.folder, self.prompt, self.negative_prompt, self.device)
        pipeline = self._pipeline()
        try:
            picture, record = self._paint(pipeline, conditioning)
            return picture, self._map(record, (picture.shape[0], picture.shape[1]))
        finally:
            self._release(pipeline)

    def _pipeline(self) -> Any:
        import diffusers

        name = self.scheduler or ("dpm" if self.folder.is_xl else "ddim")
        plain = self.folder.plain("scheduler").config
        self._networks = {part: self.folder.network(part) for part in ("unet", "vae")}
        pipeline = self.folder.pipeline(
            scheduler=getattr(diffusers, _SCHEDULERS[name]).from_config(plain),
            **{part: network.network for part, network in self._networks.items()},
        )
        if self.attention_slicing:
            pipeline.enable_attention_slicing()
        if self.vae_tiling:
            pipeline.vae.enable_tiling()
        if self.offload == "model":
            pipeline.enable_model_cpu_offload(device=self.device)
        elif self.offload == "sequential":
            pipeline.enable_sequential_cpu_offload(device=self.device)
        else:
            pipeline.to(self.device)
        return pipeline

    @torch.no_grad()
    def _paint(self, pipeline: Any, conditioning: Conditioning) -> tuple[FloatArray, AttentionRecord]:
        latent = int(pipeline.unet.config.sample_size)
        side = latent * pipeline.vae_scale_factor if self.size is None else self.size
        cells = side // pipeline.vae_scale_factor
        places = {
            "cross": self.resolutions["cross"] or cells // 4,
            "self": self.resolutions["self"] or cells // 2,
        }
        guided = self.guidance_scale > 1
        told = conditioning.to(self.device, self.folder.dtype).for_pipeline()
        recorded = recorded_attention(pipeline.unet, places, guided=guided, cross_layer=self.cross_layer)
        with recorded as record:
            latents = pipeline(
                **told,
                height=side,
                width=side,
                num_inference_steps=self.steps,
                guidance_scale=self.guidance_scale,
                generator=torch.Generator().manual_seed(self.seed),
                output_type="latent",
            ).images
        vae = pipeline.vae
        # The autoencoder of XL overflows in half precision, so all of them stay in single.
        decoded = vae.decode(latents.to(torch.float32) / vae.config.scaling_factor).sample[0]
        painted = (0.5 * decoded + 0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy()
        return np.ascontiguousarray(painted, dtype=np.float32), record

    def _map(self, record: AttentionRecord, size: tuple[int, int]) -> FloatArray:
        share = self.cross_share
        fused = share * cross_map(record, self.tokens, size) if share > 0 else torch.zeros(size)
        if share < 1:
            fused = fused + (1 - share) * self_map(record, size, component=self.component)
        return min_max(fused).numpy().astype(np.float32)

    def _release(self, pipeline: Any) -> None:
        """Gives the memory back: what others share is brought home to the CPU, the rest is freed."""
        if self.offload != "none":
            pipeline.remove_all_hooks()
        for network in self._networks.values():
            network.network.to("cpu")
        self._networks = {}
        gc.collect()
        if self.device.type != "cpu":
            torch.accelerator.empty_cache()

    def _check(self) -> None:
        if self.steps < 1 or self.seed < 0:
            raise ValueError(f"steps, seed are {self.steps}, {self.seed}; they must be >= 1 and >= 0")
        if not self.guidance_scale >= 1:
            raise ValueError(f"guidance_scale is {self.guidance_scale}; it must be >= 1")
        if not 0 <= self.cross_share <= 1:
            raise ValueError(f"cross_share is {self.cross_share}; it must be in [0, 1]")
        if self.scheduler is not None and self.scheduler not in _SCHEDULERS:
            raise ValueError(f"scheduler is {self.scheduler!r}; it must be one of {', '.join(_SCHEDULERS)}")
        if self.offload not in get_args(Offload):
            raise ValueError(f"offload is {self.offload!r}; it must be one of {', '.join(get_args(Offload))}")
        if self.size is not None and (self.size < 8 or self.size % 8):
            raise ValueError(f"size is {self.size}; it must be a multiple of 8 pixels")
