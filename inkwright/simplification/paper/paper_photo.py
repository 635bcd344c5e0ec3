"""A photograph of a drawing becomes a scan: the page cut out, the paper white, the lines dark."""

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.float32]

_LOOK_SIDE = 400  # pixels, about, at which the paper is looked at
_LEAST_PAGE = 0.25  # of the picture must be page


def flattened(gray: Gray) -> Gray:
    """The page [H, W] in [0, 1] without shadows and the tone of the paper, its lines at full strength."""
    page = np.clip(gray / local_paper(gray), 0, 1)
    return _stretched(page.astype(np.float32))


def local_paper(gray: Gray) -> Gray:
    """[H, W] how light the paper is around each pixel of a page, at least 0.05."""
    from scipy.ndimage import gaussian_filter, grey_closing, zoom

    height, width = gray.shape
    step = max(max(height, width) // _LOOK_SIDE, 1)
    small = gray[::step, ::step] if min(height, width) > 4 * step else gray
    reach = max(min(small.shape) // 12, 3)
    paper = gaussian_filter(
        grey_closing(small, size=(reach, reach), mode="nearest"), reach / 2, mode="nearest"
    )
    factors = (height / paper.shape[0], width / paper.shape[1])
    paper = zoom(paper, factors, order=1, mode="nearest", grid_mode=True)[:height, :width]
    return np.maximum(paper, np.float32(0.05)).astype(np.float32)


def _stretched(page: Gray) -> Gray:
    """White where the paper is; the darkest hundredth of the ink at 0.25 or darker."""
    white = float(np.quantile(page, 0.6))
    page = np.clip(page / max(white, 0.05), 0, 1)
    ink = page[page < 0.9]
    if ink.size < 20:
        return page
    darkest = 1 - float(np.quantile(ink, 0.05))
    gain = float(np.clip(0.75 / max(darkest, 1e-3), 1.0, 3.0))
    return (1 - np.clip((1 - page) * gain, 0, 1)).astype(np.float32)


def looks_photographed(gray: Gray) -> bool:
    """Whether the paper is far from white, or unevenly lit."""
    height, width = gray.shape
    if min(height, width) < 16:
        return False
    rows = np.array_split(np.arange(height), 4)
    columns = np.array_split(np.arange(width), 4)
    cells = [float(np.quantile(gray[np.ix_(row, column)], 0.7)) for row in rows for column in columns]
    return bool(min(cells) < 0.93 or max(cells) - min(cells) > 0.06)


def page_corners(gray: Gray) -> NDArray[np.float64] | None:
    """[4, 2] (x, y) corners of a bright page on a darker ground in a picture [H, W] in [0, 1]; None if none.

    They go clockwise from the top left.
    """
    from scipy.ndimage import binary_fill_holes, gaussian_filter, label
    from skimage.filters import threshold_otsu

    step = max(max(gray.shape) // _LOOK_SIDE, 1)
    small = gaussian_filter(gray[::step, ::step], 2.0)
    if min(small.shape) < 32 or small.max() - small.min() < 0.15:
        return None
    bright = small > threshold_otsu(small)
    labels, count = label(bright)
    if not count:
        return None
    page = binary_fill_holes(labels == np.argmax(np.bincount(labels.ravel())[1:]) + 1)
    rows, columns = np.nonzero(page)
    sums, differences = columns + rows, columns - rows
    picks = [
        int(np.argmin(sums)),
        int(np.argmax(differences)),
        int(np.argmax(sums)),
        int(np.argmin(differences)),
    ]
    corners = np.stack([columns[picks], rows[picks]], axis=1).astype(np.float64)
    area = _area(corners)
    if area < _LEAST_PAGE * small.size or not 0.9 < page.sum() / max(area, 1) < 1.1:
        return None
    if area > 0.96 * small.size or not _has_sharp_sides(small, corners):
        return None
    return (corners + 0.5) * step


def _has_sharp_sides(
    small: Gray, corners: NDArray[np.float64], reach: float = 6.0, least: float = 0.1
) -> bool:
    """Whether the picture steps down from inside to outside across every side: a shadow fades instead."""
    from scipy.ndimage import map_coordinates

    middle = corners.mean(0)
    steps = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        way = (end - start) / max(float(np.hypot(*(end - start))), 1e-9)
        out = np.array([way[1], -way[0]])
        out = out if out @ (start - middle) > 0 else -out
        places = start + np.linspace(0.1, 0.9, 25)[:, None] * (end - start)
        outside, inside = places + reach * out, places - reach * out
        if ((outside < 0) | (outside >= small.shape[::-1])).any():
            continue  # the page goes on beyond the picture
        light = [map_coordinates(small, [each[:, 1], each[:, 0]], order=1) for each in (inside, outside)]
        steps.append(float(np.median(light[0] - light[1])))
    return len(steps) >= 2 and min(steps) > least


def straightened(gray: Gray, corners: NDArray[np.float64]) -> Gray:
    """[H', W'] the page between four corners, seen from straight above, its sides as long as they appear."""
    from skimage.transform import ProjectiveTransform, warp

    lengths = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = (max(round(float(pair.max())), 1) for pair in (lengths[::2], lengths[1::2]))
    inset = 0.01 * min(width, height)
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    transform = ProjectiveTransform.from_estimate(
        frame + inset * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]), corners
    )
    page: Gray = warp(gray, transform, output_shape=(height, width), order=1, mode="edge").astype(np.float32)
    return page


def _area(corners: NDArray[np.float64]) -> float:
    x, y = corners.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
