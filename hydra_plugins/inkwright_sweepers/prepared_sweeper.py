"""What our sweepers share: what Hydra hands them before they sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

if TYPE_CHECKING:
    from inkwright.command_line.sweeps.sweep_run import SweepRun


class PreparedSweeper(Sweeper):
    """A sweeper that keeps what it was handed."""

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Takes over what Hydra hands it."""
        self._handed = hydra_context, task_function, config
        self.loader = hydra_context.config_loader

    def started(self) -> SweepRun:
        """The sweep, with its folder and its launcher."""
        from inkwright.command_line.sweeps.sweep_run import SweepRun

        return SweepRun(*self._handed)
