"""At which scale the network should see a page: less detail where each line was drawn many times."""

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.float32]

BROAD, REPEATED, ONCE = 0.35, 0.5, 1.0  # the scales that are chosen among
# Of artists' sketches, and of clean pages that have to stay as they are; see docs/simplification.md. All
# lengths are in pixels of the page, and were found on pages of about 1,024 pixels.
_MOST_MERGED = 0.08
_BROAD_INK = 2.5
_INK, _LINE, _APART = 0.6, 0.5, 3.0
_LEAST_LONG_SIDE = 320.0  # below which no page is brought


def fitting_scale(page: Gray, lines: Gray, small: Gray) -> float:
    """0.35 where lines were drawn many times in broad ink, 0.5 where in thin ink, else 1.

    On small pages it is more than 0.35 or 0.5: so much that the longer side keeps 320 pixels, and at most 1.

    Strokes that were meant for one line merge where the network sees less detail, into one that lies between
    them. So lines were drawn many times if more than 8 % of those that it finds at the smallest scale are
    more than 3 pixels away from all that it finds at scale 1. Ink is broad from 2.5 pixels on.

    Args:
        page: [H, W] what the network saw, in [0, 1].
        lines: [H, W] what it drew.
        small: [H, W] what it drew at the scale ``BROAD``, enlarged.
    """
    from scipy.ndimage import distance_transform_edt

    drawn, merged, ink = _middles(lines < _LINE), _middles(small < _LINE), _middles(page < _INK)
    if not (drawn.any() and merged.any() and ink.any()):
        return ONCE
    if float((distance_transform_edt(~drawn)[merged] > _APART).mean()) <= _MOST_MERGED:
        return ONCE
    width = float(np.median(2 * distance_transform_edt(page < _INK)[ink]))
    return max(BROAD if width > _BROAD_INK else REPEATED, min(_LEAST_LONG_SIDE / max(page.shape), ONCE))


def _middles(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    from skimage.morphology import skeletonize

    return np.asarray(skeletonize(ink), dtype=np.bool_)
