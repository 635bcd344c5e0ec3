"""Mistakes on the command line, each explained in one line that names the nearest right word."""

import inspect
import re
import shlex
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from hydra.errors import ConfigCompositionException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException, ValidationError

from inkwright.command_line.keys.composition import compose_defaults, group_names
from inkwright.command_line.keys.override_quoting import quoted
from inkwright.command_line.sweeps.sweep_folders import is_swept
from inkwright.keys import declared_keys
from inkwright.keys.key import nearest


def explain_composition(error: Exception, overrides: Sequence[str]) -> str | None:
    """One line for an error of Hydra's composition, after these overrides; None if it is none."""
    if isinstance(error, OverrideParseException):
        return _unreadable(str(error.override))
    if isinstance(error, MissingConfigException):
        return _missing_file(error)
    if isinstance(error, ConfigCompositionException):
        return _refused_override(error, overrides)
    if isinstance(error, OmegaConfBaseException):
        return one_line(str(error))
    return None


def missing_parameters(error: Exception, overrides: Sequence[str]) -> dict[str, str]:
    """The keys of overrides that Hydra refuses, though the class at their place takes them as parameters.

    All at once, since Hydra names only the first, and every further try composes the configuration anew.

    Returns:
        For each key the sign by which Hydra adds it: ``++`` for a mapping with keys that are there already.
    """
    refused = refused_key(error)
    if refused is None or "." not in refused:
        return {}
    config = _defaults(overrides, refused)
    asked = dict(each.split("=", 1) for each in overrides if "=" in each)
    around = [key for key, value in asked.items() if value.startswith("{") and refused.startswith(f"{key}.")]
    signs = dict.fromkeys(around, "++") if _takes(config, refused) else {}
    return {key: "+" for key in asked if _takes(config, key)} | signs


def _takes(config: DictConfig, key: str) -> bool:
    """Whether a class takes the key as a parameter that the configuration does not name."""
    node, rest = _deepest(config, key.split("."))
    return "." in key and len(rest) == 1 and rest[0] in _parameters(node)


def one_line(text: str) -> str:
    """The lines of a message, joined, without Hydra's details."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(line for line in lines if not line.startswith(("full_key:", "object_type=")))


def unknown_argument(error: BaseException) -> str | None:
    """One line for an argument that a ``_target_`` does not take; None if that was not the error."""
    argument = re.search(r"unexpected keyword argument '(\w+)'", str(error.__cause__))
    target = re.search(r"Error in call to target '([\w.]+)'", str(error))
    if not (argument and target):
        return None
    known = _parameters(OmegaConf.create({"_target_": target.group(1)}))
    return f"{argument.group(1)}: {target.group(1)} takes no such argument{nearest(argument.group(1), known)}"


def _unreadable(override: str) -> str:
    key, equals, value = override.partition("=")
    if not equals:
        return f"{override}: can't be read; write KEY=VALUE"
    return f"{override}: can't be read; if it is text, write {shlex.quote(f'{key}={quoted(value)}')}"


def _missing_file(error: MissingConfigException) -> str:
    group, _, name = (error.missing_cfg_file or "").rpartition("/")
    if not group:
        return one_line(str(error))
    return f"{group}={name}: there is no such {group}{nearest(name, list(error.options or []))}"


def refused_key(error: Exception) -> str | None:
    """The key that Hydra found nowhere in the configuration; None if that was not the error.

    Where the value was a mapping it may be one of the keys within.
    """
    match = re.search(r"Could not override '([^']+)'", str(error))
    if not match:
        return None
    within = str(getattr(error.__cause__, "full_key", None))
    return within if within.startswith(f"{match.group(1)}.") else match.group(1)


def _refused_override(error: ConfigCompositionException, overrides: Sequence[str]) -> str:
    key = refused_key(error)
    if key is not None:
        return _unknown_key(key, overrides)
    match = re.search(r"Error merging override (\S+?)=(.*)", str(error))
    if match and isinstance(error.__cause__, ValidationError):
        name, value = match.group(1).lstrip("+"), match.group(2)
        if name in declared_keys():
            return declared_keys()[name].refusal(value)
        return f"{name}={value}: {one_line(str(error.__cause__))}"
    return one_line(str(error))


def _unknown_key(key: str, overrides: Sequence[str]) -> str:
    if key.startswith("hydra."):
        return f"{key}: Hydra has no such key"
    node, rest = _deepest(_defaults(overrides, key), key.split("."))
    place = key.split(".")[: -len(rest)] if rest else key.split(".")
    known = [str(name) for name in node] if isinstance(node, DictConfig) else []
    if not place:
        known += group_names()
    known = [name for name in {*known, *_parameters(node)} if not name.startswith("_")]
    if not known:
        return f"{key}: {'.'.join(place)} is a single value, it has no keys"
    return f"{key}: there is no such key{nearest(rest[0], known, '.'.join(place))}"


def _defaults(overrides: Sequence[str], refused: str) -> DictConfig:
    """The configuration with every choice of a group, but without the values that were asked for."""
    searched = [
        f"hydra.searchpath=[{quoted(f'file://{Path(folder).resolve()}')}]"
        for flag, folder in pairwise(overrides)
        if flag in ("--config-dir", "-cd")
    ]
    groups = (*group_names(), "hydra.searchpath")
    chosen = [each for each in overrides if each.partition("=")[0] in groups]
    return compose_defaults(
        [*searched, *(each for each in chosen if not each.startswith(refused) and not is_swept(each))]
    )


def _deepest(config: Any, path: list[str]) -> tuple[Any, list[str]]:
    """The deepest node that exists on the way along ``path``, and what is left of the path."""
    while path and isinstance(config, DictConfig) and path[0] in config:
        if OmegaConf.is_missing(config, path[0]):
            break
        config, path = config[path[0]], path[1:]
    return config, path


def _parameters(node: Any) -> list[str]:
    """Names of the arguments of the class that a node describes."""
    target = node.get("_target_") if isinstance(node, DictConfig) else None
    if target is None:
        return []
    from hydra.utils import get_object

    described = get_object(target)
    names: list[str] = []
    for each in getattr(described, "__mro__", [described]):  # **options are handed on to the class above
        parameters = inspect.signature(each).parameters.values()
        names += [one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
        if not any(one.kind is one.VAR_KEYWORD for one in parameters):
            break
    return list(dict.fromkeys(names))
