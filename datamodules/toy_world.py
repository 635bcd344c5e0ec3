"""Pictures of the small world to train on, painted once when a run begins, and a held-out set to test on."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from inkwright.toy_world.painting import SIDE
from inkwright.toy_world.scene import Scene
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.words import COLORS, KINDS

TEST_SEED = 1_000_003
LARGE_SIDE = 96

Encoder = Callable[[Tensor], Tensor]


class PaintedAlbum(Dataset[dict[str, Any]]):
    """Some pictures of an album, kept in memory; item ``step`` is a batch by lot of it."""

    def __init__(
        self,
        album: ToyPictures,
        count: int,
        batch_size: int,
        *,
        first: int = 0,
        by_lot: bool = True,
        encode: Encoder | None = None,
    ) -> None:
        """Pictures ``first`` to ``first + count - 1``; ``encode`` sees each once.

        Args:
            album: of the pictures.
            count: how many, >= 0.
            batch_size: of them in an item, >= 1.
            first: number of the first one in the album, >= 0.
            by_lot: whether batches are drawn by lot, else in order.
            encode: makes latents [B, ...] of pictures [B, 3, H, W] in [0, 1]; None = no latents.
        """
        self.album, self.count, self.batch_size, self.by_lot = album, count, batch_size, by_lot
        self.first, self.encode = first, encode

    def __len__(self) -> int:
        return -(-self.count // self.batch_size)

    def __getitem__(self, step: int) -> dict[str, Any]:
        """``image`` [B, 3, H, W] in [0, 1], ``caption``, and ``kind`` and ``color`` [B] of the first thing.

        With an encoder there is ``latent`` [B, ...], too.
        """
        if self.by_lot:
            dice = np.random.default_rng([self.album.seed, step, 77])
            rows = dice.integers(0, self.count, self.batch_size)
        else:
            rows = np.arange(step * self.batch_size, min((step + 1) * self.batch_size, self.count))
        scenes = [self._scenes[row] for row in rows]
        encoded = {"latent": self._encoded[torch.from_numpy(rows)].float()} if self.encode else {}
        return {
            **encoded,
            "image": self._painted[torch.from_numpy(rows)].float() / 255,
            "caption": [scene.caption for scene in scenes],
            "kind": torch.tensor([KINDS.index(scene.things[0].kind) for scene in scenes]),
            "color": torch.tensor([list(COLORS).index(scene.things[0].color) for scene in scenes]),
        }

    @cached_property
    def _scenes(self) -> list[Scene]:
        return [self.album.scene(self.first + index) for index in range(self.count)]

    @cached_property
    def _encoded(self) -> Tensor:
        parts = [self._painted[at : at + 128].float() / 255 for at in range(0, self.count, 128)]
        return torch.cat([self.encode(part).half() for part in parts if self.encode])

    @cached_property
    def _painted(self) -> Tensor:
        every = range(self.first, self.first + self.count)
        parts = [every[start : start + 1024] for start in range(0, self.count, 1024)]
        return torch.cat([(self.album.pictures(part)[0] * 255).round().byte() for part in parts])


class TwoSizes(Dataset[dict[str, Any]]):
    """Batches of one of two albums, by lot, each as often as its pictures ask for; a batch has one size."""

    def __init__(self, small: PaintedAlbum, large: PaintedAlbum) -> None:
        """One of the albums may be empty."""
        self.small, self.large = small, large

    def __getitem__(self, step: int) -> dict[str, Any]:
        """The batch of a step."""
        lot = np.random.default_rng([self.small.album.seed, step, LARGE_SIDE]).random()
        share = self.large.count / (self.small.count + self.large.count)
        return (self.large if lot < share else self.small)[step]


class StepSampler(Sampler[int]):
    """Numbers of the steps that the trainer has still to do."""

    def __init__(self, datamodule: pl.LightningDataModule, steps: int) -> None:
        """``steps`` in the whole run; the run's trainer counts."""
        self.datamodule, self.steps = datamodule, steps

    def __len__(self) -> int:
        return self.steps

    def __iter__(self) -> Iterator[int]:
        trainer = self.datamodule.trainer
        yield from range(trainer.global_step if trainer else 0, self.steps)


class ToyWorldData(pl.LightningDataModule):
    """Batches by lot from ``num_pictures`` pictures; tests show single things in combinations left out."""

    test_names = ("held_out",)

    def __init__(
        self,
        *,
        steps: int = 1000,
        batch_size: int = 64,
        num_pictures: int = 24000,
        test_pictures: int = 512,
        pairs: float = 0.2,
        drawn: float = 0.35,
        portraits: float = 0.0,
        large: float = 0.0,
        encode: Encoder | None = None,
        seed: int = 0,
    ) -> None:
        """Remembers what to paint.

        Args:
            steps: optimizer steps of the whole run, >= 1.
            batch_size: pictures of one step, >= 1.
            num_pictures: painted when the run begins; 12 KB each, and about a millisecond.
            test_pictures: in the held-out set, >= 1.
            pairs: share of pictures with two things, in [0, 1].
            drawn: share of line drawings, in [0, 1].
            portraits: share with one big thing in the middle of white paper, in [0, 1].
            large: share of the pictures, and of the batches, of 96 pixels instead of 64, in [0, 1].
            encode: makes latents [B, ...] of pictures [B, 3, H, W] in [0, 1]; None = no latents.
            seed: of the training pictures, >= 0.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__()
        sizes = {"steps": steps, "batch_size": batch_size, "num_pictures": num_pictures}
        for name, value in (sizes | {"test_pictures": test_pictures}).items():
            if value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1")
        if not 0 <= large <= 1:
            raise ValueError(f"large is {large}; it must be in [0, 1]")
        self.steps = steps
        album = ToyPictures(seed, pairs=pairs, drawn=drawn, portraits=portraits)
        held_out = ToyPictures(TEST_SEED, "held_out", pairs=0.0, drawn=drawn, portraits=portraits)
        small = round(num_pictures * (1 - large))
        parts = [
            PaintedAlbum(replace(album, side=side), count, batch_size, first=first, encode=encode)
            for side, count, first in ((SIDE, small, 0), (LARGE_SIDE, num_pictures - small, small))
        ]
        self.training = TwoSizes(parts[0], parts[1])
        self.testing = PaintedAlbum(held_out, test_pictures, 64, by_lot=False, encode=encode)

    def train_dataloader(self) -> DataLoader[dict[str, Any]]:
        """Batches by lot, from the step at which the run goes on."""
        return DataLoader(self.training, batch_size=None, sampler=StepSampler(self, self.steps))

    def val_dataloader(self) -> DataLoader[dict[str, Any]]:
        """The held-out pictures."""
        return DataLoader(self.testing, batch_size=None)
