"""Style term: colors and textures of another picture, wherever they are (STROTSS)."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.vgg import VggNetwork, load_vgg
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.targets import Targets

LAYERS = ("relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3", "relu4_3", "relu5_3")
# Rows: lightness, and two axes of colour.
_YUV = ((0.577350, 0.577350, 0.577350), (-0.577350, 0.788675, -0.211325), (-0.577350, -0.211325, 0.788675))


class PictureStyleTerm(NetworkTerm[VggNetwork]):
    """STROTSS without its content term (Kolkin et al. 2019, equations 5 to 9), as in DiffSketcher's style.

    Features of VGG16 and the picture itself, stacked at sampled places, of sketch and style picture. Their
    distance is a relaxed earth mover's distance by cosine, plus the difference of means and covariances,
    plus the relaxed distance of their colours. Places are drawn by seed and progress alone.
    """

    style: Tensor
    style_colors: Tensor

    def __init__(
        self,
        style_image: str,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        weights_path: str | None = None,
        size: int = 224,
        places: int = 1024,
        style_places: int = 5000,
        seed: int = 0,
    ) -> None:
        """Loads network and picture.

        Args:
            style_image: path of the picture whose style is wanted.
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            weights_path: of VGG16; None to look in the usual places.
            size: long side at which the style picture is looked at, in pixels, >= 32.
            places: of a sketch that are compared in a step, >= 1.
            style_places: of the style picture, drawn once, >= 1.
            seed: >= 0, of the draws.

        Raises:
            ValueError: a number is out of its range, or the picture can't be read.
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        if size < 32 or places < 1 or style_places < 1 or seed < 0:
            raise ValueError(
                f"size, places, style_places, seed are {size}, {places}, {style_places}, {seed}; "
                "they must be >= 32, >= 1, >= 1 and >= 0"
            )
        self.places, self.style_places, self.seed = places, style_places, seed
        self.picture = _read(style_image, size)
        self.frozen = load_vgg(weights_path)

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Looks at the style picture once; the targets have no say in the style."""
        where = self._draw(self.style_places, 0.0)
        features, colors = self._columns(self.picture[None].to(targets.images), where.to(targets.images))
        self.remember(style=features[0], style_colors=colors[0])

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Losses: ``features`` and ``colors``, relaxed distances, and ``moments``."""
        features, colors = self._columns(images, self._draw(self.places, 1 + progress).to(images))
        parts = {
            "features": [relaxed_distance(cosine_costs(drawn, self.style)) for drawn in features],
            "moments": [moment_distance(drawn, self.style) for drawn in features],
            "colors": [relaxed_distance(_color_costs(color, self.style_colors)) for color in colors],
        }
        return {name: 0.5 * torch.stack(values) for name, values in parts.items()}

    def _columns(self, images: Tensor, where: Tensor) -> tuple[Tensor, Tensor]:
        """[B, n, C] features and [B, n, 3] colours at places [n, 2] in [-1, 1]."""
        inputs = imagenet_normalized(images)
        maps = [inputs, *self.network.features(inputs, LAYERS).values()]
        grid = where[None, None].expand(len(images), -1, -1, -1)
        sampled = [F.grid_sample(each, grid, align_corners=False, padding_mode="border") for each in maps]
        colors = F.grid_sample(images, grid, align_corners=False, padding_mode="border")
        return torch.cat(sampled, 1)[:, :, 0].transpose(1, 2), colors[:, :, 0].transpose(1, 2)

    def _draw(self, count: int, moment: float) -> Tensor:
        generator = torch.Generator().manual_seed(zlib.crc32(struct.pack(">dQ", moment, self.seed)))
        return 2 * torch.rand(count, 2, generator=generator) - 1


def cosine_costs(first: Tensor, second: Tensor) -> Tensor:
    """[n, m] 1 - cosine of every row [n, C] with every row [m, C]."""
    return 1 - F.normalize(first, dim=1) @ F.normalize(second, dim=1).T


def relaxed_distance(costs: Tensor) -> Tensor:
    """Relaxed earth mover's distance of costs [n, m]: the greater of the two means of nearest costs."""
    return torch.maximum(costs.amin(1).mean(), costs.amin(0).mean())


def moment_distance(first: Tensor, second: Tensor) -> Tensor:
    """Mean absolute difference of the means, plus that of the covariances, of rows [n, C] and [m, C]."""
    means = [each.mean(0) for each in (first, second)]
    spreads = [
        (each - mean).T @ (each - mean) / len(each) for each, mean in zip((first, second), means, strict=True)
    ]
    return (means[0] - means[1]).abs().mean() + (spreads[0] - spreads[1]).abs().mean()


def _color_costs(first: Tensor, second: Tensor) -> Tensor:
    turn = first.new_tensor(_YUV).T
    first, second = first @ turn, second @ turn
    squared = (first[:, None] - second[None]).square().sum(-1)
    return cosine_costs(first, second) + (squared / 3 + 1e-8).sqrt()


def _read(path: str, size: int) -> Tensor:
    """[3, H, W] in [0, 1], on white, its long side so many pixels."""
    from PIL import Image

    if not path:
        raise ValueError("style_image is empty; give a picture whose style is wanted")
    try:
        with Image.open(Path(path).expanduser()) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"style_image={path} can't be read as a picture") from error
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    scale = size / max(paper.size)
    sides = tuple(max(round(side * scale), 16) for side in paper.size)
    scaled = paper.convert("RGB").resize((sides[0], sides[1]), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(scaled, dtype=np.float32) / 255).permute(2, 0, 1).contiguous()
