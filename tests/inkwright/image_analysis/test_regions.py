"""Regions are things of one piece that stand out: no slivers, no backdrop, none twice."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.regions.proposals import Proposal
from inkwright.image_analysis.regions.ranking import is_region, rank_regions
from inkwright.image_analysis.regions.region_finder import find_regions
from inkwright.pictures.target_image import load_target


def box(top: int, left: int, height: int, width: int) -> np.ndarray:
    mask = np.zeros((60, 80), dtype=bool)
    mask[top : top + height, left : left + width] = True
    return mask


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        (box(20, 20, 20, 20), True),
        (box(20, 2, 3, 70), False),  # a sliver
        (box(0, 0, 60, 60), False),  # the backdrop
        (box(20, 20, 5, 5), False),  # a speck
        (box(10, 10, 40, 40) & ~box(14, 14, 32, 32), False),  # a frame
        (np.zeros((60, 80), dtype=bool), False),
    ],
)
def test_a_region_has_the_shape_of_a_thing(mask, kept):
    assert is_region(mask) == kept


def test_what_stands_out_comes_first_and_nothing_twice():
    faint, bright = box(5, 5, 20, 20), box(30, 45, 20, 20)
    saliency = 0.3 * faint + 0.9 * bright
    proposals = [Proposal(each, False) for each in (faint, bright, box(31, 46, 18, 18))]
    chosen = rank_regions(proposals, saliency.astype(np.float32), np.zeros((60, 80), np.float32), 3)
    assert [mask.tolist() for mask in chosen] == [bright.tolist(), faint.tolist()]


def test_a_face_comes_before_all_else():
    face, thing = box(5, 5, 14, 14), box(30, 45, 20, 20)
    proposals = [Proposal(each, True) for each in (thing, face)]
    faces = (0.9 * box(8, 8, 8, 8)).astype(np.float32)
    chosen = rank_regions(proposals, (0.3 * thing).astype(np.float32), faces, 1)
    assert (chosen[0] == face).all()


def test_the_face_of_the_astronaut_and_the_horse_are_found():
    for name, (x, y) in {"astronaut": (0.5, 0.35), "horse": (0.4, 0.45)}.items():
        picture = load_target(name, 112).image.permute(1, 2, 0).numpy()
        first = find_regions(picture, 1)[0]
        assert first.shape == picture.shape[:2]
        assert first[round(y * first.shape[0]), round(x * first.shape[1])]


def test_nothing_is_found_on_blank_paper():
    assert find_regions(np.ones((30, 50, 3), dtype=np.float32), 3) == []
