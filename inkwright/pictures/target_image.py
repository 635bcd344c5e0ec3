"""A picture as the target of a drawing: at working size, and once more at twice that for a close look."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inkwright.pictures.area_scaling import scale_picture, working_size
from inkwright.pictures.bundled_examples import find_picture
from inkwright.pictures.picture_file import read_picture
from inkwright.pictures.subject import Subject

_log = logging.getLogger(__name__)
MIN_SIDE, MAX_SIDE = 32, 4096
DETAIL_SIDE = 896
# A subject that is to be enlarged is cut from a picture that was read this much larger.
CLOSE_UP = 3
_FLAT = 2 / 255  # differences that nobody sees


@dataclass(frozen=True)
class TargetImage:
    """A picture at working size.

    Attributes:
        image: [3, H, W] RGB in [0, 1], composited on white.
        mask: [H, W] alpha in [0, 1], or None if the picture is opaque.
        original_size: (width, height) of the file in pixels, upright.
        name: the file's name without its ending.
        detail: [3, H', W'] the same picture at up to twice the working size (no more than 896 pixels, but at
            least the working size), for a close look before anything is drawn.
        detail_mask: of the size of ``detail``, or None if the picture is opaque.
        lines: [H, W] in [0, 1], the ink to aim at, where somebody has analyzed the picture; else None.
        colors: [3, H, W] in [0, 1], the colors of that ink, or None.
        emphasis: [H, W] >= 0 with mean 1, how much each pixel counts, or None.
    """

    image: Tensor
    mask: Tensor | None
    original_size: tuple[int, int]
    name: str
    detail: Tensor
    detail_mask: Tensor | None
    lines: Tensor | None = None
    colors: Tensor | None = None
    emphasis: Tensor | None = None

    @property
    def canvas(self) -> tuple[float, float]:
        """(width, height) of the working size: the canvas units of the drawing."""
        return float(self.image.shape[2]), float(self.image.shape[1])


def load_target(image: str | Path, image_size: int = 224, subject: Subject | None = None) -> TargetImage:
    """Reads a picture and brings it to working size.

    Args:
        image: path of a picture file, or the name of a bundled example.
        image_size: long side in pixels, in [32, 4096]; the aspect ratio is kept.
        subject: what to keep of the picture; None = all of it.

    Raises:
        ValueError: the size is out of range, or the file can't be used, or there is no subject in it; the
            message says why.
    """
    if not MIN_SIDE <= image_size <= MAX_SIDE:
        raise ValueError(f"image_size is {image_size}; it must be in [{MIN_SIDE}, {MAX_SIDE}] pixels")
    path = find_picture(image)
    close_up = CLOSE_UP if subject is not None and subject.enlarge else 1
    rgba, original_size = read_picture(path, close_up * image_size)
    shown = original_size
    if subject is not None:
        rgba = subject.isolate(rgba, original_size, path.name)
        shown = (rgba.shape[1], rgba.shape[0]) if subject.enlarge else original_size
    alpha = rgba[..., 3:]
    if not alpha.any():
        raise ValueError(f"{path} is fully transparent; there is nothing to draw")
    opaque = bool((alpha == 1).all())
    rgba[..., :3] += 1 - alpha
    (picture, mask), (detail, detail_mask) = (
        _scaled(rgba, working_size(*shown, side), opaque)
        for side in (image_size, max(image_size, min(2 * image_size, DETAIL_SIDE)))
    )
    if float((picture.amax((1, 2)) - picture.amin((1, 2))).max()) <= _FLAT:
        _log.warning("%s is one flat color: there is nothing in it to draw", path)
    return TargetImage(picture, mask, original_size, path.stem, detail, detail_mask)


def _scaled(rgba: NDArray[np.float32], size: tuple[int, int], opaque: bool) -> tuple[Tensor, Tensor | None]:
    scaled = scale_picture(rgba, *size).clamp(0, 1)
    return scaled[:3].contiguous(), None if opaque else scaled[3].contiguous()
