"""What is written into a run folder when a run begins, and said of it when it is over."""

import copy
import json
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from inkwright.command_line.resuming import Inputs, checkpoint_to_resume, input_files, refuse_to_overwrite
from inkwright.run_folder.checkpoint import misfits_told, steps_done
from inkwright.run_folder.process_group import is_first_process
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.run_lock import locked
from inkwright.run_folder.whole_file import whole_file

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunStart:
    """What is known when a run begins.

    Attributes:
        folder: of the run.
        config: as it was composed: what is made from it resolves parts of it in place.
        inputs: the files that its configuration names, by key.
        checkpoint: from which it goes on; None if it begins anew.
        steps: that it has behind it.
    """

    folder: RunFolder
    config: DictConfig
    inputs: Inputs
    checkpoint: Path | None
    steps: int

    def record(self) -> None:
        """Writes what was asked for, and forgets an earlier result; an ``OSError`` if it can't be written."""
        if not is_first_process():
            return
        if self.checkpoint is None:
            self.folder.forget_result()
        write_settings(self.folder, self.config, self.inputs)

    def restoring(self) -> AbstractContextManager[None]:
        """Within, a checkpoint that doesn't fit is an error that a person can act on."""
        return misfits_told(self.checkpoint)


@contextmanager
def started_run(config: DictConfig) -> Iterator[RunStart]:
    """The start of a run, which has its folder for itself until the block ends.

    Raises:
        ValueError: the folder holds one of its inputs, another run at work, or a run that was asked for
            something else.
    """
    folder, inputs = run_folder(), input_files(config)
    refuse_to_overwrite(folder, inputs)
    with locked(folder):
        checkpoint = checkpoint_to_resume(folder, config, inputs)
        done = steps_done(checkpoint) if checkpoint else 0
        yield RunStart(folder, copy.deepcopy(config), inputs, checkpoint, done)


def run_folder() -> RunFolder:
    """The folder of the run that is going on."""
    return RunFolder(Path(HydraConfig.get().runtime.output_dir))


def own_folder(folder: str, image: str) -> str:
    """The default folder of a run; with a digest at its end where it is that of another picture.

    ``folder`` is named by what was asked for, with the picture's name in it, which may not be the only one.
    """
    from inkwright.command_line.sweeps.sweep_folders import digest

    picture = input_files({"image": image}).get("image", {}).get("path", "")
    other = f"{folder}-{digest([picture])}"
    kept = RunFolder(Path(folder)).kept_inputs().get("image", {}).get("path", picture)
    return other if kept != picture or Path(other).is_dir() else folder


def write_settings(folder: RunFolder, config: DictConfig, inputs: Inputs) -> None:
    """Writes the composed configuration, Hydra's own, what was asked for, and which files it named.

    Raises:
        OSError: a file can't be written.
    """
    hydra = HydraConfig.instance().cfg
    parts = (
        (folder.config, OmegaConf.to_yaml(config)),
        (folder.hydra, OmegaConf.to_yaml(hydra)),
        (folder.overrides, OmegaConf.to_yaml(HydraConfig.get().overrides.task)),
        (folder.inputs, json.dumps(inputs, indent=2) + "\n"),
    )
    for path, text in parts:
        with whole_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def say_results() -> None:
    """Says where the drawing or the weights of a run are; of several processes, the first does."""
    folder = run_folder()
    if not is_first_process():
        return
    for what, path in (("Drawing", folder.drawing), ("Weights", folder.weights)):
        if path.is_file():
            near = path.is_relative_to(Path.cwd())
            _log.info("%s: %s", what, path.relative_to(Path.cwd()) if near else path)
