"""Is a photograph found from its sketch among others? A network that guided nothing says so."""

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor
from torchmetrics import Metric

from inkwright.frozen_networks.feature_networks import USUAL_LAYERS, load_features
from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.pictures.bundled_examples import EXAMPLES
from inkwright.pictures.picture_folder import pictures_in
from inkwright.pictures.target_image import load_target

SIDE = 224
# Pictures that differ by less on average are the same one.
_SAME = 0.02
_LUMINANCE = (0.2126, 0.7152, 0.0722)
# Rows and columns of the parts of a picture that stand in for further pictures: the whole, and its corners.
_PARTS = ((0.0, 0.0, 1.0), (0.0, 0.0, 0.7), (0.3, 0.3, 0.7), (0.0, 0.3, 0.7), (0.3, 0.0, 0.7))
_AT_ONCE = 16


class RecognizedRank(Metric):
    """Mean place, from 1, of the pictures when others are sorted by how like the sketch they look.

    A sketch and a picture are alike by the cosine of their features, less the mean of each channel, averaged
    over layers. Pictures are compared in gray and all brought to one square, so that neither color nor shape
    of the paper gives them away. Others than ``gallery`` holds are its pictures mirrored, and their corners.

    ``update`` takes sketches and pictures, [B, 3, H, W] RGB in [0, 1]. Lower is better, 1 is best.
    """

    is_differentiable = False
    higher_is_better = False
    full_state_update = False
    total: Tensor
    count: Tensor

    def __init__(
        self,
        network: str = "squeezenet",
        *,
        weights_path: str | None = None,
        gallery: str | None = None,
        others: int = 50,
    ) -> None:
        """Looks at the gallery.

        Args:
            network: one that did not guide the sketch; see ``load_features``.
            weights_path: of the network; None to look in the usual places.
            gallery: a folder of pictures; None = the bundled examples.
            others: among how many other pictures each is looked for, >= 1.

        Raises:
            ValueError: a value is not allowed, or there are too few pictures.
            FileNotFoundError: the weights are missing.
        """
        super().__init__()
        if others < 1:
            raise ValueError(f"others is {others}; it must be >= 1")
        self.others = others
        self.frozen = load_features(network, weights_path)
        self._layers = USUAL_LAYERS[network]
        paths = pictures_in(EXAMPLES if gallery is None else Path(gallery).expanduser())
        self._pictures = [_square(load_target(path, 2 * SIDE).image[None]) for path in paths.values()]
        self._seen: dict[tuple[int, int, bool], Tensor] = {}
        self.add_state("total", default=torch.tensor(0.0), dist_reduce_fx="sum")
        self.add_state("count", default=torch.tensor(0), dist_reduce_fx="sum")

    @torch.no_grad()
    def update(self, preds: Tensor, target: Tensor) -> None:
        """Takes in sketches, each with the picture that it should be found by.

        Raises:
            ValueError: the gallery holds too few other pictures.
        """
        for sketch, picture in zip(preds, target, strict=True):
            self.total += self.rank(sketch[None], picture[None])
        self.count += len(preds)

    def compute(self) -> Tensor:
        """The mean so far."""
        return self.total / self.count

    @torch.no_grad()
    def rank(self, sketch: Tensor, picture: Tensor) -> int:
        """The place of one picture [1, 3, H, W] for one sketch of it; among equals the last one."""
        rows = torch.cat([self._directions(_square(picture)), *self._directions_of_others(picture)])
        likeness = rows @ self._directions(_square(sketch))[0]
        return 1 + int((likeness[1:] >= likeness[0]).sum())

    def _directions_of_others(self, picture: Tensor) -> list[Tensor]:
        small = F.interpolate(_square(picture), (32, 32), mode="area")
        different = [
            index
            for index, each in enumerate(self._pictures)
            if (F.interpolate(each, (32, 32), mode="area") - small).abs().mean() > _SAME
        ]
        views = [
            (index, part, mirrored)
            for part in range(len(_PARTS))
            for mirrored in (False, True)
            for index in different
        ][: self.others]
        if len(views) < self.others:
            raise ValueError(
                f"gallery holds {len(different)} other pictures, which make {len(views)} views; "
                f"others is {self.others}: choose a larger folder or fewer of them"
            )
        self._look_at([view for view in views if view not in self._seen])
        return [self._seen[view] for view in views]

    def _look_at(self, views: Sequence[tuple[int, int, bool]]) -> None:
        for start in range(0, len(views), _AT_ONCE):
            some = views[start : start + _AT_ONCE]
            seen = self._directions(torch.cat([_part(self._pictures[i], p, m) for i, p, m in some]))
            self._seen |= {view: each[None] for view, each in zip(some, seen, strict=True)}

    def _directions(self, squares: Tensor) -> Tensor:
        """[B, D] unit vectors, whose products are the mean cosines of layers, of squares [B, 3, S, S]."""
        weights = squares.new_tensor(_LUMINANCE)[:, None, None]
        gray = (squares * weights).sum(1, keepdim=True).expand(-1, 3, -1, -1)
        small = F.interpolate(gray, (SIDE, SIDE), mode="area")
        seen = self.frozen.network.features(imagenet_normalized(small), self._layers).values()
        rows = [F.normalize((each - each.mean((2, 3), keepdim=True)).flatten(1), dim=1) for each in seen]
        return torch.cat(rows, dim=1) / len(rows) ** 0.5


def _square(picture: Tensor) -> Tensor:
    """[1, 3, 2 * SIDE, 2 * SIDE] the picture, stretched if need be."""
    return F.interpolate(picture.float(), (2 * SIDE, 2 * SIDE), mode="bilinear", antialias=True).clamp(0, 1)


def _part(square: Tensor, part: int, mirrored: bool) -> Tensor:
    top, left, share = (round(each * 2 * SIDE) for each in _PARTS[part])
    cut = _square(square[..., top : top + share, left : left + share])
    return cut.flip(3) if mirrored else cut
