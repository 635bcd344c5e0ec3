"""What is hidden of regions goes on below what hides it, and nothing of it is seen."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.initialization.region_shapes.hidden_parts import UNDER, extended_masks

Y, X = np.mgrid[0:60, 0:80] + 0.5
GROUND, WALL = Y > 45, (abs(X - 40) < 25) & (Y > 10) & (Y <= 45)
DOOR, LAMP = (abs(X - 40) < 10) & (Y > 25) & (Y <= 45), (abs(X - 40) < 2) & (Y > 30) & (Y <= 45)


def seen(masks):
    owner = np.zeros(masks[0].shape, int)
    for row, mask in enumerate(masks, 1):
        owner[mask] = row
    return owner


def test_a_wall_goes_on_behind_a_door_that_reaches_down_to_the_ground():
    masks = [GROUND, WALL & ~DOOR, DOOR]
    ground, wall, door = extended_masks(masks)
    assert (wall & DOOR).sum() > 0.85 * DOOR.sum()
    assert (door == DOOR).all()
    assert not (ground & WALL)[:42].any()
    assert not (wall & DOOR)[-16, 39:41].any()  # not where the door stands on the ground


def test_and_behind_what_hangs_on_the_door():
    masks = [GROUND, WALL & ~DOOR, DOOR & ~LAMP, LAMP]
    _, wall, door, _ = extended_masks(masks)
    assert (door & LAMP).sum() > 0.6 * LAMP.sum()
    assert (wall & DOOR).sum() > 0.8 * DOOR.sum()


def test_a_neighbor_that_lies_beside_goes_on_by_a_rim_only():
    left, right = X < 40, X >= 40
    wider, same = extended_masks([left, right])
    assert wider.sum() - left.sum() == UNDER * 60
    assert (same == right).all()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_is_seen_changes(seed):
    dice = np.random.default_rng(seed)
    masks = [
        np.hypot(X - dice.uniform(0, 80), Y - dice.uniform(0, 60)) < dice.uniform(8, 30) for _ in range(6)
    ]
    found = extended_masks(masks)
    before = seen(masks)
    assert (seen(found) == before)[before > 0].all()
    assert all((mask <= wider).all() for mask, wider in zip(masks, found, strict=True))


def test_thin_gaps_are_closed_and_wide_ones_stay():
    left, right = X < 38, X > 40
    assert np.any(extended_masks([left, right]), axis=0).all()
    apart = extended_masks([X < 30, X > 50])
    assert not np.any(apart, axis=0)[:, 34:46].any()


def test_a_slit_between_a_wall_and_its_door_does_not_become_a_hole():
    slit = (Y > 25) & (Y < 27) & DOOR
    wall, _ = extended_masks([WALL & ~DOOR, DOOR & ~slit])
    assert wall[slit].all()


def test_no_region_at_all():
    assert extended_masks([]) == []
