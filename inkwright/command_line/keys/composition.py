"""Where the configuration lies, and how it is composed outside of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from inkwright.command_line.keys.train_keys import TrainKeys
from inkwright.command_line.run_folder import own_folder

CONF = Path(__file__).resolve().parents[3] / "conf"


def register() -> None:
    """Tells Hydra the typed keys, and the words that the files in ``conf/`` may use.

    ``${picture_name:${image}}`` is the name of a picture's file without folder and ending, ``${run_group:}``
    the sweep or experiment that a run belongs to, ``${run_name:${name}}`` its name or that of its folder.
    ``${own_folder:FOLDER,${image}}`` is the folder, or another if it is that of another picture.
    ``${share:0.2,${steps}}`` is that share of a whole number, rounded down.
    """
    ConfigStore.instance().store(name="train_keys", node=TrainKeys)
    OmegaConf.register_new_resolver("picture_name", lambda image: Path(str(image)).stem, replace=True)
    OmegaConf.register_new_resolver("share", lambda part, whole: int(float(part) * int(whole)), replace=True)
    OmegaConf.register_new_resolver("run_group", _run_group, replace=True)
    OmegaConf.register_new_resolver("run_name", _run_name, replace=True)
    OmegaConf.register_new_resolver("own_folder", own_folder, replace=True)
    OmegaConf.register_new_resolver("folder_suffix", lambda rest: f",{rest}" if rest else "", replace=True)


def _run_group() -> str:
    """The sweep that a run belongs to, or else its experiment."""
    hydra = HydraConfig.get()
    if hydra.mode == RunMode.MULTIRUN:
        return Path(hydra.sweep.dir).name
    return str(hydra.runtime.choices["experiment"])


def _run_name(name: str) -> str:
    """The name that was asked for, or else that of the run folder."""
    return name or Path(HydraConfig.get().runtime.output_dir).name


def compose_defaults(overrides: Sequence[str] = (), name: str = "train") -> DictConfig:
    """The configuration of an entry, with overrides.

    Args:
        overrides: ``key=value`` or ``group=choice``.
        name: the entry, a file at the top of ``conf/``.
    """
    register()
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose(name, overrides=list(overrides))


def group_names() -> list[str]:
    """The groups of ``conf/``."""
    return sorted(path.name for path in CONF.iterdir() if path.is_dir() and path.name != "hydra")
