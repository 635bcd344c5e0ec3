"""Many drawings of many pictures in one process: one loop, one batch of canvases, nothing else in common."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from lightning_modules.joint_optimizer import JointOptimizer
from lightning_modules.side_by_side_member import Member


class SideBySide(pl.LightningModule):
    """Runs drawing systems in lockstep, each as if it were alone: its own picture, losses, scores, end.

    In every step the canvases of all that are of one size are rasterised together. A system that has come to
    its end is finished at once and costs nothing any more.

    Attributes:
        members: the systems, with what watches each of them.
        step_seconds: time spent in optimisation steps so far.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        """Takes over the systems.

        Raises:
            ValueError: there is none.
        """
        super().__init__()
        if not members:
            raise ValueError("there is no picture to draw")
        self.members = list(members)
        self.systems = nn.ModuleList([member.module for member in members])
        self.strict_loading = False
        self.step_seconds = 0.0
        self._step_began = 0.0
        self._resumed_random: list[list[Tensor]] = []

    @property
    def active(self) -> list[Member]:
        """The systems that have not come to their end."""
        return [member for member in self.members if not member.finished]

    def best_losses(self) -> dict[str, float]:
        """Mean over all pictures of each loss of their best drawings."""
        sums: dict[str, float] = defaultdict(float)
        for member in self.members:
            for name, value in member.module.best_losses().items():
                sums[name] += value / len(self.members)
        return dict(sums)

    def setup(self, stage: str) -> None:
        """Shows each system its picture."""
        for member in self.members:
            member.attach(self.trainer)
            member.call("setup", stage)
            member.call("on_fit_start")

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """The optimisers of all systems, stepped together."""
        return JointOptimizer([member.make_optimizer() for member in self.members])

    def on_train_start(self) -> None:
        """Starts every system."""
        for member in self.active:
            member.call("on_train_start")

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> None:
        """Tells every system and what watches it; from here on time is counted."""
        self._step_began = time.perf_counter()
        for member, states in zip(self.members, self._resumed_random, strict=False):
            member.random_numbers.states = states
        self._resumed_random = []
        for member in self.active:
            member.call("on_train_batch_start", batch, batch_idx)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """Sum of the losses of all systems; their gradients have nothing to do with each other."""
        self._rasterize_together()
        losses = []
        for member in self.active:
            with member.random_numbers.in_use():
                losses.append(member.module.training_step(batch, batch_idx))
        return torch.stack(losses).sum()

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Lets every system look at its own gradients."""
        for member in self.active:
            member.module.on_before_optimizer_step(member.optimizer)

    def optimizer_step(
        self,
        epoch: int,
        batch_idx: int,
        optimizer: Any,
        optimizer_closure: Callable[[], Any] | None = None,
    ) -> None:
        """One step of all, then what each system does after its own."""
        joint: Any = getattr(optimizer, "optimizer", optimizer)

        def step(member: Member) -> None:
            with member.random_numbers.in_use():
                member.module.optimizer_step(epoch, batch_idx, member.optimizer, lambda: None)

        joint.steps = [partial(step, member) for member in self.active]
        super().optimizer_step(epoch, batch_idx, optimizer, optimizer_closure)

    def on_train_batch_end(self, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Tells what watches each system; finishes those that have come to their end."""
        self.step_seconds += time.perf_counter() - self._step_began
        for member in self.active:
            member.call("on_train_batch_end", outputs, batch, batch_idx)
            if member.trainer.should_stop:
                member.finish()
        if not self.active:
            self.trainer.should_stop = True

    def on_fit_end(self) -> None:
        """Finishes the rest."""
        for member in self.active:
            member.finish()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keeps each system's part as it would keep it alone."""
        checkpoint["state_dict"] = {}
        checkpoint["members"] = [member.state() for member in self.members]

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Gives each system its part back."""
        for member, part in zip(self.members, checkpoint["members"], strict=True):
            member.load_state(part)
        self._resumed_random = [part["random"] for part in checkpoint["members"]]

    def _rasterize_together(self) -> None:
        """Hands every system its own canvases of one large picture, where they are of one size."""
        groups: dict[tuple[Any, ...], list[Member]] = defaultdict(list)
        for member in self.active:
            if member.renders_plainly:
                groups[(member.module.strokes.canvas, member.module.backend)].append(member)
        for (_, backend), group in groups.items():
            drawings = [member.module.strokes.drawing() for member in group]
            _, height, width = group[0].module.target.image.shape
            images = rasterize(Drawing.batch(drawings), height, width, backend)
            parts = torch.split(images, [drawing.num_canvases for drawing in drawings])
            for member, part in zip(group, parts, strict=True):
                member.module.prepared = part
