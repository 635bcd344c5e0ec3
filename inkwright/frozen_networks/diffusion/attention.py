"""Recording of cross- and self-attention while a diffusion model samples (DiffSketcher, section 3.2)."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

CROSS, SELF = "cross", "self"


class AttentionRecord:
    """Attention of one size of each kind, averaged over steps, layers and heads.

    Only the conditional half of a batch counts, and only the layers of the down and up blocks.
    """

    def __init__(self, places: Mapping[str, int], *, guided: bool) -> None:
        """Starts empty.

        Args:
            places: "cross" and "self", the side in latent cells of the maps to keep.
            guided: whether batches hold an unconditional half first.
        """
        self.places = dict(places)
        self.guided = guided
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}

    def add(self, kind: str, maps: Tensor) -> None:
        """Takes in the maps [batch, heads, cells, keys] of one layer in one step."""
        if maps.shape[2] != self.places[kind] ** 2:
            return
        kept = maps[len(maps) // 2 :] if self.guided else maps
        total = kept.float().sum((0, 1)).cpu()
        self._sums[kind] = self._sums.get(kind, torch.zeros(())) + total
        self._counts[kind] = self._counts.get(kind, 0) + kept.shape[0] * kept.shape[1]

    def mean(self, kind: str) -> Tensor:
        """[cells, keys] mean of all maps of a kind.

        Raises:
            ValueError: no layer has maps of that size.
        """
        if kind not in self._sums:
            side = self.places[kind]
            raise ValueError(
                f"{kind}_resolution is {side}, but no layer of the network has {kind} attention of "
                f"{side} x {side} cells"
            )
        return self._sums[kind] / self._counts[kind]


class RecordingProcessor:
    """Computes attention as the processor it stands for, and the probabilities once more for the record."""

    def __init__(self, plain: Any, kind: str, record: AttentionRecord) -> None:
        """Takes the place of ``plain``."""
        self.plain, self.kind, self.record = plain, kind, record

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        **others: Any,
    ) -> Tensor:
        """What the plain processor says."""
        if hidden_states.shape[1] == self.record.places[self.kind] ** 2:
            self.record.add(self.kind, _probabilities(attn, hidden_states, encoder_hidden_states))
        said: Tensor = self.plain(attn, hidden_states, encoder_hidden_states, attention_mask, **others)
        return said


@contextmanager
def recorded_attention(
    unet: Any, places: Mapping[str, int], *, guided: bool, cross_layer: str = ""
) -> Iterator[AttentionRecord]:
    """Records attention inside the block; afterwards the network has its own processors again.

    Args:
        unet: a ``UNet2DConditionModel`` of diffusers.
        places: "cross" and "self", the side in latent cells of the maps to keep.
        guided: whether batches hold an unconditional half first.
        cross_layer: how the name of the only layer begins whose cross-attention counts, for example
            ``up_blocks.1.attentions.1``; "" = all of the down and up blocks.

    Raises:
        ValueError: there is no such layer.
    """
    plain = dict(unet.attn_processors)
    record = AttentionRecord(places, guided=guided)
    kinds = {name: SELF if ".attn1." in name else CROSS for name in plain if not name.startswith("mid")}
    if cross_layer:
        there = [name for name, kind in kinds.items() if kind == CROSS]
        kinds = {name: k for name, k in kinds.items() if k == SELF or name.startswith(f"{cross_layer}.")}
        if CROSS not in kinds.values():
            names = ", ".join(name.split(".transformer_blocks")[0] for name in there)
            raise ValueError(f"cross_layer is {cross_layer!r}; it must be one of {names}")
    unet.set_attn_processor(
        {
            name: RecordingProcessor(processor, kinds[name], record) if name in kinds else processor
            for name, processor in plain.items()
        }
    )
    try:
        yield record
    finally:
        unet.set_attn_processor(plain)


def cross_map(record: AttentionRecord, tokens: list[int], size: tuple[int, int]) -> Tensor:
    """[H, W] in [0, 1], where tokens are looked at on average; flat attention gives 0 everywhere.

    Tokens are positions in the prompt, 0 is its start; ``size`` is (H, W).
    """
    side = record.places[CROSS]
    attended = record.mean(CROSS)[:, tokens].mean(1).reshape(1, 1, side, side)
    return _stretched(attended, size, "bicubic")


def self_map(
    record: AttentionRecord, size: tuple[int, int], *, components: int = 20, component: int | None = 0
) -> Tensor:
    """[H, W] in [0, 1], a principal direction of what looks alike: singular vectors of self-attention.

    Args:
        record: of a painted picture.
        size: (H, W).
        components: how many are found, >= 1.
        component: which of them, or None for their mean.
    """
    side = record.places[SELF]
    attention = record.mean(SELF)
    _, _, directions = torch.linalg.svd(attention - attention.mean(1, keepdim=True))
    parts = [_stretched(each.reshape(1, 1, side, side), size, "bilinear") for each in directions[:components]]
    chosen = torch.stack(parts).mean(0) if component is None else parts[component]
    return min_max(chosen)


def min_max(values: Tensor) -> Tensor:
    """The values stretched to [0, 1]; 0 everywhere if all are equal."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if float(high - low) > 1e-12 else torch.zeros_like(values)


def _stretched(values: Tensor, size: tuple[int, int], mode: str) -> Tensor:
    """[H, W] in [0, 1], a map [1, 1, h, w] at another size."""
    return min_max(F.interpolate(min_max(values), size, mode=mode, align_corners=False)[0, 0])


def _probabilities(attn: Any, queries: Tensor, keys: Tensor | None) -> Tensor:
    """[batch, heads, cells, keys] softmax of the scaled products, in single precision."""
    query, key = attn.to_q(queries), attn.to_k(queries if keys is None else keys)
    query, key = (each.unflatten(-1, (attn.heads, -1)).transpose(1, 2).float() for each in (query, key))
    return (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).softmax(-1)
