"""What a CLIP calls pictures of the small world: their kinds and colors."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.toy_world.words import COLORS, KINDS

COLOR_NAMES: tuple[str, ...] = tuple(COLORS)


def named(kind: str, color: str = "") -> str:
    """``a red fish``, ``an umbrella``."""
    words = f"{color} {kind}".strip()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def kind_prompts() -> list[str]:
    """One caption for each of ``KINDS``."""
    return [named(kind) for kind in KINDS]


def color_prompts(kind: str) -> list[str]:
    """One caption of a kind for each of ``COLORS``."""
    return [named(kind, color) for color in COLORS]


def pair_prompts() -> list[str]:
    """One caption for each kind in each color; kinds change slowest."""
    return [prompt for kind in KINDS for prompt in color_prompts(kind)]


def likeness(images: Tensor, texts: Tensor) -> Tensor:
    """[B, N] cosines of embeddings of pictures [B, D] and of texts [N, D]."""
    return F.normalize(images.float(), dim=-1) @ F.normalize(texts.float(), dim=-1).T


def accuracies(images: Tensor, texts: Tensor, kinds: Tensor, colors: Tensor) -> dict[str, Tensor]:
    """Shares of pictures named right.

    Args:
        images: [B, D] embeddings.
        texts: [K * C, D] embeddings of ``pair_prompts``.
        kinds: [B] the true kinds.
        colors: [B] the true colors.

    Returns:
        ``kind`` (the color left open), ``color`` (the kind known) and ``both``, each in [0, 1].
    """
    table = likeness(images, texts).reshape(len(images), len(KINDS), len(COLORS))
    best = table.flatten(1).argmax(1)
    known = table[torch.arange(len(images)), kinds]
    return {
        "kind": (table.amax(2).argmax(1) == kinds).float().mean(),
        "color": (known.argmax(1) == colors).float().mean(),
        "both": (best == kinds * len(COLORS) + colors).float().mean(),
    }


def probabilities(images: Tensor, texts: Tensor, scale: float = 20.0) -> Tensor:
    """[B, N] what CLIP makes of a choice of texts; ``scale`` is about that of the shipped logits."""
    return (scale * likeness(images, texts)).softmax(1)


def most_likely(images: Tensor, texts: Tensor, names: Sequence[str]) -> list[str]:
    """The name whose text [N, D] is nearest to each picture [B, D]."""
    return [names[int(best)] for best in likeness(images, texts).argmax(1)]
