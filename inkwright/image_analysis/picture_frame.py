"""Thin frames along the sides of a picture, as scans and prints have them: nobody would draw those."""

import numpy as np

from inkwright.image_analysis.filters.gaussian_filtering import FloatArray

# Widest frame, as a share of the picture's side, and two pixels at least: what is wider is the picture's.
WIDEST = 0.02
# Largest standard deviation along a row of a frame: so much, or this share of the row's that follows it.
EVEN, SHARE_OF_NEXT = 0.02, 0.3
# What differs this much from the frame, in any channel, is not of it; so much of a side must.
DIFFERENT, SHARE = 0.06, 0.6
# Rows behind a frame in which scaling has mixed it with the picture.
MIXED = 2


def without_frame(image: FloatArray) -> FloatArray:
    """The picture [H, W, 3] in [0, 1] with what is next to a thin, even frame in its place.

    A side has one if its outermost rows are even and most of what follows has another colour.
    """
    across = image.swapaxes(0, 1)
    top, bottom, left, right = (_frame_rows(each) for each in (image, image[::-1], across, across[::-1]))
    inside = image[top : len(image) - bottom, left : image.shape[1] - right]
    return np.pad(inside, ((top, bottom), (left, right), (0, 0)), mode="edge")


def _frame_rows(rows: FloatArray) -> int:
    """How many of the first rows are a frame, mixed ones and all; 0: none is."""
    widest = max(round(WIDEST * len(rows)), 2)
    if len(rows) < 4 * (widest + MIXED) or rows.shape[1] < 4 * widest:
        return 0
    between = rows[: widest + MIXED + 1, widest:-widest]  # the corners are of other sides, too
    spread, mean = between.std(axis=1).max(axis=1), between.mean(axis=1)
    even = spread[:-MIXED] <= np.maximum(EVEN, SHARE_OF_NEXT * spread[MIXED:])
    same = np.abs(mean - mean[0]).max(axis=1)[:-MIXED] <= DIFFERENT
    count = int(np.argmin(np.append(even & same, False)))
    if not 1 <= count <= widest:
        return 0
    different = np.abs(between[count + MIXED] - mean[0]).max(axis=1) > DIFFERENT
    return count + MIXED if different.mean() >= SHARE else 0
