"""Guides are told from lines that are meant by their shape and by what they cross."""

import numpy as np
import pytest

from inkwright.simplification.faint.guides import guide_samples, long_runs
from inkwright.vectorization.consolidation.strip import samples_of

SIDE = 1000.0


def straight(*ends):
    one, other = np.array(ends, dtype=np.float64)
    return one + np.linspace(0, 1, 200)[:, None] * (other - one)


def ellipse(center, radii, first=0.0, last=2 * np.pi):
    turn = np.linspace(first, last, 400)
    return np.array(center) + np.stack([np.cos(turn), np.sin(turn)], axis=1) * radii


def wobbling(line, seed=0):
    from scipy.ndimage import gaussian_filter1d

    noise = gaussian_filter1d(np.random.default_rng(seed).normal(size=line.shape), 12, axis=0)
    return line + noise / noise.std() * 1.2


FORM = [ellipse((500, 500), (200, 260))]  # a dark head
EARS = [straight((250, 300), (250, 700)), straight((750, 300), (750, 700))]


def found(pale_lines, dark_lines):
    """Share of each pale line that is a guide, and of all dark ones."""
    samples = samples_of([*pale_lines, *dark_lines])
    guides = guide_samples(samples, samples.owner < len(pale_lines), SIDE)
    shares = np.bincount(samples.owner, guides) / np.bincount(samples.owner)
    return shares[: len(pale_lines)], guides[samples.owner >= len(pale_lines)].mean()


@pytest.mark.parametrize(
    "line",
    [
        straight((100, 480), (900, 520)),
        wobbling(straight((500, 100), (490, 900))),
        straight((150, 150), (880, 860)),
        ellipse((500, 450), (380, 200)),
        wobbling(ellipse((450, 500), (300, 150), 0, 2.4 * np.pi)),
    ],
    ids=["level", "by hand", "across", "ellipse", "gone round further"],
)
def test_what_is_long_pale_and_across_is_a_guide(line):
    guides, others = found([line], FORM + EARS)
    assert guides[0] > 0.8
    assert others < 0.05


@pytest.mark.parametrize(
    "line",
    [
        straight((460, 480), (540, 480)),  # short
        straight((300, 800), (700, 800)),  # crosses nothing
        straight((500, 240), (500, 760)),  # from one side of the head to the other
        ellipse((430, 450), (40, 20)),  # an eye
        ellipse((500, 520), (120, 140)),  # within
        np.stack([np.linspace(100, 900, 400), 500 + 60 * np.sin(np.linspace(0, 9, 400))], axis=1),
    ],
    ids=["short", "alone", "between", "eye", "within", "wavy"],
)
def test_what_is_not_is_no_guide(line):
    guides, others = found([line], FORM + EARS)
    assert guides[0] < 0.5
    assert others < 0.05


def test_what_is_as_dark_as_the_drawing_is_no_guide():
    _, dark = found([straight((480, 480), (520, 480))], [*FORM, *EARS, straight((100, 480), (900, 520))])
    assert dark == 0


def test_guides_do_not_make_guides_of_what_crosses_only_them():
    level = straight((100, 480), (900, 480))
    strands = [straight((x, 380), (x + 30, 600)) for x in (420, 480, 540)]
    guides, _ = found([level, *strands], FORM + EARS)
    assert guides[0] > 0.8
    assert (guides[1:] < 0.2).all()


def test_a_guide_may_have_gaps_and_be_of_two_strokes():
    parts = [straight((100, 480), (480, 480)), straight((540, 480), (900, 480))]
    guides, _ = found(parts, FORM + EARS)
    assert (guides > 0.8).all()


def test_runs_are_of_one_stroke():
    mask = np.array([True, True, True, False, True, True, True, True])
    owner = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    assert long_runs(mask, owner, 3).tolist() == [True] * 3 + [False] * 5
