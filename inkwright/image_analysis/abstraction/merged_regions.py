"""Regions of a picture, merged until what is left are its things: nested from coarse to fine, no patches."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.image_analysis.filters.lab_color import srgb_to_lab

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Labels = NDArray[np.int64]

_FINEST, _FEWEST = 20.0, 12  # of the segmentation that merging starts from: scale, pixels


@dataclass(frozen=True)
class MergedRegions:
    """Makes masks of a picture's levels of detail; anything that is called alike may stand in its place.

    Attributes:
        strengths: of merging on each level, from the picture to its coarsest level, > 0: neighbours become
            one as long as a pixel of their border saves less error than this (colors in Lab / 100).
        smallest: regions below this share of the picture are no masks, in [0, 1).
        fill_holes: whether what lies in a region belongs to it, so that it goes on below the other.
    """

    strengths: Sequence[float] = (0.02, 0.05, 0.12, 0.3, 0.8)
    smallest: float = 0.0005
    fill_holes: bool = True

    def __call__(self, levels: Sequence[FloatArray]) -> list[list[BoolArray]]:
        """Masks [H, W] of each level [H, W, 3], in their order, of one piece each.

        Where there are more levels than strengths, the last strength holds for the rest.
        """
        found = []
        for k, level in enumerate(levels):
            labels = merge_regions(level, self.strengths[min(k, len(self.strengths) - 1)])
            found.append(region_masks(labels, self.smallest, self.fill_holes))
        return found


def merge_regions(picture: FloatArray, strength: float) -> Labels:
    """[H, W] region of each pixel of [H, W, 3] in [0, 1], from 0 on.

    The regions of Felzenszwalb and Huttenlocher at a fine scale are merged in the order of what their border
    is worth, as in the piecewise constant model of Mumford and Shah: the squared error that it saves,
    n1 n2 / (n1 + n2) |c1 - c2|^2, for each pixel of its length.
    """
    from skimage.segmentation import felzenszwalb

    labels = felzenszwalb((picture * 255).round().astype(np.uint8), _FINEST, sigma=0.5, min_size=_FEWEST)
    return _Merging(labels.astype(np.int64), srgb_to_lab(picture)).until(strength)


def region_masks(labels: Labels, smallest: float, fill_holes: bool = True) -> list[BoolArray]:
    """Masks [H, W] of the regions, the largest first, small ones left out."""
    masks = []
    for label, box in enumerate(ndimage.find_objects(labels + 1)):
        if box is not None and (labels[box] == label).sum() >= max(smallest * labels.size, _FEWEST):
            mask = np.zeros(labels.shape, bool)
            inside = labels[box] == label
            mask[box] = ndimage.binary_fill_holes(inside) if fill_holes else inside
            masks.append(mask)
    return sorted(masks, key=lambda mask: -int(mask.sum()))


class _Merging:
    """Regions, their mean colors, and the lengths of their borders."""

    def __init__(self, labels: Labels, colors: FloatArray) -> None:
        self.labels, count = labels, int(labels.max()) + 1
        flat = labels.ravel()
        self.size = np.bincount(flat, minlength=count).astype(float)
        sums = [np.bincount(flat, colors[..., c].ravel(), count) for c in range(3)]
        self.sums = np.stack(sums, axis=1)
        self.border: list[dict[int, float]] = [{} for _ in range(count)]
        self.parent = np.arange(count)
        for one, other in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
            pairs = np.stack([one[one != other], other[one != other]], axis=1)
            unique, lengths = np.unique(np.sort(pairs, axis=1), axis=0, return_counts=True)
            for (a, b), length in zip(unique.tolist(), lengths.tolist(), strict=True):
                self.border[a][b] = self.border[b][a] = self.border[a].get(b, 0.0) + length

    def until(self, strength: float) -> Labels:
        """Merges the cheapest borders first, up to a strength."""
        queue = [(self._worth(a, b), a, b) for a in range(len(self.size)) for b in self.border[a] if a < b]
        heapq.heapify(queue)
        while queue and queue[0][0] < strength:
            worth, a, b = heapq.heappop(queue)
            fresh = self.parent[a] == a and self.parent[b] == b and b in self.border[a]
            if not fresh or worth != self._worth(a, b):
                continue
            self._merge(a, b)
            for other in self.border[a]:
                low, high = min(a, other), max(a, other)
                heapq.heappush(queue, (self._worth(low, high), low, high))
        return self._merged_labels()

    def _worth(self, a: int, b: int) -> float:
        gap = self.sums[a] / self.size[a] - self.sums[b] / self.size[b]
        weight = self.size[a] * self.size[b] / (self.size[a] + self.size[b])
        return float(weight * (gap @ gap) / self.border[a][b])

    def _merge(self, a: int, b: int) -> None:
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.sums[a] += self.sums[b]
        for other, length in self.border[b].items():
            del self.border[other][b]
            if other != a:
                self.border[a][other] = self.border[other][a] = self.border[a].get(other, 0.0) + length
        self.border[b].clear()

    def _merged_labels(self) -> Labels:
        roots = self.parent.copy()
        while not np.array_equal(roots, roots[roots]):
            roots = roots[roots]
        _, numbers = np.unique(roots, return_inverse=True)
        merged: Labels = numbers.reshape(-1)[self.labels].astype(np.int64)
        return merged
