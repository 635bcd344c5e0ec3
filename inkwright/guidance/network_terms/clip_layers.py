"""The CLIP term of CLIPascene: layers of a vision transformer, each a loss of its own."""

from typing import Any

from inkwright.guidance.network_terms.clip import ClipTerm


def clip_layers(layers: str, also: str = "4", **options: Any) -> ClipTerm:
    """A term with the loss ``block<n>`` of weight 1 for every number n in ``layers`` and ``also``.

    Args:
        layers: such as ``2,7,8,11``; see ``LayerColumns``.
        also: more of them, or none.
        options: see ``ClipTerm``.

    Raises:
        ValueError: no layer is named, or an option is wrong.
    """
    digits = "".join(letter if letter.isdigit() else " " for letter in f"{layers} {also}").split()
    if not layers.strip("[] "):
        raise ValueError("layers is empty; say which, for example layers=2,7,8,11")
    return ClipTerm(layers={f"block{int(number)}": 1.0 for number in digits}, fc=0.0, **options)
