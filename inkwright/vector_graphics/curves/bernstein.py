"""Weights of the control points of Bézier curves, and how finely curves are flattened.

Plain formulas and numbers: they hold for tensors, for arrays, for numbers, and within compiled kernels.
"""

from typing import Any

Numbers = Any  # a number, an array or a tensor

# Largest distance in pixels between a curve and its chords. Chords run on both sides of their curve, so the
# coverage of a pixel is off by less than this; of shapes that are filled by less than 0.02 in every pixel, of
# strokes that are painted as fills of their outlines by less than 1.2e-4 on average.
FLATNESS, OUTLINE_FLATNESS, FILL_FLATNESS = 0.05, 0.025, 0.014
# A chord between points of a curve is off by at most |B''| / 8, where B'' = 6 (P0 - 2 P1 + P2) at an end of
# a cubic (Wang's bound). In a chain of chords inner vertices are moved out by B'' / 12, so that a chord with
# one of them is off by at most 25 / 288 of |B''|, and one with two by 1 / 12.
ONE_CHORD, CHAIN = 6 / 8, 6 * 25 / 288
# Only what of B'' lies across the curve moves it away from its chords; that is bounded part by part.
BEND_PARTS = 8
# Where a curve bends more tightly than its sides are far from it, these turn fast: from chord to chord their
# distance changes by at most so many times the flatness. The points at which lines across the curve cross
# move faster than the curve: in shapes that are as flat as fills, B'' and that change count so many times.
TAPER_STEP, TIGHT_BEND = 6.0, 2.0
# Where B' / 3 along a part is less, in pixels, the curve stops there.
LEAST_SPEED = 1e-6
# At most so many chords; they keep to FLATNESS where |P0 - 2 P1 + P2| is up to 393 pixels.
MAX_CHORDS = 64
# Counts of chords are rounded up from a hair below the bound, so that rounding does not decide.
COUNT_SLACK = 1e-6


def cubic_weights(t: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """The four cubic Bernstein polynomials at parameters t in [0, 1]."""
    s = 1 - t
    return s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t


def quadratic_weights(t: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The three quadratic Bernstein polynomials: a cubic's derivative is theirs with 3 (P[i + 1] - P[i])."""
    s = 1 - t
    return s * s, 2 * s * t, t * t
