"""Where a network looks, as a map of a picture."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor, nn

from inkwright.frozen_networks.clip import ClipNetwork, load_clip
from inkwright.frozen_networks.frozen_network import FrozenNetwork, shared_network
from inkwright.frozen_networks.network_input import clean_view, imagenet_normalized
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.frozen_networks.weights.safe_loading import load_tensors, loading

FloatArray = NDArray[np.float32]
FindSaliency = Callable[[FloatArray], FloatArray]

_log = logging.getLogger(__name__)


class ClipSaliency:
    """What CLIP attends to (CLIPasso, Vinker et al. 2022, section 3.1).

    Of a vision transformer: how much the class token attends to each patch, averaged over heads and blocks.
    Of a ResNet: Grad-CAM (Selvaraju et al. 2017) at layer4, for the likeness of the picture to a text.
    """

    def __init__(
        self,
        network: str = "clip-vit-b-32",
        *,
        weights_path: str | None = None,
        prompt: str = "",
        otherwise: FindSaliency | None = None,
    ) -> None:
        """Loads the network.

        Args:
            network: a CLIP of the catalogue.
            weights_path: where it is; None to look in the usual places.
            prompt: what to look for; needed by a ResNet, not used by a transformer.
            otherwise: what says where to look if the weights are missing and ``weights_path`` is None.

        Raises:
            ValueError: the network is unknown, or a ResNet was given no prompt.
            FileNotFoundError: the weights are missing.
        """
        self.prompt = prompt
        self.otherwise = otherwise
        self.clip: FrozenNetwork | None = None
        try:
            self.clip = load_clip(network, weights_path)
        except FileNotFoundError:
            if otherwise is None or weights_path is not None:
                raise
            _log.warning(
                "strokes start by colour and contrast, since %s is not on this machine; "
                "to get it: python -m inkwright.frozen_networks.weights fetch %s",
                network,
                network,
            )
        if self.clip is not None and self.network.is_resnet and not prompt.strip():
            raise ValueError(
                f"saliency.prompt is empty; {network} is a ResNet, which shows where it sees a text: "
                "give one, or choose network=clip-vit-b-32"
            )

    @property
    def network(self) -> ClipNetwork:
        """The frozen network, which guidance may share."""
        if self.clip is None:
            raise RuntimeError("the network is not on this machine")
        network: ClipNetwork = self.clip.network
        return network

    def __call__(self, pixels: FloatArray) -> FloatArray:
        """[H, W] in [0, 1] for a picture [H, W, 3] in [0, 1]: the larger, the more it is looked at."""
        if self.clip is None and self.otherwise is not None:
            return self.otherwise(pixels)
        picture = torch.from_numpy(pixels).permute(2, 0, 1)
        view = clean_view(picture[None], self.network.image_size)
        coarse = self._activation(view) if self.network.is_resnet else self._attention(view)
        return laid_over(coarse, picture, "bicubic")

    @torch.no_grad()
    def _attention(self, view: Tensor) -> Tensor:
        blocks = list(self.network.model.visual.transformer.resblocks)
        with _outputs([block.ln_1 for block in blocks]) as normed:
            self.network.features(view)
        rows = [_class_row(block.attn, tokens) for block, tokens in zip(blocks, normed, strict=True)]
        return _on_grid(torch.stack(rows).mean((0, 1)))

    def _activation(self, view: Tensor) -> Tensor:
        with torch.enable_grad():
            seen = self.network.features(view.requires_grad_(), ("layer4",))
            layer, embedding = seen.layers["layer4"], seen.embedding
            likeness = (F.normalize(embedding.float()) * self.network.embed_text([self.prompt])).sum()  # type: ignore[union-attr]
            (gradient,) = torch.autograd.grad(likeness, layer)
        importance = gradient.mean((2, 3), keepdim=True)
        return F.relu((importance * layer).sum(1))[0].detach().float()


class DinoSaliency:
    """What a self-supervised transformer attends to: DINO (Caron et al. 2021), its last block.

    Averaged over heads; the published sketching code draws the strongest patches of every head instead.
    """

    def __init__(self, *, weights_path: str | None = None) -> None:
        """Loads DINO ViT-S/8 through timm.

        Args:
            weights_path: None to look in the usual places; a file; ``hub``; or a folder in timm's own format
                (``config.json`` and the weights), which may hold any vision transformer.

        Raises:
            ValueError: the file is not this network's.
            FileNotFoundError: the weights are missing.
            ImportError: timm is not installed.
        """
        path = locate("dino-vit-s-8", weights_path)
        self.dino: FrozenNetwork = shared_network(("dino", path.resolve()), lambda: _load_dino(path))

    @torch.no_grad()
    def __call__(self, pixels: FloatArray) -> FloatArray:
        """[H, W] in [0, 1] for a picture [H, W, 3] in [0, 1]."""
        picture = torch.from_numpy(pixels).permute(2, 0, 1)
        network = self.dino.network
        view = clean_view(picture[None], network.patch_embed.img_size[0])
        attention = network.blocks[-1].attn
        with _outputs([attention.qkv]) as outputs:
            network(imagenet_normalized(view))
        row = _attention_row(outputs[0][0], attention.num_heads)
        return laid_over(_on_grid(row.mean(0)), picture, "nearest")


def _load_dino(path: Path) -> nn.Module:
    with loading(path, "dino-vit-s-8"):
        import timm

        if path.is_dir():
            json.loads((path / "config.json").read_text())
            network: nn.Module = timm.create_model(f"local-dir:{path}", pretrained=False, num_classes=0)
            path = path / "model.safetensors"
        else:
            network = timm.create_model("vit_small_patch8_224.dino", pretrained=False, num_classes=0)
        network.load_state_dict(load_tensors(path, "dino-vit-s-8"))
        return network


def _class_row(attention: nn.MultiheadAttention, tokens: Tensor) -> Tensor:
    """[heads, patches]: how much the class token attends to each patch.

    open_clip asks its attention for no weights, so they are computed again: softmax(q k^T / sqrt(d)).
    """
    tokens = tokens[0] if attention.batch_first else tokens[:, 0]
    projected = F.linear(tokens, attention.in_proj_weight, attention.in_proj_bias)
    return _attention_row(projected.float(), attention.num_heads)


def _attention_row(projected: Tensor, heads: int) -> Tensor:
    """[heads, patches], from queries, keys and values [tokens, 3 x heads x d], class token first."""
    query, key, _ = projected.reshape(len(projected), 3, heads, -1).permute(1, 2, 0, 3)
    weights = (query[:, :1] @ key.transpose(-1, -2) * query.shape[-1] ** -0.5).softmax(-1)
    return weights[:, 0, 1:]


def _on_grid(patches: Tensor) -> Tensor:
    side = round(patches.numel() ** 0.5)
    return patches.reshape(side, side)


def laid_over(coarse: Tensor, picture: Tensor, mode: str) -> FloatArray:
    """A map of the square around a picture, cut to the picture, from 0 to 1; 0 if it is flat."""
    height, width = picture.shape[1:]
    side = max(height, width)
    full = F.interpolate(coarse[None, None].float(), (side, side), mode=mode)[0, 0]
    top, left = (side - height) // 2, (side - width) // 2
    values = full[top : top + height, left : left + width]
    spread = values.max() - values.min()
    return ((values - values.min()) / spread if spread > 0 else torch.zeros_like(values)).numpy()


@contextmanager
def _outputs(modules: list[nn.Module]) -> Iterator[list[Tensor]]:
    """What the modules return inside, in the order in which they are run."""
    outputs: list[Tensor] = []

    def keep(module: nn.Module, inputs: Any, output: Tensor) -> None:
        outputs.append(output)

    hook: Callable[..., None] = keep
    handles = [module.register_forward_hook(hook) for module in modules]
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()
