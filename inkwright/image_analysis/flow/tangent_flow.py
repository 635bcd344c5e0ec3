"""Edge tangent flow: at every pixel, the direction in which the nearest salient form runs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.threads import most_threads, run_pass
from inkwright.image_analysis.filters.gaussian_filtering import FloatArray, gaussian
from inkwright.image_analysis.flow.flow_kernels import vote


class StructureTensor(NamedTuple):
    """The 2 x 2 structure tensor of every pixel.

    Attributes:
        xx: [H, W] mean squared change along x.
        xy: [H, W] mean product of the changes along x and y.
        yy: [H, W] mean squared change along y.
    """

    xx: FloatArray
    xy: FloatArray
    yy: FloatArray

    def blurred(self, sigma: float) -> StructureTensor:
        """The tensor averaged over a Gaussian window of ``sigma`` pixels."""
        return StructureTensor(*(gaussian(part, sigma) for part in self))

    def magnitude(self) -> FloatArray:
        """[H, W] root of the trace: how much the colours change."""
        return np.sqrt(np.maximum(self.xx + self.yy, 0.0))

    def tangent(self) -> FloatArray:
        """[H, W, 2] unit vectors (x, y) along which the colours change least, equal up to sign."""
        angle = 0.5 * np.arctan2(2.0 * self.xy, self.xx - self.yy) + 0.5 * np.pi
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32)


def structure_tensor(channels: FloatArray, sigma: float) -> StructureTensor:
    """The structure tensor summed over channels (Di Zenzo 1986) of a picture [H, W, C].

    It is made of Gaussian derivatives whose scale is in pixels.
    """
    along_x, along_y = gaussian(channels, sigma, (0, 1)), gaussian(channels, sigma, (1, 0))
    pairs = ((along_x, along_x), (along_x, along_y), (along_y, along_y))
    return StructureTensor(*(np.einsum("hwc,hwc->hw", a, b).astype(np.float32) for a, b in pairs))


def edge_tangent_flow(tensor: StructureTensor, radius: int = 4, iterations: int = 2) -> FloatArray:
    """[H, W, 2] smooth unit tangents (x, y), up to sign, in which strong edges outvote weak neighbours.

    Kang, Lee and Chui 2007. The tensor has the scale of the forms to follow, the radius of the
    neighbourhood is in pixels, and the field is filtered several times.
    """
    strength = tensor.magnitude()
    strength = strength / max(float(strength.max()), 1e-12)
    padded = np.pad(strength, radius, mode="edge")
    ballots = np.stack([np.tanh(padded), np.sqrt(padded + 1e-6)])
    # Angles are doubled, so that opposite vectors agree without choosing signs.
    angle = 2.0 * np.arctan2(tensor.tangent()[..., 1], tensor.tangent()[..., 0])
    field = np.stack([np.cos(angle), np.sin(angle)])
    for _ in range(iterations):
        field = _filter_directions(field, ballots, radius)
    half = 0.5 * np.arctan2(field[1], field[0])
    return np.stack([np.cos(half), np.sin(half)], axis=-1).astype(np.float32)


def _filter_directions(field: FloatArray, ballots: FloatArray, radius: int) -> FloatArray:
    """[2, H, W] cosine and sine that the neighbourhood of each pixel votes for."""
    votes = np.zeros_like(field)
    padded = np.pad(field, ((0, 0), (radius, radius), (radius, radius)), mode="edge")
    run_pass(vote, field.shape[1], padded, ballots, radius, votes, threads=most_threads())
    return votes / np.maximum(np.hypot(votes[0], votes[1]), 1e-12)
