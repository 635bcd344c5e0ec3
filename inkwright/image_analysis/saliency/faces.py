"""Maps of frontal faces, which a portrait has to get right."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

# Long side in pixels at which faces are searched, and the smallest side of one there.
_SEARCH_SIDE, _SMALLEST = 224, 32


def face_map(image: FloatArray) -> FloatArray:
    """[H, W] how much each place of sRGB [H, W, 3] belongs to the features of a frontal face.

    1 between brows and mouth, falling to 0 around; 0 everywhere if there is no face. Found by the cascade of
    local binary patterns (Liao et al. 2007) that ships with scikit-image.
    """
    height, width = image.shape[:2]
    faces = np.zeros((height, width), dtype=np.float32)
    step = max(round(max(height, width) / _SEARCH_SIDE), 1)
    if min(height, width) < 2 * _SMALLEST * step:
        return faces
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for top, left, side in _find_faces(image[::step, ::step]):
        center_y, center_x = step * (top + 0.56 * side), step * (left + 0.5 * side)
        across, down = (x - center_x) / (0.38 * step * side), (y - center_y) / (0.42 * step * side)
        faces = np.maximum(faces, np.clip(2.0 - 1.6 * np.hypot(across, down), 0.0, 1.0))
    return faces


def _find_faces(image: FloatArray) -> list[tuple[int, int, int]]:
    """(top row, left column, side) of each face, in pixels."""
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    found = Cascade(lbp_frontal_face_cascade_filename()).detect_multi_scale(
        (np.clip(image, 0, 1) * 255).astype(np.uint8),
        scale_factor=1.2,
        step_ratio=1.2,
        min_size=(_SMALLEST, _SMALLEST),
        max_size=(min(image.shape[:2]),) * 2,
    )
    return [(int(face["r"]), int(face["c"]), int(face["width"])) for face in found]
