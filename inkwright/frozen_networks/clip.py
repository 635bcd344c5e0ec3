"""CLIP: loading it, its intermediate features by name, its embeddings."""

import difflib
import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork, shared_network
from inkwright.frozen_networks.weights.catalog import weights_named
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.frozen_networks.weights.safe_loading import loading

Precision = Literal["fp32", "bf16", "fp16"]
LayerMap = Literal["intended", "repo_2023"]

PRECISIONS: dict[str, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
RESNET_LAYERS = ("stem", "layer1", "layer2", "layer3", "layer4")
_CONFIG = "open_clip_config.json"


@dataclass(frozen=True)
class ClipFeatures:
    """What CLIP sees in B pictures.

    Attributes:
        layers: features by name; of a ResNet [B, C, H, W]; of a transformer [B, tokens, C], the class
            token first.
        embedding: [B, D], not normalised; with ``layer_map=repo_2023`` [B, C, H, W]; None if not asked for.
    """

    layers: Mapping[str, Tensor]
    embedding: Tensor | None


class ClipNetwork(nn.Module):
    """open_clip's model, asked for features by name.

    A ResNet has ``stem``, ``layer1`` to ``layer4``; a vision transformer ``block0``, ``block1`` and so on.

    Attributes:
        layer_names: of this architecture, in the order in which a picture passes them.
        image_size: side of the square that it looks at, in pixels.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        model: Any,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        tokenizer: Any = None,
    ) -> None:
        """Takes over a model of open_clip and the statistics of the pictures it was trained on.

        Without ``tokenizer`` it is CLIP's own.
        """
        super().__init__()
        import open_clip

        self.model = model
        self.tokenizer = tokenizer
        self.is_resnet = hasattr(model.visual, "layer4")
        blocks = RESNET_LAYERS if self.is_resnet else _block_names(model.visual)
        self.layer_names: tuple[str, ...] = tuple(blocks)
        size = model.visual.image_size
        self.image_size = int(size if isinstance(size, int) else size[0])
        for name, values, usual in (
            ("mean", mean, open_clip.OPENAI_DATASET_MEAN),
            ("std", std, open_clip.OPENAI_DATASET_STD),
        ):
            statistics = torch.tensor(values or usual, dtype=torch.float32)[:, None, None]
            self.register_buffer(name, statistics.to(_dtype(model.visual)))

    def features(
        self,
        images: Tensor,
        layers: Collection[str] = (),
        *,
        embed: bool = True,
        layer_map: LayerMap = "intended",
    ) -> ClipFeatures:
        """Looks at pictures, no further than needed.

        Args:
            images: [B, 3, S, S] RGB in [0, 1], S = ``image_size``; not normalised.
            layers: names of the features wanted.
            embed: whether the joint embedding is wanted too.
            layer_map: ``intended``; or ``repo_2023``, what the published DiffSketcher code reads under these
                names with a current CLIP: it takes modules by their position, and is off by two. For ResNets.

        Raises:
            ValueError: a layer is unknown, or the architecture has no such map.
        """
        self.check_layers(layers)
        inputs = (images.to(self.mean.dtype) - self.mean) / self.std
        if layer_map == "repo_2023":
            return self._shifted_resnet(inputs, layers)
        return (self._resnet if self.is_resnet else self._transformer)(inputs, layers, embed)

    def check_layers(self, layers: Collection[str]) -> None:
        """Refuses unknown names of layers.

        Raises:
            ValueError: one is unknown; the nearest is offered.
        """
        for name in layers:
            if name not in self.layer_names:
                near = difflib.get_close_matches(name, self.layer_names, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]}? " if near else ""
                raise ValueError(
                    f"layers names {name!r}; {hint}this network has {', '.join(self.layer_names)}"
                )

    @torch.no_grad()
    def embed_text(self, prompts: Sequence[str]) -> Tensor:
        """[len(prompts), D] unit vectors in CLIP's joint space, float32."""
        from open_clip import SimpleTokenizer

        tokenizer = self.tokenizer or SimpleTokenizer(context_length=self.model.context_length)
        embedded = self.model.encode_text(tokenizer(list(prompts)).to(self.mean.device))
        return F.normalize(embedded.float(), dim=-1)

    def _resnet(self, inputs: Tensor, layers: Collection[str], embed: bool) -> ClipFeatures:
        visual, found = self.model.visual, {}
        last = max((RESNET_LAYERS.index(name) for name in layers), default=-1)
        values = inputs
        for index, name in enumerate(RESNET_LAYERS):
            if index > last and not embed:
                break
            values = getattr(visual, name)(values)
            if name in layers:
                found[name] = values
        return ClipFeatures(found, visual.attnpool(values) if embed else None)

    def _transformer(self, inputs: Tensor, layers: Collection[str], embed: bool) -> ClipFeatures:
        names = [name for name in self.layer_names if name in layers]
        if not names:
            return ClipFeatures({}, self.model.encode_image(inputs))
        seen = self.model.visual.forward_intermediates(
            inputs,
            indices=[self.layer_names.index(name) for name in names],
            stop_early=not embed,
            intermediates_only=not embed,
            output_fmt="NLC",
            output_extra_tokens=True,
        )
        tokens = zip(
            seen.get("image_intermediates_prefix", ()), seen.get("image_intermediates", ()), strict=True
        )
        blocks = [torch.cat(pair, dim=1) for pair in tokens]
        return ClipFeatures(dict(zip(names, blocks, strict=True)), seen.get("image_features"))

    def _shifted_resnet(self, inputs: Tensor, layers: Collection[str]) -> ClipFeatures:
        if not self.is_resnet:
            raise ValueError("layer_map is repo_2023, which is a map of ResNets; choose layer_map=intended")
        visual = self.model.visual
        stem = visual.stem(inputs)
        pooled = visual.avgpool(stem)
        first = visual.layer1(pooled)
        second = visual.layer2(first)
        read = dict(zip(RESNET_LAYERS, (stem, stem, pooled, first, second), strict=True))
        return ClipFeatures({name: read[name] for name in layers}, visual.layer3(second))


def load_clip(
    network: str = "clip-rn101", weights_path: str | None = None, precision: Precision = "fp32"
) -> FrozenNetwork:
    """A frozen ``ClipNetwork``, shared with every other term that asks for the same one.

    Args:
        network: one of the catalogue's, ``clip-...``.
        weights_path: None to look in the usual places; a file; ``hub``; or a folder in open_clip's own format
            (``open_clip_config.json`` and the weights), which may hold any architecture.
        precision: ``fp32``, ``bf16`` or ``fp16``.

    Raises:
        ValueError: the network or the precision is unknown, or the file is not this network's.
        FileNotFoundError: the weights are missing.
        ImportError: open_clip is not installed.
    """
    described = weights_named(network)
    if not network.startswith("clip-"):
        raise ValueError(f"network is {network!r}; a CLIP is needed, for example clip-rn101")
    if precision not in PRECISIONS:
        raise ValueError(f"precision is {precision!r}; it must be one of {', '.join(PRECISIONS)}")
    path = locate(network, weights_path)
    key = ("clip", described.architecture, path.resolve(), precision)
    return shared_network(key, lambda: _load(network, path, PRECISIONS[precision]))


def _load(network: str, path: Path, dtype: torch.dtype) -> ClipNetwork:
    described = weights_named(network)
    with loading(path, network), _quietly():
        import open_clip

        tokenizer = None
        if path.is_dir():
            _check_folder(path)
            tokenizer = open_clip.get_tokenizer(f"local-dir:{path}")
            model = open_clip.create_model(f"local-dir:{path}", require_pretrained=True)
            statistics = json.loads((path / _CONFIG).read_text()).get("preprocess_cfg", {})
        else:
            model = open_clip.create_model(
                described.architecture, pretrained=str(path), require_pretrained=True, weights_only=True
            )
            statistics = open_clip.get_pretrained_cfg(described.architecture, described.tag)
    model = model.to(dtype=dtype, memory_format=torch.channels_last)
    return ClipNetwork(model, statistics.get("mean"), statistics.get("std"), tokenizer)


def _check_folder(path: Path) -> None:
    if not (path / _CONFIG).is_file():
        raise ValueError(f"the folder holds no {_CONFIG}")
    if not any(path.glob("open_clip_*model.*")):
        raise ValueError("the folder holds no open_clip_model.safetensors")


@contextmanager
def _quietly() -> Iterator[None]:
    """open_clip tells the root logger about every step of loading."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)


def _block_names(visual: Any) -> list[str]:
    return [f"block{index}" for index in range(len(visual.transformer.resblocks))]


def _dtype(module: nn.Module) -> torch.dtype:
    return next(module.parameters()).dtype
