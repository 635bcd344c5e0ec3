"""Whether a run may go on from what lies in its folder: only if it was asked for the same."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from inkwright.keys.declarations import declared_keys
from inkwright.run_folder.input_files import input_file
from inkwright.run_folder.run_folder import RunFolder

# What decides how long, where and beside what a run works, not what it draws.
_FREE = ("steps", "resume", "name", "threads", "workers", "rasterizer", "logger", "callbacks")
_FREE_OF_TRAINER = (
    *("accelerator", "devices", "num_nodes", "strategy", "plugins", "benchmark", "profiler"),
    *("max_steps", "max_epochs", "max_time", "log_every_n_steps", "val_check_interval"),
    *("check_val_every_n_epoch", "limit_val_batches", "num_sanity_val_steps", "use_distributed_sampler"),
    *("enable_checkpointing", "enable_progress_bar", "enable_model_summary", "barebones"),
)
_ADVICE = "choose another hydra.run.dir, or resume=never to start anew"
Inputs = Mapping[str, Mapping[str, str]]


def input_files(config: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The files that keys and their values name, by key; what is not there is left out."""
    from inkwright.pictures.bundled_examples import find_picture

    found = {}
    for key, value in _named_files(config):
        path = Path(value).expanduser()
        try:
            found[key] = input_file(path if path.is_dir() or key != "image" else find_picture(value))
        except (OSError, ValueError):
            continue  # said by whoever reads it
    return found


def _named_files(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys that name files, and what they name; of several, each has its number behind the key."""
    for key, declared in declared_keys().items():
        value = str(config.get(key) or "")
        if value and declared.kind in ("path", "picture"):
            yield key, value
        elif value and declared.kind == "paths":
            from inkwright.pictures.bundled_examples import find_picture
            from inkwright.pictures.given_regions import parts_of

            with suppress(OSError, ValueError):  # of the picture: said by whoever reads it
                beside = find_picture(str(config.get("image") or ""))
                yield from ((f"{key}[{at}]", part) for at, part in enumerate(parts_of(value, beside)))


def refuse_to_overwrite(folder: RunFolder, inputs: Inputs) -> None:
    """Refuses a run that would write over one of its own inputs.

    Raises:
        ValueError: a file lies in the run folder under a name that the run writes.
    """
    for key, file in inputs.items():
        path = Path(file["path"])
        # A guide that is given is not painted.
        kept = key in ("guide_image", "attention_map") and path.name in (
            folder.guide.name,
            folder.attention.name,
        )
        if not path.is_dir() and not kept and folder.would_write(path):
            raise ValueError(
                f"{key}={path}: the run would write over this file; choose another hydra.run.dir"
            )


def checkpoint_to_resume(folder: RunFolder, config: DictConfig, inputs: Inputs) -> Path | None:
    """The checkpoint that a run goes on from; None where there is none, or none is wanted.

    Raises:
        ValueError: the run was asked for something else; the message names what.
    """
    if config.resume != "auto" or not folder.checkpoint.is_file():
        _forget_painted(folder, config, inputs)
        return None
    check_same(folder, config, inputs)
    return folder.checkpoint


def _forget_painted(folder: RunFolder, config: DictConfig, inputs: Inputs) -> None:
    """Removes a guide that an earlier run painted, unless it is what this one asks for, too."""
    if config.resume != "auto" or not folder.guide.is_file() or "guide_image" in inputs:
        return
    try:
        same = not differences(folder, config, inputs)
    except ValueError:
        same = False
    if not same:
        for painted in (folder.guide, folder.attention):
            painted.unlink(missing_ok=True)


def check_same(folder: RunFolder, config: DictConfig, inputs: Inputs) -> None:
    """Compares what is asked for with what was asked for when the run began.

    Raises:
        ValueError: the first difference that matters.
    """
    for key, value, was in differences(folder, config, inputs):
        raise ValueError(f"{key}={value}: the run in {folder.path} was begun with {key}={was}; {_ADVICE}")


def differences(folder: RunFolder, config: DictConfig, inputs: Inputs) -> list[tuple[str, Any, Any]]:
    """What matters and is not as it was when the run began: key, value, and what it was.

    Raises:
        ValueError: nobody can tell, because the configuration in the folder is missing or damaged.
    """
    try:
        text = folder.config.read_text(encoding="utf-8")
        before = _flat(OmegaConf.to_container(OmegaConf.create(text)))
    except Exception as error:  # what is not a configuration any more can be anything
        raise ValueError(f"{folder.config} is missing or damaged; {_ADVICE}") from error
    now = _flat(OmegaConf.to_container(OmegaConf.create(OmegaConf.to_yaml(config))))
    kept = folder.kept_inputs()
    found = _changed_inputs(kept, inputs)
    experiment, was = _experiment(config, folder)
    if was and experiment != was:
        found.append(("experiment", experiment, was))
    matters = [
        key
        for key in dict.fromkeys([*now, *before])
        if not _is_free(key) and key not in kept and key not in inputs
    ]
    if {"draft", "exact"} & {now.get("rasterizer"), before.get("rasterizer")}:  # all others draw the same
        matters.append("rasterizer")
    return found + [
        (key, now.get(key), before.get(key)) for key in matters if now.get(key) != before.get(key)
    ]


def _changed_inputs(kept: Inputs, inputs: Inputs) -> list[tuple[str, Any, Any]]:
    found: list[tuple[str, Any, Any]] = []
    for key in dict.fromkeys([*kept, *inputs] if kept else ()):
        was, now = kept.get(key, {}), inputs.get(key, {})
        if was.get("sha256") != now.get("sha256"):
            path, before = now.get("path", ""), was.get("path", "")
            found.append((key, path, before if path != before else "another content"))
    return found


def _experiment(config: DictConfig, folder: RunFolder) -> tuple[str, str]:
    """The experiment of this run, and of the one in the folder; empty if nobody tells."""
    from hydra.core.hydra_config import HydraConfig

    key = "hydra.runtime.choices.experiment"
    try:
        saved = OmegaConf.select(OmegaConf.load(folder.hydra), key)
    except Exception:  # as above; the settings themselves have been compared
        saved = ""
    now: Any = HydraConfig.instance().cfg
    return str(OmegaConf.select(now, key)), str(saved or "")


def _is_free(key: str) -> bool:
    top, _, rest = key.partition(".")
    return top in _FREE or (top == "trainer" and rest.partition(".")[0] in _FREE_OF_TRAINER)


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Values by their paths."""
    if not isinstance(value, dict) or (prefix and not value):
        return {prefix: value}
    found: dict[str, Any] = {}
    for key, each in value.items():
        found.update(_flat(each, f"{prefix}.{key}" if prefix else str(key)))
    return found
