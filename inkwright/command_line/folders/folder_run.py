"""``image=folder/``: all pictures of a folder in one process, in batches side by side."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from inkwright.command_line.folders.picture_batches import picture_batches
from inkwright.command_line.instantiation import instantiate, instantiate_each
from inkwright.command_line.run_folder import checkpoint_to_resume
from inkwright.command_line.sweeps.sweep_folders import digest
from inkwright.command_line.sweeps.sweep_jobs import is_whole_json
from inkwright.command_line.sweeps.sweep_summary import failures_table, write_report
from inkwright.pictures.picture_folder import pictures_in
from inkwright.run_folder.failure_note import forget_failure, write_failure

if TYPE_CHECKING:
    from lightning_modules.side_by_side_member import Member

_log = logging.getLogger(__name__)
# What watches the process, not one drawing of it.
_OF_THE_PROCESS = ("kernel_notice", "progress_bar", "last_checkpoint", "preemption")
_BATCHES = ".batches"


def is_folder(config: DictConfig) -> bool:
    """Whether ``image`` names a folder."""
    return bool(config.image) and Path(str(config.image)).expanduser().is_dir()


def draw_folder(config: DictConfig) -> float:
    """Draws every picture in a folder of its own beneath the run folder.

    Pictures that are done already stay as they are with ``resume=auto``. A picture that can't be read does
    not stop the others.

    Args:
        config: the composed configuration.

    Returns:
        The mean loss over the pictures of this call, NaN if all were done.

    Raises:
        ValueError: there is no picture, or one failed; the message says how many.
    """
    pictures = pictures_in(Path(str(config.image)).expanduser())
    out = Path(HydraConfig.get().runtime.output_dir)
    names = list(pictures)
    losses: list[float] = []
    start, in_steps, size = time.monotonic(), 0.0, 0
    for batch in picture_batches(config, names, out / _BATCHES):
        size = max(size, len(batch))
        if config.resume == "auto" and all(is_whole_json(out / name / "metrics.json") for name in batch):
            continue
        drawn, seconds = _draw_batch(config, out, {name: pictures[name] for name in batch})
        losses, in_steps = losses + drawn, in_steps + seconds
    if losses:
        seconds = time.monotonic() - start
        told = (len(losses), seconds, seconds / len(losses), in_steps / len(losses), size)
        _log.info("%d pictures in %.1f s: %.2f s each, %.2f s of it in steps, %d side by side", *told)
    write_report(out)
    lost = [name for name in names if not is_whole_json(out / name / "metrics.json")]
    if lost:
        _log.info("%s", failures_table(out, lost))
        raise ValueError(f"{len(lost)} of {len(names)} pictures have no drawing; see {out / 'index.html'}")
    return sum(losses) / len(losses) if losses else math.nan


def _draw_batch(config: DictConfig, out: Path, pictures: dict[str, Path]) -> tuple[list[float], float]:
    """Draws some pictures side by side; returns their losses, and the seconds that the steps took."""
    from torch.utils.data import DataLoader

    from lightning_modules.side_by_side import SideBySide

    made = [member for name, path in pictures.items() if (member := _member(config, out / name, path))]
    members = _studied(made, out, pictures)
    if not members:
        return [], 0.0
    state = out / _BATCHES / digest([member.name for member in members])
    with _run_folder(state):
        callbacks = _callbacks(config.callbacks, of_the_process=True)
        trainer = instantiate(config.trainer, logger=False, callbacks=callbacks)
    resumed = checkpoint_to_resume(state, config.resume)
    steps: Any = DataLoader(range(config.steps), batch_size=None)  # type: ignore[arg-type]
    module = SideBySide(members)
    try:
        trainer.fit(module, steps, ckpt_path=resumed, weights_only=False)
    finally:
        for member in members:
            for logger in member.trainer.loggers:
                logger.finalize("failed")
    return [sum(member.module.best_losses().values()) for member in members], module.step_seconds


def _studied(members: list[Member], out: Path, pictures: dict[str, Path]) -> list[Member]:
    """Those whose pictures can be drawn; a note in the folder of each of the others."""
    from inkwright.command_line.folders.picture_studies import study

    able = []
    for member, error in zip(members, study(members), strict=True):
        if error is None:
            able.append(member)
        else:
            _note(out / member.name, str(pictures[member.name]), error)
    return able


def _note(folder: Path, picture: str, error: ValueError | OSError) -> None:
    from inkwright.command_line.entry import explain

    line = explain(error, ()) or str(error)
    write_failure(folder, line, [f"image={picture}"], error)
    _log.error("failed: %s", line)


def _member(config: DictConfig, folder: Path, picture: Path) -> Member | None:
    """A picture's own run, before its first look; None, and a note in its folder, if it can't be read."""
    import pytorch_lightning as pl

    from lightning_modules.side_by_side_member import Member

    own = copy.deepcopy(config)
    own.image = str(picture)
    forget_failure(folder)
    # As if it were alone: the same random numbers to come.
    pl.seed_everything(config.seed, verbose=False)
    try:
        with _run_folder(folder):
            OmegaConf.save(own, _made(folder / "config") / "config.yaml", resolve=True)
            datamodule = instantiate(own.datamodule)
            datamodule.setup("fit")
            module = instantiate(own.lightning_module)
            loggers = instantiate_each(own.logger)
            callbacks = _callbacks(own.callbacks, of_the_process=False)
    except (ValueError, OSError) as error:
        _note(folder, str(picture), error)
        return None
    return Member(folder.name, module, datamodule, callbacks, loggers)


@contextmanager
def _run_folder(folder: Path) -> Iterator[None]:
    """Within, configurations see this folder as the run folder."""
    hydra = HydraConfig.instance().cfg.hydra  # type: ignore[union-attr]
    before = hydra.runtime.output_dir
    _set_output(hydra, str(folder))
    try:
        yield
    finally:
        _set_output(hydra, before)


def _set_output(hydra: Any, folder: str) -> None:
    with read_write(hydra), open_dict(hydra):
        hydra.runtime.output_dir = folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _callbacks(configs: DictConfig, *, of_the_process: bool) -> list[Any]:
    return [
        instantiate(each)
        for name, each in configs.items()
        if each is not None and (name in _OF_THE_PROCESS) is of_the_process
    ]
