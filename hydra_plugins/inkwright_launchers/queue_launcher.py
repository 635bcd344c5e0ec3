"""Jobs through submitit: SLURM's queue, or processes of this machine that are treated alike."""

import logging
import shutil
from collections.abc import Sequence
from typing import Any

from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

_log = logging.getLogger(__name__)
CLUSTERS = ("slurm", "local")
# Options that submitit knows for every cluster; the others get the cluster's name in front.
_SHARED_OPTIONS = {
    *("timeout_min", "cpus_per_task", "gpus_per_node", "tasks_per_node"),
    *("mem_gb", "nodes", "name", "stderr_to_stdout"),
}


class QueueLauncher(Launcher):
    """Hands jobs to submitit, and waits for all of them, whatever becomes of each.

    A job that is preempted or reaches its time limit is put into the queue again, with the same overrides.
    """

    def __init__(
        self, cluster: str, submitit_folder: str, *, max_num_timeout: int = 0, **options: Any
    ) -> None:
        """Remembers what to ask the queue for.

        Args:
            cluster: "slurm" or "local".
            submitit_folder: where submitit keeps scripts and logs; ``%j`` is the number of the job.
            max_num_timeout: how often a job that reaches its time limit is put into the queue again, >= 0.
            options: of submitit, without the name of the cluster in front; null leaves one out.

        Raises:
            ValueError: a value is out of its range.
        """
        if cluster not in CLUSTERS:
            raise ValueError(f"hydra.launcher.cluster is {cluster}; it must be {' or '.join(CLUSTERS)}")
        if max_num_timeout < 0:
            raise ValueError(f"hydra.launcher.max_num_timeout is {max_num_timeout}; it must be >= 0")
        self.cluster, self.submitit_folder, self.max_num_timeout = cluster, submitit_folder, max_num_timeout
        self.options = {name: _plain(value) for name, value in options.items() if value is not None}

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Takes over what Hydra hands it."""
        self._handed = hydra_context, task_function, config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Submits the jobs as one array and waits until none is left in the queue.

        Returns:
            What came back; a job that was killed is left out, its folder tells.

        Raises:
            ValueError: submitit or SLURM is not there, or does not take an option.
        """
        from hydra.core.singleton import Singleton

        from inkwright.command_line.sweeps.cluster_job import ClusterJob

        executor = self._executor()
        job = ClusterJob(*self._handed, Singleton.get_state())
        numbers = range(initial_job_idx, initial_job_idx + len(job_overrides))
        jobs = executor.map_array(job, [list(each) for each in job_overrides], list(numbers))
        _log.info("%d jobs in the queue, first %s; logs: %s", len(jobs), jobs[0].job_id, jobs[0].paths.stdout)
        return [result for each in jobs if (result := _result(each)) is not None]

    def _executor(self) -> Any:
        if self.cluster == "slurm" and shutil.which("sbatch") is None:
            raise ValueError(
                "hydra/launcher=slurm: there is no sbatch on PATH; run it on a login node of the cluster, "
                "or take hydra/launcher=joblib"
            )
        try:
            import submitit
        except ImportError as error:
            raise ValueError(
                f"hydra/launcher={self.cluster} needs the extra slurm: pip install -e '.[slurm]'"
            ) from error
        from inkwright.command_line.sweeps.slurm_states import watch_without_accounting

        if self.cluster == "slurm":
            watch_without_accounting()
        own = {f"{self.cluster}_max_num_timeout": self.max_num_timeout} if self.cluster == "slurm" else {}
        executor = submitit.AutoExecutor(self.submitit_folder, cluster=self.cluster, **own)
        named = {
            name if name in _SHARED_OPTIONS else f"{self.cluster}_{name}": value
            for name, value in self.options.items()
        }
        try:
            executor.update_parameters(**named)
        except (NameError, TypeError) as error:
            raise ValueError(f"hydra.launcher: {str(error).splitlines()[0]}") from error
        return executor


def _plain(value: Any) -> Any:
    return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value


def _result(job: Any) -> JobReturn | None:
    try:
        return job.results()[0]
    except Exception as error:  # the queue's kind of failure; the job's own are in its folder
        _log.warning("job %s: %s", job.job_id, _last_line(error))
        return None


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" -")]
    return lines[-1][:200] if lines else type(error).__name__
