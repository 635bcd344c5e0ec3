"""MTCNN, which finds faces, eyes, nose and mouth in three steps: loading it, and what it finds."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.network_of_tensors import network_of_tensors

# How sure each of the three nets must be, and how much boxes may overlap there, as its authors have it.
_SURE, _OVERLAPS = (0.6, 0.7, 0.7), (0.7, 0.7, 0.7)
_CELL, _STRIDE, _SHRINK = 12, 2, 0.709
# Of each net: its layers before the heads, the sides of its poolings, its heads: how sure, where, points.
_NETS: dict[str, tuple[int, tuple[int, ...], tuple[str, ...]]] = {
    "p": (3, (2,), ("conv4_1", "conv4_2")),
    "r": (4, (3, 3), ("dense5_1", "dense5_2")),
    "o": (5, (3, 3, 2), ("dense6_1", "dense6_2", "dense6_3")),
}
# Faces that are looked at again, the surest first.
_MOST = 400


@dataclass(frozen=True)
class Faces:
    """Faces of one picture, the surest first; all in pixels (x, y).

    Attributes:
        boxes: [N, 4] left, top, right, bottom.
        points: [N, 5, 2] the two eyes, the nose, the two corners of the mouth.
        sure: [N] in [0, 1].
    """

    boxes: Tensor
    points: Tensor
    sure: Tensor


class MtcnnNetwork(nn.Module):
    """Three small networks, each more careful than the one before (Zhang et al. 2016)."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Takes over ``p.*``, ``r.*`` and ``o.*``; any widths will do.

        Raises:
            KeyError: a tensor is missing.
        """
        super().__init__()
        self.stages = nn.ModuleList([_Stage(tensors, name) for name in ("p", "r", "o")])

    @torch.no_grad()
    def faces(self, image: Tensor, smallest: int = 20) -> Faces:
        """The faces in a picture [3, H, W] in [0, 1] whose side is so many pixels or more."""
        picture = (image[None] - 0.5) * (255 / 128)
        boxes, sure = self._proposals(picture, smallest)
        points = boxes.new_zeros(len(boxes), 5, 2)
        for index, side in ((1, 24), (2, 48)):
            if not len(boxes):
                break
            square = _squares(boxes)
            seen = self.stages[index](_cut_out(picture, square, side))
            sure, kept = seen.sure, seen.sure > _SURE[index]
            size = square[:, 2:] - square[:, :2]
            if seen.points is not None:
                points = (square[:, None, :2] + seen.points * size[:, None])[kept]
            boxes, sure = (square + seen.shift * size.repeat(1, 2))[kept], sure[kept]
            best = _separate(boxes, sure, _OVERLAPS[index])
            boxes, sure, points = boxes[best], sure[best], points[best] if index == 2 else points
        return Faces(boxes, points[: len(boxes)], sure)

    def _proposals(self, picture: Tensor, smallest: int) -> tuple[Tensor, Tensor]:
        """Boxes and how sure, from every place at every scale."""
        found, scale = [], _CELL / smallest
        while min(picture.shape[-2:]) * scale >= _CELL:
            size = [max(round(side * scale), _CELL) for side in picture.shape[-2:]]
            seen = self.stages[0](F.interpolate(picture, size, mode="area"))
            rows, columns = (seen.sure[0] > _SURE[0]).nonzero(as_tuple=True)
            corner = _STRIDE * torch.stack([columns, rows], dim=1).to(picture)
            shift = seen.shift[0][:, rows, columns].T * _CELL
            boxes = (torch.cat([corner, corner + _CELL], dim=1) + shift) / scale
            sure = seen.sure[0][rows, columns]
            best = _separate(boxes, sure, 0.5)
            found.append(torch.cat([boxes[best], sure[best, None]], dim=1))
            scale *= _SHRINK
        whole = torch.cat(found) if found else picture.new_zeros(0, 5)
        best = _separate(whole[:, :4], whole[:, 4], _OVERLAPS[0])[:_MOST]
        return whole[best, :4], whole[best, 4]


@dataclass(frozen=True)
class _Seen:
    sure: Tensor
    shift: Tensor
    points: Tensor | None


class _Stage(nn.Module):
    """One of the three; the first is shown pictures of any size, the others squares."""

    def __init__(self, tensors: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.depth, self.pooled, self.heads = _NETS[name]
        first_dense = self.depth if name != "p" else self.depth + 2
        layers = [f"{'dense' if k >= first_dense else 'conv'}{k}" for k in range(1, self.depth + 1)]
        for layer in (*layers, *self.heads):
            for part in ("weight", "bias"):
                self.register_buffer(f"{layer}_{part}", tensors[f"{name}.{layer}.{part}"])
        for k in range(1, self.depth + 1):
            self.register_buffer(f"prelu{k}_weight", tensors[f"{name}.prelu{k}.weight"])

    def forward(self, pictures: Tensor) -> _Seen:
        """How sure it is of a face, how its box lies off, and the points, if it knows them."""
        values = pictures
        for index in range(1, self.depth + 1):
            values = F.prelu(self._layer(values, f"{index}"), getattr(self, f"prelu{index}_weight"))
            if index <= len(self.pooled):
                values = F.max_pool2d(values, self.pooled[index - 1], 2, ceil_mode=True)
        said = [self._layer(values, name.removeprefix("conv").removeprefix("dense")) for name in self.heads]
        points = said[2].reshape(-1, 2, 5).mT if len(said) > 2 else None
        return _Seen(said[0].softmax(1)[:, 1], said[1], points)

    def _layer(self, values: Tensor, number: str) -> Tensor:
        dense = hasattr(self, f"dense{number}_weight")
        name = f"{'dense' if dense else 'conv'}{number}"
        weight, bias = getattr(self, f"{name}_weight"), getattr(self, f"{name}_bias")
        if not dense:
            return F.conv2d(values, weight, bias)
        # Its authors read places column by column.
        flat = values.permute(0, 3, 2, 1).flatten(1) if values.dim() == 4 else values
        return F.linear(flat, weight, bias)


def _squares(boxes: Tensor) -> Tensor:
    center, side = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).amax(1, keepdim=True)
    return torch.cat([center - side / 2, center + side / 2], dim=1)


def _cut_out(picture: Tensor, boxes: Tensor, side: int) -> Tensor:
    """[N, 3, side, side] the squares [N, 4] of a picture [1, 3, H, W]; gray beyond its edges."""
    height, width = picture.shape[-2:]
    share = (torch.arange(side, device=picture.device) + 0.5) / side
    x = boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * share
    y = boxes[:, 1:2] + (boxes[:, 3:] - boxes[:, 1:2]) * share
    grid = torch.stack(
        [
            (2 * x / width - 1)[:, None].expand(-1, side, -1),
            (2 * y / height - 1)[..., None].expand(-1, -1, side),
        ],
        dim=-1,
    )
    return F.grid_sample(picture.expand(len(boxes), -1, -1, -1), grid, align_corners=False)


def _separate(boxes: Tensor, sure: Tensor, overlap: float) -> Tensor:
    """Places of the boxes that are not covered by a surer one, the surest first."""
    order = sure.argsort(descending=True)
    boxes = boxes[order]
    area = (boxes[:, 2:] - boxes[:, :2]).clamp_min(0).prod(1)
    corner = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    shared = (torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - corner).clamp_min(0).prod(2)
    covers = shared / (area[:, None] + area[None] - shared).clamp_min(1e-9) > overlap
    kept = torch.ones(len(boxes), dtype=torch.bool, device=boxes.device)
    for place in range(len(boxes)):
        if kept[place]:
            kept[place + 1 :] &= ~covers[place, place + 1 :]
    return order[kept]


def load_mtcnn(weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``MtcnnNetwork``, shared with all who ask for the same file; None looks for it.

    Raises:
        ValueError: the file is not this network's.
        FileNotFoundError: the weights are missing.
    """
    return network_of_tensors("mtcnn", MtcnnNetwork, weights_path)
