"""What is said and written at the end of a sweep."""

import logging
from collections.abc import Sequence
from pathlib import Path

from inkwright.run_folder.run_folder import RunFolder, read_json

_log = logging.getLogger(__name__)


def failures_table(sweep: Path, names: Sequence[str]) -> str:
    """Two columns: the folders of jobs beneath a sweep's, and why they have no result."""
    width = min(max(map(len, names)), 60)
    return "\n".join(
        ["Without a result:", *(f"  {name:<{width}}  {_reason(sweep / name)}" for name in names)]
    )


def write_report(sweep: Path) -> None:
    """results.csv, results.parquet and index.html; a report that fails is said in one line."""
    from inkwright.reports.comparison import write_comparison

    try:
        page = write_comparison([sweep], sweep)
    except (OSError, ValueError) as error:
        _log.warning("no report: %s", error)
    else:
        _log.info("Comparison: %s", page)


def send_table(sweep: Path) -> None:
    """The table of results, as a run of its own in the sweep's group of Weights & Biases."""
    from inkwright.loggers.wandb_run import log_wandb_table
    from inkwright.reports.results_table import columns
    from inkwright.reports.run_folder import find_runs

    try:
        log_wandb_table(str(sweep), columns(find_runs([sweep])), group=sweep.name)
    except Exception as error:  # whatever a service does, the sweep is done
        _log.warning("no table in wandb: %s", (str(error).splitlines() or [type(error).__name__])[0])


def _reason(folder: Path) -> str:
    run = RunFolder(folder)
    told = read_json(run.failure).get("error")
    silent = "ended without a word: killed, or out of memory" if run.settings.is_dir() else "has not begun"
    return str(told or silent)
