"""What a compute node is sent: one job of a sweep, and how it goes on after it was interrupted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.singleton import Singleton
from hydra.core.utils import JobReturn, run_job, setup_globals
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict


@dataclass(frozen=True)
class ClusterJob:
    """Composes and runs one job; submitit calls it on the compute node, a fresh process.

    Attributes:
        context: of the sweep.
        task_function: runs a composed configuration.
        config: of the sweep.
        singletons: Hydra's state.
    """

    context: HydraContext
    task_function: TaskFunction
    config: DictConfig
    singletons: dict[Any, Any]

    def __call__(self, overrides: Sequence[str], number: int) -> JobReturn:
        """Runs the job of these overrides, the so-manieth of the sweep, in its folder."""
        import submitit

        Singleton.set_state(self.singletons)
        setup_globals()
        composed = self.context.config_loader.load_sweep_config(self.config, list(overrides))
        with open_dict(composed.hydra.job):
            composed.hydra.job.id = submitit.JobEnvironment().job_id
            composed.hydra.job.num = number
        return run_job(
            hydra_context=self.context,
            task_function=self.task_function,
            config=composed,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )

    def checkpoint(self, *arguments: Any, **more: Any) -> Any:
        """The same job again, for submitit to put into the queue; it goes on from its checkpoint."""
        import submitit

        return submitit.helpers.DelayedSubmission(self, *arguments, **more)
