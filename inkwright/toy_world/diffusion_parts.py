"""The parts of the tiny diffusion model: autoencoder, text encoder, denoiser, schedule, pipeline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inkwright.toy_world.trained_folder import reading
from inkwright.toy_world.vocabulary import CONTEXT_LENGTH, make_tokenizer

LATENT_CHANNELS = 6
SHIPPED = Path(__file__).resolve().parent / "shipped" / "diffusion"


def make_autoencoder(channels: Sequence[int] = (16, 32, 48)) -> Any:
    """An ``AutoencoderKL`` of diffusers: pictures of 64 x 64 pixels become latents [6, 16, 16]."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=tuple(channels),
        down_block_types=("DownEncoderBlock2D",) * len(channels),
        up_block_types=("UpDecoderBlock2D",) * len(channels),
        layers_per_block=1,
        latent_channels=LATENT_CHANNELS,
        norm_num_groups=4,
        sample_size=64,
        mid_block_add_attention=False,
    )


def make_text_encoder(width: int = 96, layers: int = 2) -> Any:
    """A ``CLIPTextModel`` of transformers for the words of the small world."""
    from transformers import CLIPTextConfig, CLIPTextModel

    last = len(make_tokenizer()) - 1
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=last + 1,
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=layers,
            num_attention_heads=4,
            max_position_embeddings=CONTEXT_LENGTH,
            bos_token_id=last - 1,
            eos_token_id=last,
            pad_token_id=last,
        )
    )


def make_denoiser(channels: Sequence[int] = (32, 64, 128), context: int = 96) -> Any:
    """A ``UNet2DConditionModel`` of diffusers over latents [6, 16, 16], with attention at 8 x 8 and 4 x 4."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=16,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        block_out_channels=tuple(channels),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=context,
        attention_head_dim=2,  # diffusers' name for the number of heads
        norm_num_groups=8,
    )


def make_schedule() -> Any:
    """Stable Diffusion's noise schedule, which ends in pure noise; the velocity is predicted.

    A last step that still knows how bright a picture is makes grounds gray, for sampling starts without that
    (Lin et al. 2024, "Common diffusion noise schedules and sample steps are flawed").
    """
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )


def save_pipeline(folder: Path, autoencoder: Any, text_encoder: Any, denoiser: Any) -> None:
    """Writes a ``StableDiffusionPipeline`` in half precision into a folder."""
    import copy

    import diffusers

    parts = [copy.deepcopy(part).half() for part in (autoencoder, text_encoder, denoiser)]
    parts[0].register_to_config(_name_or_path="")  # where it was read from is nobody's business
    pipeline = diffusers.StableDiffusionPipeline(
        parts[0],
        parts[1],
        make_tokenizer(),
        parts[2],
        make_schedule(),
        None,
        None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)


def read_pipeline(folder: str) -> tuple[Any, Any]:
    """Text encoder and denoiser of a folder that ``save_pipeline`` wrote, to be trained on.

    Raises:
        ValueError: there are none, or they are damaged.
    """
    from diffusers import UNet2DConditionModel
    from transformers import CLIPTextModel

    path = Path(folder)
    if not all((path / part / "config.json").is_file() for part in ("unet", "text_encoder")):
        raise ValueError(
            f"start_from={folder}: there is no diffusion model; experiment=toy_diffusion trains one"
        )
    with reading(path):
        text_encoder = CLIPTextModel.from_pretrained(path / "text_encoder", local_files_only=True)
        denoiser = UNet2DConditionModel.from_pretrained(path / "unet", local_files_only=True)
    return text_encoder.float().train(), denoiser.float().train()


class ToyEncoder:
    """The mean latents, not scaled, that a trained autoencoder makes of pictures."""

    def __init__(self, autoencoder: str = "") -> None:
        """``autoencoder`` is its folder; by default the one that ships."""
        self.network = load_autoencoder(autoencoder)

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        """[B, 6, 16, 16] of pictures [B, 3, 64, 64] in [0, 1]."""
        latents: Tensor = self.network.encode(2 * images - 1).latent_dist.mean
        return latents


def load_autoencoder(folder: str = "") -> Any:
    """The trained autoencoder in a folder, frozen; by default the one that ships.

    Raises:
        ValueError: there is none, or it is damaged.
    """
    from diffusers import AutoencoderKL

    path = Path(folder) if folder else SHIPPED / "vae"
    if not (path / "config.json").is_file():
        raise ValueError(
            f"autoencoder={folder}: there is none; train one with python train.py "
            "experiment=toy_autoencoder, and give its network/vae"
        )
    with reading(path):
        network = AutoencoderKL.from_pretrained(path, local_files_only=True)
    return network.float().eval().requires_grad_(False)
