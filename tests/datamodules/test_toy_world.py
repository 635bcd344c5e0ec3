"""Batches of the small world."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from datamodules.toy_world import ToyWorldData
from inkwright.toy_world.toy_pictures import ToyPictures


def data(**settings):
    return ToyWorldData(**{"steps": 5, "batch_size": 3, "num_pictures": 8, "test_pictures": 4} | settings)


def test_batches_are_a_function_of_the_step_and_go_on_where_a_run_stopped():
    whole = list(data().train_dataloader())
    assert len(whole) == 5
    resumed = data()
    resumed.trainer = SimpleNamespace(global_step=3)
    for one, other in zip(whole[3:], resumed.train_dataloader(), strict=True):
        torch.testing.assert_close(one["image"], other["image"])
        assert one["caption"] == other["caption"]
    assert not torch.equal(whole[0]["image"], whole[1]["image"])


def test_a_batch_holds_pictures_captions_and_truth():
    batch = next(iter(data(pairs=0.0).train_dataloader()))
    assert batch["image"].shape == (3, 3, 64, 64)
    assert 0 <= float(batch["image"].min()) <= float(batch["image"].max()) <= 1
    assert len(batch["caption"]) == len(batch["kind"]) == len(batch["color"]) == 3


def test_an_encoder_sees_each_picture_once():
    seen: list[int] = []

    def encode(images: torch.Tensor) -> torch.Tensor:
        seen.append(len(images))
        return images.mean(1, keepdim=True)

    for batch in data(encode=encode).train_dataloader():
        torch.testing.assert_close(
            batch["latent"], batch["image"].mean(1, keepdim=True), atol=1e-3, rtol=1e-3
        )
    assert sum(seen) == 8


def test_some_batches_hold_large_pictures():
    batches = list(data(steps=16, large=0.5).train_dataloader())
    sides = [batch["image"].shape[-1] for batch in batches]
    assert set(sides) == {64, 96}
    large = batches[sides.index(96)]
    album = ToyPictures(0)
    wanted = [album.scene(index).caption for index in range(4, 8)]  # the second half of eight
    assert set(large["caption"]) <= set(wanted)
    row = wanted.index(large["caption"][0])
    painted = ToyPictures(0, side=96).pictures([4 + row])[0][0]
    torch.testing.assert_close(large["image"][0], painted, atol=1 / 255, rtol=0)
    with pytest.raises(ValueError, match="large is 1.5"):
        data(large=1.5)


def test_tests_show_every_held_out_picture_once():
    batches = list(data(test_pictures=70).val_dataloader())
    assert [len(batch["caption"]) for batch in batches] == [64, 6]


@pytest.mark.parametrize("name", ["steps", "batch_size", "num_pictures", "test_pictures"])
def test_numbers_below_one_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} is 0"):
        data(**{name: 0})
