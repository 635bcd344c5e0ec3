"""The data module: which patches a step sees, and that a resumed run sees the same."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from datamodules.sketch_pairs import SketchPairData


class _Counting:
    """A source whose patches hold their index."""

    def patch(self, index: int, side: int):
        page = np.full((side, side), index, np.float32)
        return page, page

    page = patch


def _indices(done: int, rank: int = 0, world: int = 1) -> list[int]:
    data = SketchPairData(source=_Counting(), tests={"t": _Counting()}, steps=4, batch_size=2, patch_size=32)
    data.trainer = SimpleNamespace(global_step=done, global_rank=rank, world_size=world)
    return [int(value) for batch in data.train_dataloader() for value in batch["rough"][:, 0, 0, 0]]


def test_a_resumed_run_sees_what_is_left():
    assert _indices(0) == list(range(8))
    assert _indices(3) == [6, 7]


def test_processes_of_a_group_share_the_stream():
    assert sorted(_indices(0, 0, 2) + _indices(0, 1, 2)) == list(range(16))


def test_test_pages_are_fixed_and_made_once():
    data = SketchPairData(steps=1, test_pages=1, test_side=64)
    assert data.test_names == ["t1", "t2"]
    for loader in data.val_dataloader():
        (first,), (again,) = list(loader), list(loader)
        assert first["rough"].shape == (1, 1, 64, 64)
        assert (first["rough"] == again["rough"]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"patch_size": 100}, "patch_size is 100; it must be a multiple of 8"),
        ({"test_side": 8}, "test_side is 8; it must be at least 64"),
    ],
)
def test_wrong_numbers_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        SketchPairData(**arguments)
