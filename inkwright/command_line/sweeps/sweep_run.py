"""Runs the jobs of a sweep that are not done yet, and says what became of them."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from hydra.core.plugins import Plugins
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from inkwright.command_line.keys.key_checks import check_ranges
from inkwright.command_line.sweeps.sweep_jobs import SweepJob
from inkwright.command_line.sweeps.sweep_summary import failures_table, send_table, write_report
from inkwright.run_folder.failure_note import write_failure
from inkwright.run_folder.run_folder import RunFolder

_log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[3]
_QUEUE = "hydra_plugins.inkwright_launchers.queue_launcher.QueueLauncher"
_SUBMITIT = {
    "hydra_plugins.hydra_submitit_launcher.submitit_launcher.SlurmLauncher": "slurm",
    "hydra_plugins.hydra_submitit_launcher.submitit_launcher.LocalLauncher": "local",
}
MAX_ATTEMPTS = 3


class SweepRun:
    """The folder of a sweep, and the launcher that Hydra was told to use.

    Attributes:
        folder: of the sweep.
    """

    def __init__(self, context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Makes the folder, with an ``OSError`` if it can't be made, and the launcher."""
        self.folder = Path(config.hydra.sweep.dir)
        self.folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(config, self.folder / "multirun.yaml")
        _let_workers_find_us()
        self._context, self._config = context, config
        _prefer_our_queue(config)
        self._launcher = Plugins.instance().instantiate_launcher(context, task_function, config)

    def announce(self, jobs: Sequence[SweepJob]) -> None:
        """Says how many jobs there are, and how many of them are done already."""
        done = sum(job.state(self.folder) == "done" for job in jobs)
        _log.info("Sweep of %d jobs, %d done before: %s", len(jobs), done, self.folder)

    def launch(self, jobs: Sequence[SweepJob]) -> None:
        """Runs those of the jobs that are not done.

        A worker that dies takes the launcher's other jobs with it; they are launched again.

        Raises:
            Exception: Hydra can't compose any of the jobs.
        """
        waiting = self._composable([job for job in jobs if job.state(self.folder) != "done"])
        for attempt in range(MAX_ATTEMPTS):
            if not waiting:
                return
            try:
                self._launcher.launch([self._overrides(job) for job in waiting], initial_job_idx=0)
                return
            except (ValueError, OSError):
                raise
            except Exception as error:  # a pool or a queue broke down, not a job
                reason = (str(error).splitlines() or [""])[0]
                _log.warning("a worker died (%s: %s)", type(error).__name__, reason[:200])
            waiting = [job for job in waiting if job.state(self.folder) not in ("done", "failed")]
            if attempt + 1 == MAX_ATTEMPTS:
                _log.warning("%d jobs are left undone after %d attempts", len(waiting), MAX_ATTEMPTS)

    def conclude(self, jobs: Sequence[SweepJob]) -> None:
        """Writes the tables and the page, and tells of failures.

        Raises:
            ValueError: a job failed or is not finished.
        """
        lost = [job.name for job in jobs if job.state(self.folder) != "done"]
        write_report(self.folder)
        if "wandb" in (self._config.get("logger") or {}):
            send_table(self.folder)
        if lost:
            _log.info("%s", failures_table(self.folder, lost))
            page = RunFolder(self.folder).page
            see = f", see {page}" if page.is_file() else ""
            raise ValueError(
                f"{len(lost)} of {len(jobs)} jobs have no result{see}; the same command runs only those again"
            )

    def _composable(self, jobs: Sequence[SweepJob]) -> list[SweepJob]:
        """The jobs whose values fit their keys; the others are noted as failed.

        What is refused here would be refused by the job, on a cluster an hour later. Each value is tried
        once.
        """
        tried: set[str] = set()
        blamed: dict[str, str] = {}
        fitting: list[SweepJob] = []
        for job in jobs:
            prepare_folder(self.folder, job)
            untried = [each for each in job.overrides if each not in tried]
            refusal = next((blamed[each] for each in job.overrides if each in blamed), None)
            if refusal is None and untried:
                refusal = self._refusal(job)
                if refusal is None:
                    tried.update(untried)
                elif len(untried) == 1:
                    blamed[untried[0]] = refusal
            if refusal is None:
                fitting.append(job)
            else:
                write_failure(self.folder / job.name, refusal, job.overrides)
        return fitting

    def _refusal(self, job: SweepJob) -> str | None:
        """Why a job can't be composed, in one line; None if it can."""
        from inkwright.command_line.entry import explain
        from inkwright.command_line.keys.key_errors import refused_key

        try:
            composed = self._context.config_loader.load_sweep_config(self._config, self._overrides(job))
            names = [str(name) for name in composed if name != "hydra"]
            check_ranges(OmegaConf.masked_copy(composed, names))
        except Exception as error:
            line = explain(error, job.overrides)
            if line is None or refused_key(error) is not None:
                raise  # wrong for every job alike
            return line
        return None

    def _overrides(self, job: SweepJob) -> list[str]:
        named = any(each.startswith("resume=") for each in job.overrides)
        return [*job.overrides, *([] if named else ["resume=auto"]), f"hydra.sweep.subdir='{job.name}'"]


def prepare_folder(sweep: Path, job: SweepJob) -> None:
    """Forgets an earlier failure; of a job with other settings, also what would be gone on from."""
    if job.state(sweep) == "new":
        for folder in job.folders(sweep):
            folder.forget_result()
    RunFolder(sweep / job.name).failure.unlink(missing_ok=True)


def _prefer_our_queue(config: DictConfig) -> None:
    """Takes our launcher for submitit's, with the same options: Hydra's gives up at the first killed job."""
    launcher = config.hydra.launcher
    if launcher.get("_target_") in _SUBMITIT:
        options = {name: launcher._get_node(name) for name in launcher}
        ours = {"_target_": _QUEUE, "cluster": _SUBMITIT[launcher._target_]}
        with read_write(config), open_dict(config):
            config.hydra.launcher = OmegaConf.create({**options, **ours})


def _let_workers_find_us() -> None:
    """Worker processes import our modules wherever they are started."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(_ROOT) not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *filter(None, paths)])
