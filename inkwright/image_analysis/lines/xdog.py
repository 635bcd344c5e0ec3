"""Extended difference of Gaussians: which pixels are on the dark side of an edge."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

_LUMINANCE = np.array([0.2125, 0.7154, 0.0721], dtype=np.float32)


def xdog_edges(
    image: FloatArray,
    *,
    sigma: float = 0.8,
    ratio: float = 10.0,
    share: float = 0.98,
    threshold: float = -0.1,
    steepness: float = 200.0,
) -> BoolArray:
    """XDoG (Winnemöller et al. 2012, section 2.3) with the numbers of CLIPasso, split by Otsu's threshold.

    With D = G_sigma * g - share G_(ratio sigma) * g, tone is 1 where D < threshold, elsewhere
    1 + tanh(steepness D). It marks the darker side of every edge; of a picture whose mean has been taken out
    also whole dark areas, whose grey is negative.

    Args:
        image: [H, W, 3], in [0, 1] or normalised by mean and deviation.
        sigma: of the narrow Gaussian, in pixels, > 0.
        ratio: of the two Gaussians' widths, > 1.
        share: of the wide Gaussian.
        threshold: of D.
        steepness: of the edge of the tone.

    Returns:
        [H, W], true = edge; false everywhere if the picture is one flat colour.
    """
    gray = image @ _LUMINANCE
    narrow, wide = (ndimage.gaussian_filter(gray, width, mode="nearest") for width in (sigma, ratio * sigma))
    difference = narrow - share * wide
    tone = np.where(difference < threshold, 1.0, 1.0 + np.tanh(steepness * difference))
    spread = float(np.ptp(tone))
    if spread < 1e-6:
        return np.zeros(gray.shape, dtype=bool)
    from skimage.filters import threshold_otsu

    stretched = (tone - tone.min()) / spread
    edges: BoolArray = stretched < threshold_otsu(stretched)
    return edges
