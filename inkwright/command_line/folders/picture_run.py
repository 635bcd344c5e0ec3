"""One picture of a folder as a run of its own: what ``image=PICTURE hydra.run.dir=FOLDER/NAME`` would be."""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import configure_log, setup_globals
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from inkwright.command_line.folders.worker_count import memory_is_known
from inkwright.command_line.keys.override_quoting import literal, quoted
from inkwright.run_folder.peak_memory import peak_memory_mb
from inkwright.run_folder.run_folder import RunFolder

# What speaks on the terminal: with many pictures, one bar is enough.
_SPEAKING = ("progress_bar",)
# The picture, and the run folder that its drawing goes to.
PictureAndFolder = tuple[Path, Path]
# The networks that look at the pictures: loaded once in a process, for all that it draws.
_held: list[Any] = []


@dataclass(frozen=True)
class DrawnPicture:
    """What became of a picture.

    Attributes:
        loss: of its drawing; None if there is none.
        failure: why there is none, in one line.
        peak_bytes: the most memory that its process has held so far; 0 where nobody tells.
    """

    loss: float | None
    failure: str
    peak_bytes: int


@dataclass(frozen=True)
class PictureRun:
    """Draws pictures by the single run's own path; can be sent to another process.

    Attributes:
        train: runs one experiment.
        config: of the run over the folder.
        hydra: Hydra's own part of it.
    """

    train: Callable[[DictConfig], float]
    config: DictConfig
    hydra: DictConfig

    def __call__(self, item: PictureAndFolder) -> DrawnPicture:
        """Draws one picture; a failure is noted in its run folder, too."""
        from inkwright.command_line.entry import note_failure

        picture, folder = item
        if not HydraConfig.initialized():
            setup_globals()
            configure_log(self.hydra.hydra.job_logging)
        overrides = _of_picture(self.hydra, picture)
        loss, failure = None, ""
        RunFolder(folder).failure.unlink(missing_ok=True)
        with self._run_folder(folder, overrides):
            _held[:] = _held or held_networks(self.config)
            try:
                loss = self.train(self._own(picture))
            except Exception as error:  # whatever is wrong with one picture, the others are drawn
                failure = note_failure(folder, error, overrides)
        return DrawnPicture(loss, failure, int(1e6 * (peak_memory_mb() or 0)))

    def _own(self, picture: Path) -> DictConfig:
        own = copy.deepcopy(self.config)
        own.image = literal(str(picture))
        with open_dict(own):
            for name in _SPEAKING:
                own.callbacks.pop(name, None)
        return own

    @contextmanager
    def _run_folder(self, folder: Path, overrides: Sequence[str]) -> Iterator[None]:
        """Within, configurations see this folder as the run folder."""
        singleton: Any = HydraConfig.instance()
        before, singleton.cfg = singleton.cfg, copy.deepcopy(self.hydra)
        hydra = singleton.cfg.hydra
        with read_write(hydra), open_dict(hydra):
            hydra.runtime.output_dir = hydra.run.dir = literal(str(folder))
            hydra.overrides.task = list(overrides)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            yield
        finally:
            singleton.cfg = before


def held_networks(config: DictConfig) -> list[Any]:
    """The frozen networks of the guidance; whoever holds them keeps them from being loaded anew."""
    if memory_is_known(config):
        return []
    from torch import nn

    from inkwright.command_line.instantiation import instantiate
    from inkwright.run_folder.provenance import frozen_networks

    try:
        terms = nn.ModuleDict(dict(instantiate(config.guidance)))
    except Exception:  # said for each picture
        return []
    return [terms.get_submodule(name) for name, _ in frozen_networks(terms)]


def _of_picture(hydra: DictConfig, picture: Path) -> list[str]:
    """The overrides of the run over the folder, with this picture."""
    overrides: Any = OmegaConf.to_container(hydra.hydra.overrides.task, resolve=False)
    kept = [each for each in overrides if each.lstrip("+").partition("=")[0] != "image"]
    return [*kept, f"image={quoted(literal(str(picture)))}"]
