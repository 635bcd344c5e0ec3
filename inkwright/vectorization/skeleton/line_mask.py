"""Which pixels of a clean raster are ink, and where two lines that touch in it are told apart."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Gray = NDArray[np.floating]


def line_mask(
    gray: Gray,
    threshold: float = 0.5,
    smallest: int = 12,
    pinhole: int = 6,
    finer: int = 1,
    valley: float | None = None,
) -> Mask:
    """Ink by hysteresis, without specks and pinholes.

    Args:
        gray: [H, W] in [0, 1], 1 = paper.
        threshold: lines must be as dark as this somewhere, and are followed down to 0.15 less, in (0, 1).
        smallest: specks of fewer pixels are dropped.
        pinhole: holes of fewer pixels are filled.
        finer: how many times as many pixels a side the mask has; the grey between pixels is bicubic.
        valley: ink that is lighter by more than this than the ink about a pixel away on both sides is no ink:
            it is paper between two lines. None leaves it.

    Returns:
        [finer H, finer W].

    Raises:
        ValueError: the picture has another shape, or the threshold is out of its range.
    """
    from skimage.filters import apply_hysteresis_threshold

    if gray.ndim != 2:
        raise ValueError(f"gray has shape {gray.shape}; it must be [H, W]")
    if not 0 < threshold < 1:
        raise ValueError(f"threshold is {threshold}; it must be between 0 and 1")
    darkness = _enlarged(1 - np.asarray(gray, dtype=np.float32), finer)
    ink: Mask = apply_hysteresis_threshold(darkness, max(threshold - 0.15, 0.05), threshold)
    if valley is not None:
        _open_valleys(ink, darkness, finer, valley)
    ink &= ~_small_parts(ink, smallest * finer**2, np.ones((3, 3)))
    ink |= _small_parts(~ink, pinhole * finer**2, None)
    return ink


def _enlarged(darkness: Gray, finer: int) -> Gray:
    if finer == 1:
        return darkness
    picture = torch.from_numpy(np.ascontiguousarray(darkness))[None, None]
    found: Gray = F.interpolate(picture, scale_factor=finer, mode="bicubic")[0, 0].numpy()
    return found.clip(0, 1)


def _open_valleys(ink: Mask, darkness: Gray, finer: int, depth: float) -> None:
    """Takes ink away, in place, that has darker ink on both sides of it, and is no ripple along a ridge."""
    reach = finer + 1
    padded = np.pad(darkness, reach, mode="edge")
    rows, columns = np.nonzero(ink)
    here = darkness[rows, columns]
    valley = np.zeros(len(here), dtype=bool)

    def on_both_sides(down: int, right: int) -> tuple[Gray, Gray]:
        one = padded[rows + (reach + down), columns + (reach + right)]
        other = padded[rows + (reach - down), columns + (reach - right)]
        return np.minimum(one, other) - here, one + other - 2 * here

    for down, right in ((0, finer), (0, finer + 1), (finer, finer), (finer // 2, finer), (finer, finer // 2)):
        (shallow, curved), (other, bent) = on_both_sides(down, right), on_both_sides(right, -down)
        valley |= (np.maximum(shallow, other) > depth) & (curved + bent > 0)
    ink[rows[valley], columns[valley]] = False


def _small_parts(mask: Mask, smallest: int, structure: object) -> Mask:
    from scipy.ndimage import label

    labels, count = label(mask, structure=structure)
    small = np.bincount(labels.ravel(), minlength=count + 1) < smallest
    small[0] = False
    found: Mask = small[labels]
    return found
