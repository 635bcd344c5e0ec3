"""All numbers that say how well a sketch draws its picture."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.metrics.boundary_map import boundary_map
from inkwright.metrics.ink import blurred, check_pair, check_picture, gradient_magnitude, ink_lines, ink_map
from inkwright.metrics.map_agreement import correlation, edge_agreement, map_similarity

LONGEST_SIDE = 448
# Pixels within which a line lies on a boundary, and of the blur of ink and gradient.
TOLERANCE, SIGMA = 2.0, 2.0


class SketchQuality:
    """Scores sketches of one picture; what depends on the picture alone is computed once.

    Pictures with a side above 448 pixels are compared at 448, so that the cost is bounded and two pixels
    stay a visible distance.

    Args:
        target: [3, H, W] the picture, in [0, 1].

    Raises:
        ValueError: the target is no picture.
    """

    def __init__(self, target: Tensor) -> None:
        check_picture("target", target)
        self._target = target
        picture = _bounded(target)
        self._boundaries = boundary_map(picture)
        self._gradient = blurred(gradient_magnitude(picture), SIGMA)

    def __call__(self, render: Tensor) -> dict[str, float]:
        """Score a sketch [3, H, W] on white, in [0, 1], of the target's size.

        Returns:
            "edge_precision", "edge_recall", "edge_f1" of the ink's centre lines against the boundaries at two
            pixels; of the blurred ink against the blurred gradient magnitude of the picture:
            "gradient_correlation" (Pearson) in [-1, 1], "ink_msssim" in [0, 1].

        Raises:
            ValueError: the shapes differ.
        """
        check_pair(render, self._target)
        render = _bounded(render)
        edges = edge_agreement(ink_lines(render), self._boundaries, TOLERANCE)
        ink = blurred(ink_map(render), SIGMA)
        gradient = self._gradient.to(ink.device)
        return {
            **{f"edge_{name}": value for name, value in edges.items()},
            "gradient_correlation": float(correlation(ink, gradient)),
            "ink_msssim": float(map_similarity(ink, gradient)),
        }


def _bounded(picture: Tensor) -> Tensor:
    """The picture, at most 448 pixels on its longer side, averaged over areas."""
    picture = picture.detach().float().clamp(0, 1)
    longest = max(picture.shape[1:])
    if longest <= LONGEST_SIDE:
        return picture
    size = [max(round(side * LONGEST_SIDE / longest), 1) for side in picture.shape[1:]]
    return F.interpolate(picture[None], size, mode="area")[0]
