"""A small subject drawn larger, and put back exactly where it was."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float32]

# The longer side of an enlarged subject, as a share of the canvas's shorter side.
SHARE = 0.7
# Pieces of a mask below this share of the largest are specks.
_SPECK = 1 / 3


@dataclass(frozen=True)
class Enlargement:
    """A map of the canvas to itself, of which the box of a subject fills the middle.

    Attributes:
        scale: > 0, how many times larger.
        center: (x, y) of the box, as shares of the canvas.
    """

    scale: float = 1.0
    center: tuple[float, float] = (0.5, 0.5)

    @property
    def is_none(self) -> bool:
        """Whether everything stays where it is."""
        return self.scale == 1 and self.center == (0.5, 0.5)

    def enlarged(self, points: Tensor, canvas: tuple[float, float]) -> Tensor:
        """Points [..., 2] of the scene as the enlarged subject has them."""
        return (points - self._middle(points, canvas)) * self.scale + points.new_tensor(canvas) / 2

    def put_back(self, points: Tensor, canvas: tuple[float, float]) -> Tensor:
        """Points [..., 2] of the enlarged subject as the scene has them."""
        return (points - points.new_tensor(canvas) / 2) / self.scale + self._middle(points, canvas)

    def picture(self, values: FloatArray, fill: float) -> FloatArray:
        """A picture [H, W] or [H, W, C] of the scene, enlarged; ``fill`` beyond its edge."""
        import cv2

        if self.is_none:
            return values
        height, width = values.shape[:2]
        center = self.center[0] * width, self.center[1] * height
        shift = [side / 2 - self.scale * place for side, place in zip((width, height), center, strict=True)]
        # OpenCV counts from the middle of pixels, we from their corners.
        shift = [each + 0.5 * (self.scale - 1) for each in shift]
        matrix = np.array([[self.scale, 0, shift[0]], [0, self.scale, shift[1]]])
        moved = cv2.warpAffine(
            np.ascontiguousarray(values),
            matrix,
            (width, height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(fill,) * 4,
        )
        return np.asarray(moved.clip(0, 1), dtype=np.float32).reshape(values.shape)

    def _middle(self, like: Tensor, canvas: tuple[float, float]) -> Tensor:
        return like.new_tensor(self.center) * like.new_tensor(canvas)


def enlargement_of(mask: BoolArray) -> Enlargement:
    """What brings a small subject in one piece to 0.7 of the shorter side; nothing for others.

    The mask is [H, W], and marks something; specks are not counted as pieces.
    """
    pieces, count = ndimage.label(mask)
    areas = np.bincount(pieces.ravel())[1:]
    if not count or int((areas >= _SPECK * areas.max()).sum()) != 1:
        return Enlargement()
    rows, columns = ndimage.find_objects(pieces)[int(areas.argmax())]
    longer = max(rows.stop - rows.start, columns.stop - columns.start)
    wanted = int(SHARE * min(mask.shape))
    if longer >= wanted:
        return Enlargement()
    center = (columns.start + columns.stop) / 2 / mask.shape[1], (rows.start + rows.stop) / 2 / mask.shape[0]
    return Enlargement(wanted / longer, center)


def as_tensor(values: FloatArray) -> Tensor:
    """[C, H, W] or [H, W] of a picture [H, W, C] or a map [H, W]."""
    tensor = torch.from_numpy(np.ascontiguousarray(values))
    return tensor.permute(2, 0, 1).contiguous() if values.ndim == 3 else tensor
