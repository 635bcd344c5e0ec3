"""Large pictures through a network tile by tile, with the same result as at once."""

from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

from inkwright.simplification.simplifier_network import SimplifierNetwork

DEFAULT_TILE = 1024


@torch.inference_mode()
def simplify_tiled(
    network: SimplifierNetwork,
    rough: Tensor,
    tile: int = DEFAULT_TILE,
    on_tile: Callable[[int, int], None] | None = None,
) -> Tensor:
    """Clean lines of one picture, equal to ``network(rough)``, in memory that does not grow with it.

    Every tile is computed together with the pixels around it that its output depends on.

    Args:
        network: in evaluation mode, so that a pixel does not depend on the rest of the picture.
        rough: [1, H, W] grey in [0, 1], 1 = white paper; may be a view of any float or 8-bit type.
        tile: side of the tiles in pixels, rounded up to the network's multiple, >= 1.
        on_tile: is told (tiles done, tiles in all).

    Returns:
        [1, H, W] float32 in (0, 1).

    Raises:
        ValueError: the network is in training mode, or the tile is below 1.
    """
    if network.training:
        raise ValueError("the network is in training mode; call eval() before simplify_tiled")
    if tile < 1:
        raise ValueError(f"tile is {tile}; it must be at least 1 pixel")
    step = -(-tile // network.multiple) * network.multiple
    height, width = rough.shape[-2:]
    corners = list(product(range(0, height, step), range(0, width, step)))
    cleaned = torch.empty(1, height, width, dtype=torch.float32)
    for number, (top, left) in enumerate(corners, start=1):
        upper, before = max(top - network.halo, 0), max(left - network.halo, 0)
        lower, after = min(top + step, height), min(left + step, width)
        around = rough[
            :, upper : min(lower + network.halo, height), before : min(after + network.halo, width)
        ]
        gray = around.float() / 255 if around.dtype == torch.uint8 else around.float()
        part = network(gray.to(network.mean.device)[None])[0]
        inner = part[:, top - upper : lower - upper, left - before : after - before]
        cleaned[:, top:lower, left:after] = inner.to(cleaned)
        if on_tile:
            on_tile(number, len(corners))
    return cleaned
