"""Faces and eyes as MTCNN finds them: large and small, and not only from the front."""

from typing import NamedTuple

import numpy as np
import torch

from inkwright.frozen_networks.mtcnn import load_mtcnn
from inkwright.image_analysis.filters.gaussian_filtering import FloatArray
from inkwright.image_analysis.saliency.eyes import around

# Of the distance between the eyes: radius of what belongs to an eye, and to the features of a face.
_EYE, _FACE = 0.24, 0.85
# An eye is shown larger than it is seen from aside, in shares of the width of its face.
_LEAST = 0.3


class FaceMaps(NamedTuple):
    """Maps of a picture [H, W] in [0, 1]: features of faces, and eyes."""

    faces: FloatArray
    eyes: FloatArray


class NetworkFaces:
    """The places of a picture that a portrait has to get right."""

    def __init__(self, *, weights_path: str | None = None) -> None:
        """Loads the network.

        Args:
            weights_path: of ``mtcnn``; None to look in the usual places.

        Raises:
            ValueError: the file is not this network's.
            FileNotFoundError: the weights are missing.
        """
        self.mtcnn = load_mtcnn(weights_path)

    def __call__(self, pixels: FloatArray) -> FaceMaps:
        """Of a picture [H, W, 3] in [0, 1]."""
        picture = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)
        found = self.mtcnn.network.faces(picture)
        faces, eyes = [], []
        for box, points in zip(found.boxes.tolist(), found.points.tolist(), strict=True):
            left, right, *rest = points
            apart = max(float(np.hypot(right[0] - left[0], right[1] - left[1])), _LEAST * (box[2] - box[0]))
            across, down = np.mean([left, right, *rest[1:]], axis=0).tolist()
            faces.append((across, down, _FACE * apart))
            eyes += [(x, y, _EYE * apart) for x, y in (left, right)]
        shape = pixels.shape[:2]
        return FaceMaps(around(faces, shape), around(eyes, shape))
