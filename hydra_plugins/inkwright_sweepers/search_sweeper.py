"""Search with Optuna; the study is kept on disk, so that a search that is started again goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from hydra_plugins.inkwright_sweepers.prepared_sweeper import PreparedSweeper

if TYPE_CHECKING:
    from inkwright.command_line.sweeps.sweep_run import SweepRun

_log = logging.getLogger(__name__)
DIRECTIONS = ("minimize", "maximize")
SAMPLERS = ("tpe", "random", "cmaes", "gp")


class SearchSweeper(PreparedSweeper):
    """Asks Optuna for values, runs them, and tells it what came of them.

    ``KEY=interval(a,b)`` is a number in between, ``KEY=range(a,b)`` a whole one, ``KEY=a,b`` a choice;
    ``tag(log,interval(a,b))`` is searched on a logarithmic scale, ``int(interval(a,b))`` in whole numbers.
    """

    def __init__(
        self,
        trials: int = 32,
        at_once: int = 1,
        metric: str = "loss",
        direction: str = "minimize",
        sampler: str = "tpe",
        seed: int = 0,
    ) -> None:
        """Remembers what to search.

        Args:
            trials: how many in all, those of earlier parts of the same search included, >= 1.
            at_once: how many are asked for and launched together, >= 1.
            metric: a number of ``results.csv``.
            direction: "minimize" or "maximize".
            sampler: Optuna's: "tpe", "random", "cmaes" or "gp".
            seed: of the sampler.

        Raises:
            ValueError: a value is out of its range.
        """
        for name, value in (("trials", trials), ("at_once", at_once)):
            if value < 1:
                raise ValueError(f"hydra.sweeper.{name} is {value}; it must be >= 1")
        for name, text, known in (("direction", direction, DIRECTIONS), ("sampler", sampler, SAMPLERS)):
            if text not in known:
                raise ValueError(f"hydra.sweeper.{name} is {text}; it must be {' or '.join(known)}")
        self.trials, self.at_once, self.metric = trials, at_once, metric
        self.direction, self.sampler, self.seed = direction, sampler, seed

    def sweep(self, arguments: list[str]) -> None:
        """Runs trials until there are enough.

        Raises:
            ValueError: nothing to search over, or no trial has the metric.
        """
        from inkwright.command_line.sweeps.search_space import search_space
        from inkwright.command_line.sweeps.search_study import open_study

        fixed, space = search_space(self.loader, arguments)
        run = self.started()
        study = open_study(run.folder, self.direction, self.sampler, self.seed)
        self._search(run, study, fixed, space)

    def _search(self, run: SweepRun, study: Any, fixed: dict[str, str], space: dict[str, Any]) -> None:
        from inkwright.command_line.sweeps.search_study import asked_again, ended, tell
        from inkwright.command_line.sweeps.sweep_jobs import jobs_of

        asked_again(study)
        before = ended(study)
        _log.info("Search of %d trials, %d done before: %s", self.trials, before, run.folder)
        jobs = []
        for start in range(before, self.trials, self.at_once):
            count = min(self.at_once, self.trials - start)
            asked = [study.ask(space) for _ in range(count)]
            batch = jobs_of(
                fixed, [{key: str(value) for key, value in each.params.items()} for each in asked]
            )
            run.launch(batch)
            for trial, job in zip(asked, batch, strict=True):
                tell(study, trial, run.folder / job.name, self.metric)
            jobs += batch
        _log.info("%s", _best(study, self.metric))
        run.conclude(jobs)


def _best(study: Any, metric: str) -> str:
    from optuna.trial import TrialState

    from inkwright.command_line.sweeps.search_study import ended

    if not any(trial.state == TrialState.COMPLETE for trial in study.trials):
        raise ValueError(
            f"hydra.sweeper.metric={metric}: no trial has such a number; results.csv names those there are"
        )
    best = study.best_trial
    said = " ".join(f"{key}={value}" for key, value in best.params.items())
    return f"Best of {ended(study)}: {metric} {best.value:.6g} with {said}"
