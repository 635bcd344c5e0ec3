"""Pixel pictures that fill shapes: they are painted and exported, and stay as they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from inkwright.vector_graphics.drawing_checks import check_shape
from inkwright.vector_graphics.ragged_arrays import select_ragged


@dataclass(frozen=True, eq=False)
class PictureFills:
    """Pictures in place of the flat fill colour of some shapes; ``Drawing.fill`` multiplies their alpha.

    A picture lies in a frame: its upper left corner O, upper right X and lower left Y in canvas units.
    Beyond its edges their colour goes on. Nothing of it is trained, and a shape that moves moves over it.

    Attributes:
        shape: [G] int64, the filled shape of each picture, rising.
        picture: [G] int64, which of the P pictures it shows.
        frame: [G, 3, 2] O, X, Y in canvas units; the axes are not parallel.
        smooth: [G] bool, whether pixels are mixed where they are enlarged; else they are squares.
        size: [P, 2] int64 (width, height) of each picture in pixels, above 0.
        pixels: [T, 4] uint8 straight RGBA of all pictures, each row by row.
    """

    shape: Tensor
    picture: Tensor
    frame: Tensor
    smooth: Tensor
    size: Tensor
    pixels: Tensor

    def __post_init__(self) -> None:
        _check(self)

    @property
    def offsets(self) -> Tensor:
        """[P + 1] where the pixels of each picture begin."""
        count = self.size.prod(1)
        return torch.cat([count.new_zeros(1), count.cumsum(0)])

    def one(self, picture: int) -> Tensor:
        """[H, W, 4] uint8 straight RGBA of one picture."""
        first, last = self.offsets[picture : picture + 2].tolist()
        width, height = self.size[picture].tolist()
        return self.pixels[first:last].reshape(height, width, 4)

    def select(self, rows: Tensor) -> PictureFills | None:
        """The pictures of the chosen shapes [M] int64, in their new order; None if there are none."""
        matches = (rows[:, None] == self.shape[None, :]).nonzero()
        if matches.shape[0] == 0:
            return None
        used, picture = torch.unique(self.picture[matches[:, 1]], return_inverse=True)
        pixels, _ = select_ragged(self.offsets, used)
        return PictureFills(
            shape=matches[:, 0],
            picture=picture,
            frame=self.frame[matches[:, 1]],
            smooth=self.smooth[matches[:, 1]],
            size=self.size[used],
            pixels=self.pixels[pixels],
        )

    @classmethod
    def join(cls, parts: Sequence[tuple[PictureFills | None, int]]) -> PictureFills | None:
        """The pictures of drawings one after another, each given with its number of shapes."""
        found: dict[str, list[Tensor]] = {field.name: [] for field in dataclasses.fields(cls)}
        shapes = pictures = 0
        for part, num_shapes in parts:
            if part is not None:
                moved = {"shape": part.shape + shapes, "picture": part.picture + pictures}
                for name, value in (vars(part) | moved).items():
                    found[name].append(value)
                pictures += part.size.shape[0]
            shapes += num_shapes
        return cls(**{name: torch.cat(values) for name, values in found.items()}) if pictures else None

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> PictureFills:
        """The same on another device, or with its frames in another floating-point type."""
        return PictureFills(
            **{
                name: value.to(device, dtype if value.is_floating_point() else None)
                for name, value in vars(self).items()
            }
        )

    def scaled(self, factors: Tensor) -> PictureFills:
        """The same on a canvas enlarged by ``factors`` [2]."""
        return dataclasses.replace(self, frame=self.frame * factors)

    def colors_at(self, rows: Tensor, points: Tensor, scale: Tensor) -> Tensor:
        """[M, 4] straight RGBA at points [M, 2] in canvas units, each of the fill rows [M], which rise.

        ``scale`` [2] are pixels per canvas unit: of what is shown smaller than it is, the pixels that fall
        together are averaged first.
        """
        counts = torch.bincount(rows, minlength=self.shape.shape[0]).tolist()
        ends = torch.tensor(counts).cumsum(0).tolist()
        parts = [points[end - count : end] for count, end in zip(counts, ends, strict=True)]
        return torch.cat([self._colors(row, part, scale) for row, part in enumerate(parts)])

    def _colors(self, row: int, points: Tensor, scale: Tensor) -> Tensor:
        frame = self.frame[row].detach()
        axes, smooth = frame[1:] - frame[:1], bool(self.smooth[row])
        lengths = (axes * scale).square().sum(1).sqrt()
        pixels = self.one(int(self.picture[row])).to(points.dtype) / 255
        pixels = torch.cat([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], dim=-1)
        if smooth:
            pixels = _reduced(pixels, (pixels.new_tensor(pixels.shape[1::-1]) / lengths).tolist())
        size = points.new_tensor([pixels.shape[1], pixels.shape[0]])
        place = (points - frame[0]) @ torch.linalg.inv(axes) * size
        color = _mixed(pixels, place) if smooth else _at(pixels, torch.floor(place))
        alpha = color[:, 3:]
        return torch.cat([(color[:, :3] / alpha.clamp_min(1e-6)).clamp(0, 1), alpha.clamp(0, 1)], dim=1)


def _reduced(pixels: Tensor, shrunk: Sequence[float]) -> Tensor:
    """[h, w, 4] means of blocks of a picture [H, W, 4] that is shown so many times smaller in x and y."""
    height, width = pixels.shape[:2]
    across, down = (
        max(1, min(int(factor), side)) for factor, side in zip(shrunk, (width, height), strict=True)
    )
    if across == down == 1:
        return pixels
    means = avg_pool2d(pixels.permute(2, 0, 1)[None], (down, across), ceil_mode=True, count_include_pad=False)
    return means[0].permute(1, 2, 0)


def _mixed(pixels: Tensor, place: Tensor) -> Tensor:
    """[M, 4] the picture [H, W, 4] at places [M, 2] in pixels, between the centers of its pixels."""
    corner = torch.floor(place - 0.5)
    share = place - 0.5 - corner
    x, y = share[:, :1], share[:, 1:]
    right, down = corner.new_tensor([1.0, 0.0]), corner.new_tensor([0.0, 1.0])
    above = (1 - x) * _at(pixels, corner) + x * _at(pixels, corner + right)
    return (1 - y) * above + y * (
        (1 - x) * _at(pixels, corner + down) + x * _at(pixels, corner + right + down)
    )


def _at(pixels: Tensor, place: Tensor) -> Tensor:
    """[M, 4] the pixels of a picture [H, W, 4] at whole places (x, y) [M, 2]; beyond an edge those on it."""
    height, width = pixels.shape[:2]
    column, row = place[:, 0].clamp(0, width - 1).long(), place[:, 1].clamp(0, height - 1).long()
    return pixels.reshape(-1, 4).index_select(0, row * width + column)


def _check(pictures: PictureFills) -> None:
    count = pictures.shape.shape[0]
    total = int(pictures.size.prod(1).sum())
    wanted = {"picture": (count,), "frame": (count, 3, 2), "smooth": (count,), "pixels": (total, 4)}
    for name, shape in wanted.items():
        check_shape(f"picture {name}", getattr(pictures, name), shape)
    if pictures.pixels.dtype != torch.uint8:
        raise ValueError(f"picture pixels are {pictures.pixels.dtype}; they must be torch.uint8")
    if bool((torch.diff(pictures.shape) <= 0).any()):
        raise ValueError(f"picture shape is {pictures.shape.tolist()}; it must rise, one picture per shape")
    if bool((pictures.size < 1).any()):
        raise ValueError(f"picture size is {pictures.size.tolist()}; sides must be above 0")
    chosen = pictures.picture
    if count and not 0 <= int(chosen.min()) <= int(chosen.max()) < pictures.size.shape[0]:
        allowed = f"in [0, {pictures.size.shape[0]})"
        raise ValueError(f"picture picture is {chosen.tolist()}; it must be {allowed}")
    axes = (pictures.frame[:, 1:] - pictures.frame[:, :1]).detach()
    area = axes[:, 0, 0] * axes[:, 1, 1] - axes[:, 0, 1] * axes[:, 1, 0]
    if not bool((torch.isfinite(area) & (area != 0)).all()):
        raise ValueError("picture frame has parallel or infinite axes; O, X and Y must span the plane")
