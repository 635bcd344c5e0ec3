"""Where the outline of a stroke goes around its turns and ends, for torch and for compiled kernels."""

import math
from typing import Any

# Chords of a half circle, and the largest radius in pixels at which they keep to 0.018 pixels of it.
# They have its area, by `arc_swell`.
ARC_STEPS = ((4, 0.25), (6, 0.6), (8, 1.1), (12, 2.6), (16, 4.6), (24, 10.0), (32, 18.0), (64, math.inf))
MOST_STEPS = 64
# Turns of more than this cosine are none.
STRAIGHT = 1 - 1e-6
# Within a curve the outer edges meet where that is at most so many pixels beyond the arc around the turn.
LONGEST_TIP = 0.01
# Inner edges meet where both chords are this much longer than they lose: they may lose that at both ends, and
# must not turn round. Not where the path doubles back. Beyond that lines across the path may cross: see
# `curves.tight_bends`.
LONG_ENOUGH, DOUBLES_BACK = 2.0, -0.9
# Where a segment begins or ends, the band of its first or last chord ends along the curve's own normal. Where
# that would take half of an edge, a chord without a length turns to the curve's direction.
MOST_SLANT = 0.5
# 1 + cos of a turn is at least this, so that the tip of a miter that doubles back stays finite.
SHARPEST = 1e-6
# The same where it only decides how long a miter is.
SHARPEST_MITER = 1e-12
# Where the sine of a turn is smaller, lines across both of its chords cross nowhere near.
LEAST_SINE = 1e-12
# Where along a chord the curve goes in its direction: in the middle, but at this share of it from the end of
# the curve, which does not lie farther out than the curve as the vertices between chords do.
FIRST_LINE = 5 / 12
# Around a turn the width changes as on the way where an arc of one radius would be so many pixels off.
MOST_TAPER = 0.005
# Squares of lengths in pixels up to this are 0: their roots have no direction.
NO_LENGTH = 1e-18


def half_circle_chords(radius: float) -> int:
    """Chords of a half circle with a radius in pixels."""
    for steps, most in ARC_STEPS:
        if radius <= most:
            return steps
    return MOST_STEPS


def arc_swell(steps: int, angle: Any) -> Any:
    """By which factor corners between the ends of an arc lie farther out, for chords to enclose its area.

    Of so many chords around an angle, a number or a tensor; to third order in the angle.
    """
    return 1 + angle * angle / (12 * steps * max(steps - 1, 1))


def sweep_swell(steps: int, angle: Any) -> Any:
    """The same of so many corners in the middles of as many parts of an angle."""
    return 1 + angle * angle / (12 * steps * steps)


def crossing(cosine: Any, sine: Any, before: Any, after: Any) -> tuple[Any, Any]:
    """How far from two chords lines across them cross that lie before and after a turn by an angle.

    Both lie so far from the turn along the chords; the sine is positive. Less than 0 is on the outside.
    """
    return (before * cosine + after) / sine, (before + after * cosine) / sine
