"""Segment Anything: loading it, whatever its size, and the masks of everything in a picture."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.network_of_tensors import network_of_tensors

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

NAMES = ("sam-vit-b", "sam-vit-l", "sam-vit-h")
# The mean and the spread of RGB in 0..255 that all its networks were trained with.
_MEAN, _SPREAD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
_HEADS = 8  # of the two-way transformer; its weights don't say


def load_segment_anything(network: str = "sam-vit-b", weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``segment_anything.modeling.Sam``, shared with all that ask for the same file.

    Raises:
        ValueError: the network is unknown, or the file is not of a Segment Anything.
        FileNotFoundError: the weights are missing.
        ImportError: the package segment-anything is not installed.
    """
    if network not in NAMES:
        raise ValueError(f"network is {network!r}; it must be one of {', '.join(NAMES)}")
    return network_of_tensors(network, _loaded, weights_path)


def everything_masks(
    network: Any, picture: FloatArray, *, points_per_side: int = 32, quality: float = 0.88
) -> list[BoolArray]:
    """Masks [H, W] of everything that the network sees in sRGB [H, W, 3] in [0, 1], the largest first.

    Args:
        network: of ``load_segment_anything``.
        picture: what to look at.
        points_per_side: it is asked what lies at the points of a grid of so many by so many, >= 1.
        quality: masks that it trusts less, in [0, 1], are left out, and those that change by more than 7 %
            less than that when their threshold does.
    """
    from segment_anything import SamAutomaticMaskGenerator

    generator = SamAutomaticMaskGenerator(
        network, points_per_side, pred_iou_thresh=quality, stability_score_thresh=min(quality + 0.07, 1.0)
    )
    levels = (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)
    found = [np.asarray(each["segmentation"], dtype=np.bool_) for each in generator.generate(levels)]
    return sorted((mask for mask in found if mask.any()), key=lambda mask: -int(mask.sum()))


def _loaded(tensors: dict[str, Tensor]) -> Any:
    sam = _build(tensors)
    sam.load_state_dict(tensors)
    return sam


def _build(tensors: dict[str, Tensor]) -> Any:
    """The network that the shapes of its weights tell of.

    Raises:
        KeyError: a weight is missing.
    """
    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
    from torch import nn

    patch = tensors["image_encoder.patch_embed.proj.weight"]
    width, side = patch.shape[0], patch.shape[-1]
    cells = tensors["image_encoder.pos_embed"].shape[1]
    reaches = [tensors[f"image_encoder.blocks.{k}.attn.rel_pos_h"] for k in range(_count(tensors))]
    everywhere = [k for k, reach in enumerate(reaches) if len(reach) == 2 * cells - 1]
    windows = [(len(reach) + 1) // 2 for k, reach in enumerate(reaches) if k not in everywhere]
    channels = tensors["image_encoder.neck.0.weight"].shape[0]
    hidden = tensors["mask_decoder.transformer.layers.0.mlp.lin1.weight"].shape[0]
    quality = tensors["mask_decoder.iou_prediction_head.layers.0.weight"].shape[0]
    encoder = ImageEncoderViT(
        img_size=cells * side,
        patch_size=side,
        embed_dim=width,
        depth=len(reaches),
        num_heads=width // reaches[0].shape[1],
        mlp_ratio=tensors["image_encoder.blocks.0.mlp.lin1.weight"].shape[0] / width,
        out_chans=channels,
        norm_layer=lambda size: nn.LayerNorm(size, eps=1e-6),
        use_rel_pos=True,
        window_size=windows[0] if windows else 0,
        global_attn_indexes=tuple(everywhere),
    )
    prompts = PromptEncoder(
        embed_dim=channels,
        image_embedding_size=(cells, cells),
        input_image_size=(cells * side, cells * side),
        mask_in_chans=tensors["prompt_encoder.mask_downscaling.3.weight"].shape[0],
    )
    transformer = TwoWayTransformer(depth=2, embedding_dim=channels, num_heads=_HEADS, mlp_dim=hidden)
    decoder = MaskDecoder(
        transformer_dim=channels,
        transformer=transformer,
        num_multimask_outputs=tensors["mask_decoder.mask_tokens.weight"].shape[0] - 1,
        iou_head_depth=3,
        iou_head_hidden_dim=quality,
    )
    return Sam(encoder, prompts, decoder, list(_MEAN), list(_SPREAD))


def _count(tensors: dict[str, Tensor]) -> int:
    """Blocks of the image encoder."""
    return sum(
        name.startswith("image_encoder.blocks.") and name.endswith(".norm1.weight") for name in tensors
    )
