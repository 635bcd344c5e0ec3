"""DINOv2 with its decoder of importance: loading it, its tokens by block, and where people look."""

from collections.abc import Collection

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.layer_names import check_names
from inkwright.frozen_networks.network_of_tensors import network_of_tensors

SIDE = 224
_PATCH, _HEAD = 14, 64


class DinoNetwork(nn.Module):
    """DINOv2 ViT-S/14 (Oquab et al. 2023), whose last blocks were tuned for importance, and its decoder.

    Attributes:
        layer_names: ``block0`` to ``block11``. Those that were tuned, 9 and later, say less of a picture.
        side: of the pictures that it was tuned on.
    """

    layer_names: tuple[str, ...]
    side: int | None = SIDE

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Takes over ``backbone.*`` under timm's names and ``decoder.*``; any width and depth will do.

        Raises:
            KeyError: a tensor is missing.
            RuntimeError: one has another shape.
        """
        from timm.models.vision_transformer import VisionTransformer

        super().__init__()
        backbone = _below("backbone.", tensors)
        depth = 1 + max(int(name.split(".")[1]) for name in backbone if name.startswith("blocks."))
        width = backbone["cls_token"].shape[-1]
        backbone["pos_embed"] = _placed(backbone["pos_embed"], SIDE // _PATCH)
        self.layer_names = tuple(f"block{index}" for index in range(depth))
        self.backbone = VisionTransformer(
            img_size=SIDE,
            patch_size=_PATCH,
            num_classes=0,
            embed_dim=width,
            depth=depth,
            num_heads=max(width // _HEAD, 1),
            init_values=1e-5,
            dynamic_img_size=True,
        )
        self.backbone.load_state_dict(backbone)
        self.decoder = _decoder(_below("decoder.", tensors))

    def features(self, inputs: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Tokens of the patches by block, each with mean 0 and deviation 1.

        Args:
            inputs: [B, 3, H, W], ``imagenet_normalized``; H and W are multiples of 14.
            layers: names of the blocks wanted.

        Returns:
            [B, C, H / 14, W / 14] for each of ``layers``, in the order of the network.

        Raises:
            ValueError: a block is unknown.
        """
        check_names(layers, self.layer_names, "DINOv2")
        wanted = [name for name in self.layer_names if name in layers]
        maps = self.backbone.forward_intermediates(
            inputs,
            indices=[self.layer_names.index(name) for name in wanted],
            stop_early=True,
            intermediates_only=True,
        )
        # A few channels are a hundred times as large as the others, the same in all places.
        return {name: _standardized(each) for name, each in zip(wanted, maps, strict=True)}

    def importance(self, inputs: Tensor) -> Tensor:
        """[B, H, W] in [0, 1]: how much people would look at each place; ``inputs`` as for ``features``."""
        tokens = self.backbone.forward_features(inputs)[:, 1:]
        height, width = (side // _PATCH for side in inputs.shape[-2:])
        coarse = self.decoder(tokens.mT.reshape(len(inputs), -1, height, width))
        return F.interpolate(coarse, inputs.shape[-2:], mode="bilinear").sigmoid()[:, 0]


def load_dinov2(weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``DinoNetwork``, shared with all who ask for the same file; None looks for it.

    Raises:
        ValueError: the file is not this network's.
        FileNotFoundError: the weights are missing.
        ImportError: timm is not installed.
    """
    return network_of_tensors("dinov2-importance", DinoNetwork, weights_path)


def _standardized(tokens: Tensor) -> Tensor:
    spread, mean = torch.var_mean(tokens, dim=1, keepdim=True, correction=0)
    return (tokens - mean) * (spread + 1e-6).rsqrt()


def _placed(embedding: Tensor, side: int) -> Tensor:
    """The class token's and those of a square of patches, brought to another side as its authors do."""
    before = round((embedding.shape[1] - 1) ** 0.5)
    square = embedding[:, 1:].mT.reshape(1, -1, before, before)
    resized = F.interpolate(square, (side, side), mode="bicubic")
    return torch.cat([embedding[:, :1], resized.flatten(2).mT], dim=1)


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): each for name, each in tensors.items() if name.startswith(prefix)}


def _decoder(tensors: dict[str, Tensor]) -> nn.Sequential:
    """Three times twice as large, then one number for each place."""
    layers: list[nn.Module] = []
    for index in (1, 2, 3):
        weight = tensors[f"upconv{index}.weight"]
        larger = nn.ConvTranspose2d(weight.shape[0], weight.shape[1], 4, 2, 1)
        larger.load_state_dict(_below(f"upconv{index}.", tensors))
        norm = nn.BatchNorm2d(weight.shape[1])
        norm.load_state_dict(_below(f"bn{index}.", tensors), strict=False)
        layers += [larger, norm, nn.ReLU()]
    last = nn.Conv2d(tensors["final_conv.weight"].shape[1], 1, 1)
    last.load_state_dict(_below("final_conv.", tensors))
    return nn.Sequential(*layers, last)
