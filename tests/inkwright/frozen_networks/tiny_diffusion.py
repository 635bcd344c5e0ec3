"""Stable Diffusions with random weights and next to no parameters, in diffusers' own format."""

from __future__ import annotations

from pathlib import Path

import torch

WORDS = ("a", "photo", "of", "sydney", "opera", "house", "ship", "cat", "and", "dog", "the")


def tokenizer(words: tuple[str, ...] = WORDS, length: int = 16):
    """CLIP's tokenizer with a vocabulary of letters and some words; other words fall to letters."""
    from transformers import CLIPTokenizer

    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    merges: list[tuple[str, str]] = []
    pieces = [*letters, *(f"{letter}</w>" for letter in letters)]
    for word in words:
        parts = [*word[:-1], f"{word[-1]}</w>"]
        while len(parts) > 1:
            merge = (parts[0], parts[1])
            if merge not in merges:
                merges.append(merge)
            parts = ["".join(parts[:2]), *parts[2:]]
            pieces.append(parts[0])
    names = [*dict.fromkeys(pieces), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(
        vocab={name: at for at, name in enumerate(names)}, merges=merges, model_max_length=length
    )


def _text_encoder(vocabulary: int, width: int, *, projection: bool, last: int):
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=16,
        projection_dim=8,
        bos_token_id=last - 1,
        eos_token_id=last,
        pad_token_id=last,
    )
    return (CLIPTextModelWithProjection if projection else CLIPTextModel)(config)


def _unet(context: int, *, xl: bool):
    from diffusers import UNet2DConditionModel

    more = (
        {
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 4,
            "projection_class_embeddings_input_dim": 8 + 6 * 4,
        }
        if xl
        else {}
    )
    return UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(8, 8, 8),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=context,
        attention_head_dim=2,
        norm_num_groups=4,
        **more,
    )


def save_tiny_diffusion(folder: Path, *, xl: bool = False, prediction: str = "epsilon") -> Path:
    """Makes one and saves it; pictures have 32 x 32 pixels, latents 16 x 16."""
    import diffusers

    torch.manual_seed(7)
    words = tokenizer()
    last = len(words) - 1
    first = _text_encoder(len(words), 12, projection=False, last=last)
    vae = diffusers.AutoencoderKL(
        block_out_channels=(4, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=4,
        sample_size=32,
    )
    scheduler = diffusers.DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type=prediction,
    )
    if xl:
        second = _text_encoder(len(words), 8, projection=True, last=last)
        pipeline = diffusers.StableDiffusionXLPipeline(
            vae, first, second, words, tokenizer(), _unet(20, xl=True), scheduler, add_watermarker=False
        )
    else:
        pipeline = diffusers.StableDiffusionPipeline(
            vae, first, words, _unet(12, xl=False), scheduler, None, None, requires_safety_checker=False
        )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder
