"""Optuna's study of a search, kept as a journal in the sweep's folder."""

from pathlib import Path
from typing import Any

JOURNAL = "study.log"
RUN = "run"  # attribute of the trials that came to an end, well or not


def open_study(folder: Path, direction: str, sampler: str, seed: int) -> Any:
    """The study of a sweep's folder, new or as it was left.

    The direction is "minimize" or "maximize", the sampler "tpe", "random", "cmaes" or "gp". A part that goes
    on uses another seed, so that it does not ask the same again.

    Raises:
        ValueError: the study that is there searched in the other direction.
    """
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = JournalStorage(JournalFileBackend(str(folder / JOURNAL)))
    study = optuna.create_study(
        storage=storage, study_name="search", direction=direction, load_if_exists=True
    )
    if study.direction.name.lower() != direction:
        raise ValueError(
            f"hydra.sweeper.direction is {direction}, but the study in {folder} was begun to "
            f"{study.direction.name.lower()}; choose another hydra.sweep.dir"
        )
    kind = {"tpe": "TPESampler", "random": "RandomSampler", "cmaes": "CmaEsSampler", "gp": "GPSampler"}[
        sampler
    ]
    study.sampler = getattr(optuna.samplers, kind)(seed=seed + len(study.trials))
    return study


def asked_again(study: Any) -> None:
    """Trials that were under way when the search was killed are asked for again, with the same values."""
    from optuna.trial import TrialState

    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
        study.enqueue_trial(trial.params, skip_if_exists=False)


def ended(study: Any) -> int:
    """How many trials came to an end; those that were lost with a killed search don't count."""
    return sum(trial.state.is_finished() and RUN in trial.user_attrs for trial in study.trials)


def tell(study: Any, trial: Any, folder: Path, metric: str) -> None:
    """Tells a study what came of a trial that it asked for.

    The metric of its run folder is the number to judge by: a run without it has failed, of a folder of
    pictures the mean counts.
    """
    from optuna.trial import TrialState

    from inkwright.reports.run_folder import find_runs

    try:
        runs = find_runs([folder])
    except ValueError:
        runs = []  # it has not begun
    values = [run.numbers[metric] for run in runs if run.state == "done" and metric in run.numbers]
    trial.set_user_attr(RUN, folder.name)
    if not values or len(values) < len(runs):
        study.tell(trial, state=TrialState.FAIL)
    else:
        study.tell(trial, sum(values) / len(values))
