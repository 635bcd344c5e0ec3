"""``image=folder/``: all pictures of a folder, each a run of its own, by processes side by side."""

import logging
import math
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf
from tqdm import tqdm

from inkwright.command_line.folders.picture_folders import picture_folders
from inkwright.command_line.folders.picture_run import DrawnPicture, PictureAndFolder, PictureRun
from inkwright.command_line.folders.worker_count import memory_is_known, worker_count
from inkwright.command_line.folders.worker_processes import side_by_side
from inkwright.command_line.resuming import check_same, input_files
from inkwright.command_line.run_folder import run_folder, write_settings
from inkwright.command_line.sweeps.sweep_summary import failures_table, write_report
from inkwright.run_folder.input_files import input_file
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.stop_signals import StopSignals

_log = logging.getLogger(__name__)
Outcome = tuple[PictureAndFolder, DrawnPicture | None]


def is_folder(config: DictConfig) -> bool:
    """Whether ``image`` names a folder."""
    return bool(config.image) and Path(str(config.image)).expanduser().is_dir()


def draw_folder(config: DictConfig, train: Callable[[DictConfig], float]) -> float:
    """Draws every picture in a folder of its own beneath the run folder, each by ``train``.

    Pictures that are done already stay as they are with ``resume=auto``. A picture that can't be drawn does
    not stop the others.

    Returns:
        The mean loss over the pictures of this call, NaN if all were done.

    Raises:
        ValueError: there is no picture, or one failed; the message says how many.
    """
    out, inputs = run_folder(), input_files(config)
    runs = picture_folders(out, Path(str(config.image)).expanduser())
    if config.resume == "auto" and out.config.is_file():
        check_same(out, config, inputs)
    write_settings(out, config, inputs)
    items = [
        (picture.absolute(), run.path)
        for run, picture in runs.items()
        if config.resume != "auto" or not _is_done(run, config, picture)
    ]
    workers = worker_count(config, max(len(items), 1))
    start = time.monotonic()
    losses = _draw(config, train, items, workers)
    if losses:
        seconds = time.monotonic() - start
        told = (len(losses), seconds, seconds / len(losses), workers)
        _log.info("%d pictures in %.1f s: %.2f s each, by %d at a time", *told)
    write_report(out.path)
    lost = [run.path.name for run in runs if run.failure.is_file() or not run.is_done()]
    if lost:
        _log.info("%s", failures_table(out.path, lost))
        raise ValueError(f"{len(lost)} of {len(runs)} pictures have no drawing; see {out.page}")
    return sum(losses) / len(losses) if losses else math.nan


def _is_done(run: RunFolder, config: DictConfig, picture: Path) -> bool:
    """Whether there is a drawing of this very picture; what is left of another one is forgotten."""
    kept = run.kept_inputs().get("image")
    if kept is not None and kept.get("sha256") != input_file(picture)["sha256"]:
        run.forget_result()
    try:
        planned = OmegaConf.select(OmegaConf.load(run.config), "steps")
    except (OSError, ValueError):
        return False
    return run.is_done() and bool(planned == config.steps)


def _draw(
    config: DictConfig, train: Callable[[DictConfig], float], items: Sequence[PictureAndFolder], workers: int
) -> list[float]:
    """Draws, with a bar over the pictures; returns the losses of those that were drawn."""
    work = PictureRun(train, config, HydraConfig.instance().cfg)  # type: ignore[arg-type]
    losses: list[float] = []
    with (
        _bar(len(items)) as bar,
        _stopped_by_signals(workers),
        closing(_outcomes(work, items, workers)) as each,
    ):
        for (picture, _), outcome in each:
            bar.update()
            if outcome is not None and outcome.loss is not None:
                losses.append(outcome.loss)
            else:
                _log.error("%s: %s", picture.name, outcome.failure if outcome else "its process was killed")
    return losses


def _outcomes(work: PictureRun, items: Sequence[PictureAndFolder], workers: int) -> Generator[Outcome]:
    """What becomes of each picture: in this process, if one worker is enough, or else in others."""
    if workers == 1:
        yield from ((item, work(item)) for item in items)
        return
    config = work.config

    def after_first(drawn: DrawnPicture) -> int:
        return worker_count(config, len(items), tried_bytes=drawn.peak_bytes)

    alone = str(config.workers) == "auto" and not memory_is_known(config)
    yield from side_by_side(work, items, workers, after_first if alone else None)


@contextmanager
def _stopped_by_signals(workers: int) -> Iterator[None]:
    """A signal ends the work of all workers, and then this process; a run in this process minds its own."""

    def told(number: int) -> None:
        raise KeyboardInterrupt

    stop = StopSignals(told)
    try:
        if workers > 1:
            stop.listen()
        yield
    except KeyboardInterrupt:
        if stop.received is None:
            raise
        stop.go(stop.received)
    finally:
        stop.ignore()


def _bar(pictures: int) -> Any:
    terminal = sys.stderr.isatty()
    return tqdm(
        total=pictures,
        desc="drawing",
        mininterval=0.2 if terminal else 10.0,
        dynamic_ncols=terminal,
        bar_format="{desc} {percentage:3.0f}%|{bar:24}| picture {n_fmt} of {total_fmt}, {remaining} left",
    )
