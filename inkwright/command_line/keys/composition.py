"""Where the configuration lies, and how it is composed outside of a run."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import AnyNode, BooleanNode, DictConfig, FloatNode, IntegerNode, OmegaConf, StringNode

from inkwright.command_line.keys.key_checks import TREES
from inkwright.command_line.run_folder import own_folder
from inkwright.command_line.sweeps.sweep_folders import run_suffix
from inkwright.keys import declared_keys
from inkwright.keys.declarations import CONF as CONF

_NODES: dict[str, Any] = {"whole number": IntegerNode, "number": FloatNode, "flag": BooleanNode}


def register() -> None:
    """Tells Hydra the typed keys, and the words that the files in ``conf/`` may use.

    ``${picture_name:${image}}`` is the name of a picture's file without folder and ending, ``${run_group:}``
    the sweep or experiment that a run belongs to, ``${run_name:${name}}`` its name or that of its folder.
    ``${asked_for:}`` is the list of its overrides, ``${folder_suffix:seed,debug}`` what they add to the name
    of its folder, which already says those keys. ``${share:0.2,${steps}}`` is that share of a whole number,
    rounded down. ``${own_folder:FOLDER,${image}}`` is the folder, or another where it is another picture's.
    """
    with suppress(ValueError):  # a faulty declaration is told by run_script, which reads them before Hydra
        ConfigStore.instance().store(name="train_keys", node=_typed_keys())
    OmegaConf.register_new_resolver("picture_name", _picture_name, replace=True)
    OmegaConf.register_new_resolver("share", lambda part, whole: int(float(part) * int(whole)), replace=True)
    OmegaConf.register_new_resolver("run_group", _run_group, replace=True)
    OmegaConf.register_new_resolver("run_name", _run_name, replace=True)
    OmegaConf.register_new_resolver("own_folder", own_folder, replace=True)
    OmegaConf.register_new_resolver("asked_for", asked_for, replace=True)
    OmegaConf.register_new_resolver(
        "folder_suffix", lambda *said: run_suffix(asked_for(), said), replace=True
    )


def asked_for() -> list[str]:
    """The overrides of this run or job, as they were written."""
    tasks: Any = OmegaConf.to_container(HydraConfig.get().overrides.task, resolve=False)
    return list(tasks)


def _typed_keys() -> DictConfig:
    """The top of the configuration: every key with its default, which only takes values of its type."""
    keys: dict[Any, Any] = {
        key.name: _NODES.get(key.kind, StringNode)(key.default, is_optional=False)
        for key in declared_keys().values()
    }
    return DictConfig({**keys, **{name: AnyNode(None) for name in TREES}})


def _picture_name(image: str) -> str:
    """Without ``${``, which Hydra would read in the name of a folder."""
    return Path(str(image)).stem.replace("${", "_{")


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
    """The configuration of an entry, a file at the top of ``conf/``, with overrides as a person writes."""
    register()
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose(name, overrides=list(overrides))


def group_names() -> list[str]:
    """The groups of ``conf/``."""
    return sorted(
        path.name for path in CONF.iterdir() if path.is_dir() and path.name not in ("hydra", "keys")
    )
