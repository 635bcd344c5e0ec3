"""What our sweepers share: what Hydra hands them before they sweep."""

from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig


class PreparedSweeper(Sweeper):
    """A sweeper that keeps what it was handed."""

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Takes over what Hydra hands it."""
        self.hydra_context = hydra_context
        self.task_function = task_function
        self.config = config

    def handed(self) -> tuple[HydraContext, TaskFunction, DictConfig]:
        """Context, task and configuration.

        Raises:
            ValueError: ``setup`` was not called.
        """
        if self.hydra_context is None or self.config is None or self.task_function is None:
            raise ValueError("the sweeper was not set up; Hydra calls setup() before sweep()")
        return self.hydra_context, self.task_function, self.config
