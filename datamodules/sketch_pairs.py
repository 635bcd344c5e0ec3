"""Pairs of rough and clean sketches for the simplifier: an endless stream to train, fixed pages to test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from inkwright.synthetic_drawings.rough_pair import CopiedPairs, RoughPairs, SketchRecipe
from inkwright.synthetic_drawings.stroke_painting import Pixels

TEST_SEED = 1_000_003


class PairSource(Protocol):
    """Where patches to train on come from."""

    def patch(self, index: int, side: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) patch ``index``, each [side, side] in [0, 1]; a function of ``index`` alone."""


class PageSource(Protocol):
    """Where pages to test on come from."""

    def page(self, index: int, side: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) page ``index``, each [side, side] in [0, 1]."""


class PairPatches(Dataset[dict[str, Tensor]]):
    """Patches of a source as tensors ``rough`` and ``clean`` [1, side, side]."""

    def __init__(self, source: PairSource, side: int, unpaired: UnpairedSource | None = None) -> None:
        """``side`` is that of the patches in pixels."""
        self.source, self.side, self.unpaired = source, side, unpaired

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Patch ``index``; with an unpaired source also ``rough_alone`` and ``clean_alone``."""
        sample = _tensors(*self.source.patch(index, self.side))
        if self.unpaired is not None:
            sample["rough_alone"] = torch.from_numpy(self.unpaired.rough(index, self.side))[None]
            sample["clean_alone"] = torch.from_numpy(self.unpaired.clean(index, self.side))[None]
        return sample


class UnpairedSource(Protocol):
    """Where rough sketches and clean drawings that don't belong together come from."""

    def rough(self, index: int, side: int) -> Pixels:
        """[side, side] a patch of a rough sketch, in [0, 1]."""

    def clean(self, index: int, side: int) -> Pixels:
        """[side, side] a patch of a clean drawing, in [0, 1]."""


class PairPages(Dataset[dict[str, Tensor]]):
    """A few pages of a source, made once, as tensors ``rough`` and ``clean`` [1, side, side]."""

    def __init__(self, source: PageSource, count: int, side: int) -> None:
        """``count`` pages of ``side`` pixels."""
        self.source, self.count, self.side = source, count, side
        self._made: dict[int, dict[str, Tensor]] = {}

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Page ``index``."""
        if index >= self.count:
            raise IndexError(index)
        if index not in self._made:
            self._made[index] = _tensors(*self.source.page(index, self.side))
        return self._made[index]


class StreamSampler(Sampler[int]):
    """Indices 0, 1, 2, ... from where the trainer is; every process of a group takes its share."""

    def __init__(self, datamodule: pl.LightningDataModule, batch_size: int, steps: int) -> None:
        """``batch_size`` samples a step and process, ``steps`` in the whole run; the run's trainer counts."""
        self.datamodule, self.batch_size, self.steps = datamodule, batch_size, steps

    def __len__(self) -> int:
        return self.steps * self.batch_size

    def __iter__(self) -> Iterator[int]:
        trainer = self.datamodule.trainer
        done = trainer.global_step if trainer else 0
        rank, world = (trainer.global_rank, trainer.world_size) if trainer else (0, 1)
        for step in range(done, self.steps):
            start = (step * world + rank) * self.batch_size
            yield from range(start, start + self.batch_size)


class SketchPairData(pl.LightningDataModule):
    """Patches to train on, and two fixed sets of pages to test on.

    T1 are pages of the training recipe with another seed; T2 are pages of other drawings, roughened by
    other mechanics, which training never sees.
    """

    def __init__(
        self,
        recipe: SketchRecipe | None = None,
        source: PairSource | None = None,
        tests: Mapping[str, PageSource] | None = None,
        unpaired: UnpairedSource | None = None,
        *,
        steps: int = 1000,
        batch_size: int = 2,
        patch_size: int = 256,
        test_pages: int = 4,
        test_side: int = 1024,
        num_workers: int = 0,
        seed: int = 0,
    ) -> None:
        """Remembers what to make.

        Args:
            recipe: of the procedural pairs.
            source: where patches come from; by default the procedural pairs of ``recipe``.
            tests: where test pages come from, by name; by default T1 and T2.
            unpaired: sketches without partners, for adversarial training.
            steps: optimizer steps of the whole run, >= 1.
            batch_size: patches of one step, >= 1.
            patch_size: width and height of the patches in pixels, a multiple of 8, >= 32.
            test_pages: pages of each test set, >= 1.
            test_side: their width and height in pixels, >= 64.
            num_workers: processes that make patches beside the training, >= 0.
            seed: of the training pairs, >= 0.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__()
        for name, value, least in (
            ("steps", steps, 1), ("batch_size", batch_size, 1), ("patch_size", patch_size, 32),
            ("test_pages", test_pages, 1), ("test_side", test_side, 64), ("num_workers", num_workers, 0),
        ):  # fmt: skip
            if value < least:
                raise ValueError(f"{name} is {value}; it must be at least {least}")
        if patch_size % 8:
            raise ValueError(f"patch_size is {patch_size}; it must be a multiple of 8")
        recipe = recipe or SketchRecipe()
        self.source = source or RoughPairs(recipe, seed)
        self.tests: Mapping[str, PageSource] = tests or {
            "t1": RoughPairs(recipe, TEST_SEED),
            "t2": CopiedPairs(TEST_SEED),
        }
        self.unpaired = unpaired
        self.steps, self.batch_size, self.patch_size = steps, batch_size, patch_size
        self.num_workers = num_workers
        self._pages = [PairPages(source, test_pages, test_side) for source in self.tests.values()]

    @property
    def test_names(self) -> list[str]:
        """Names of the test sets, in the order of their loaders."""
        return list(self.tests)

    def train_dataloader(self) -> DataLoader[dict[str, Tensor]]:
        """The stream, from the step at which the run goes on."""
        return DataLoader(
            PairPatches(self.source, self.patch_size, self.unpaired),
            batch_size=self.batch_size,
            sampler=StreamSampler(self, self.batch_size, self.steps),
            num_workers=self.num_workers,
            persistent_workers=self.num_workers > 0,
        )

    def val_dataloader(self) -> list[DataLoader[Any]]:
        """The test sets, one page at a time."""
        return [DataLoader(pages, batch_size=1) for pages in self._pages]


def _tensors(rough: Pixels, clean: Pixels) -> dict[str, Tensor]:
    return {"rough": torch.from_numpy(rough)[None], "clean": torch.from_numpy(clean)[None]}
