"""What is in a run folder before a run, and after it."""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from inkwright.run_folder.whole_file import whole_file

_log = logging.getLogger(__name__)
_RESULTS = (("Drawing", "drawing.svg"), ("Weights", "weights.safetensors"))


def checkpoint_to_resume(folder: Path, resume: str) -> Path | None:
    """The checkpoint that a run goes on from.

    Args:
        folder: the run folder.
        resume: "auto" or "never".

    Returns:
        Its path; None where there is none, or none is wanted.

    Raises:
        ValueError: it is there, but damaged.
    """
    from inkwright.run_folder.checkpoint import checkpoint_path

    path = checkpoint_path(folder)
    if resume != "auto" or not path.is_file():
        return None
    if not zipfile.is_zipfile(path):  # what torch.save writes; half of one is none
        raise ValueError(f"{path} is damaged; delete it, and the run starts anew")
    return path


def write_config(folder: Path, config: DictConfig) -> None:
    """Writes the composed configuration, Hydra's own, and what was asked for, into ``config/``.

    Raises:
        OSError: a file can't be written.
    """
    hydra = HydraConfig.instance().cfg
    parts = {"config": config, "hydra": hydra, "overrides": HydraConfig.get().overrides.task}
    for name, part in parts.items():
        with whole_file(folder / "config" / f"{name}.yaml") as temporary:
            OmegaConf.save(part, temporary)


def say_results(folder: Path) -> None:
    """Says where the drawing or the weights of a run are; of several processes, the first does.

    Args:
        folder: the run folder.
    """
    from inkwright.run_folder.process_group import is_first_process

    if not is_first_process():
        return
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    for what, name in _RESULTS:
        if (folder / name).is_file():
            _log.info("%s: %s", what, shown / name)
