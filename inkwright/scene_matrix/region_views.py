"""A region of a scene as a picture of its own, and which of its lines are the region's."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from scipy import ndimage

if TYPE_CHECKING:
    from inkwright.image_analysis.scene.decomposition import Scene
    from inkwright.pictures.target_image import TargetImage

FloatArray = NDArray[np.float32]
# How far lines of the subject reach over its outline, and those of the background stay off, at 448 pixels.
_OVER, _OFF = 4.0, 3.0


@dataclass(frozen=True)
class RegionView:
    """What a region looks like.

    Attributes:
        picture: the target with the region's picture.
        within: [H, W] in [0, 1] of the size of its detail, how much lines count; None = all alike.
        outline: [H, W] in [0, 1], 1 along the outline of the subject; None where the region has none.
    """

    picture: TargetImage
    within: FloatArray | None = None
    outline: FloatArray | None = None


def region_view(target: TargetImage, scene: Scene, region: str, *, alone: bool = False) -> RegionView:
    """A region of a target's scene; ``alone`` shows a subject on white, as published."""
    if region == "scene" or scene.subject is None:
        return RegionView(dataclasses.replace(target, mask=None, detail_mask=None))
    unit = max(scene.subject.shape) / 448
    outside = _distance_to(scene.subject)
    if region == "background":
        return RegionView(_as_target(target, scene.background), (outside > _OFF * unit).astype(np.float32))
    picture = scene.picture
    if alone:
        picture = np.where(scene.subject[..., None], picture, np.float32(1))
    enlarge, inside = scene.enlargement.picture, _distance_to(~scene.subject)
    return RegionView(
        _as_target(target, enlarge(picture, 1.0)),
        enlarge((outside <= _OVER * unit).astype(np.float32), 0.0),
        enlarge(((outside <= _OVER * unit) & (inside <= _OVER * unit)).astype(np.float32), 0.0),
    )


def _distance_to(area: NDArray[np.bool_]) -> FloatArray:
    """[H, W] pixels to the nearest pixel of an area."""
    distance: FloatArray = ndimage.distance_transform_edt(~area).astype(np.float32)
    return distance


def _as_target(target: TargetImage, picture: FloatArray) -> TargetImage:
    """The target with another picture."""
    detail = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1).contiguous()
    size = target.image.shape[1], target.image.shape[2]
    image = F.adaptive_avg_pool2d(detail[None], size)[0]
    return dataclasses.replace(target, image=image, mask=None, detail=detail, detail_mask=None)
