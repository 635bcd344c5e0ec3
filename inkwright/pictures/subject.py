"""The subject of a picture: what is drawn if the background is not."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
FindMask = Callable[[FloatArray], FloatArray]

SMALLEST_SHARE = 0.001
_DARK_MASK = 2.5 / 255


@dataclass(frozen=True)
class Subject:
    """Finds the subject, makes all else transparent, and enlarges it if it is small.

    In this order: a mask file that the user gives, the picture's own transparency, and what ``find`` says.

    Attributes:
        mask: a picture file of the size of the picture, light = subject; empty for none.
        find: the mask [H, W] of a picture [H, W, 3], both in [0, 1]; needed for opaque pictures without a
            mask file.
        enlarge: whether the picture is cut to the subject.
        margin: around the subject when it is enlarged, as a share of its longer side, >= 0.
    """

    mask: str = ""
    find: FindMask | None = None
    enlarge: bool = False
    margin: float = 0.08

    def __post_init__(self) -> None:
        if not self.margin >= 0:
            raise ValueError(f"margin is {self.margin}; it must be >= 0")
        if self.mask and not Path(self.mask).expanduser().is_file():
            raise ValueError(
                f"mask={self.mask} is not there; give a picture file, light where the subject is"
            )

    def isolate(self, rgba: FloatArray, size: tuple[int, int], name: str) -> FloatArray:
        """The picture without its background, cut to the subject if it is to be enlarged.

        It is RGBA [H, W, 4] in [0, 1], colors multiplied by alpha; the size (width, height) is that of the
        file, the name for messages.

        Raises:
            ValueError: the mask file does not fit, or there is no subject.
        """
        mask = self._mask(rgba, size)
        if float(mask.mean()) < SMALLEST_SHARE:
            raise ValueError(
                f"no subject was found in {name}; give mask=FILE, light where the subject is, "
                "or mask_object=false"
            )
        cut = rgba * mask[..., None]
        return cut[_box(mask, self.margin)] if self.enlarge else cut

    def look_for(
        self, picture: FloatArray, alpha: FloatArray | None, size: tuple[int, int]
    ) -> tuple[FloatArray, bool]:
        """The mask [H, W] of a picture [H, W, 3] in [0, 1], and whether it is known rather than guessed.

        Alpha is [H, W], or None for an opaque picture; the size (width, height) is that of the file.

        Raises:
            ValueError: the mask file does not fit, or nothing finds a subject.
        """
        if self.mask:
            return self._given(picture.shape[:2], size), True
        if alpha is not None:
            return (alpha >= 0.5).astype(np.float32), True
        if self.find is None:
            raise ValueError("mask is empty, and nothing else finds the subject; give mask=FILE")
        return self.find(picture), False

    def _mask(self, rgba: FloatArray, size: tuple[int, int]) -> FloatArray:
        if self.mask:
            return self._given(rgba.shape[:2], size)
        alpha = rgba[..., 3]
        if (alpha < 1).any():
            return (alpha > 0).astype(np.float32)
        if self.find is None:
            raise ValueError("mask is empty, and nothing else finds the subject; give mask=FILE")
        return self.find(rgba[..., :3])

    def _given(self, shape: tuple[int, ...], size: tuple[int, int]) -> FloatArray:
        from inkwright.pictures.area_scaling import scale_picture
        from inkwright.pictures.picture_file import read_picture

        read, found = read_picture(Path(self.mask).expanduser(), max(shape))
        if found != size:
            raise ValueError(
                f"mask={self.mask} is {found[0]} x {found[1]} pixels; it must be {size[0]} x {size[1]}, "
                "as the picture"
            )
        light = read[..., :3].mean(-1, keepdims=True)
        scaled = scale_picture(np.ascontiguousarray(light), shape[1], shape[0])[0].numpy()
        high = float(scaled.max())
        # Some programs write masks of 0 and 1 where 255 is white: what is lightest is light.
        return (scaled >= 0.5 * (high if 0 < high <= _DARK_MASK else 1.0)).astype(np.float32)


def _box(mask: FloatArray, margin: float) -> tuple[slice, slice]:
    """The smallest rectangle around a mask, with a margin, within the picture."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    reach = round(margin * max(np.ptp(rows), np.ptp(columns)))
    return (
        slice(max(rows[0] - reach, 0), rows[-1] + reach + 1),
        slice(max(columns[0] - reach, 0), columns[-1] + reach + 1),
    )
