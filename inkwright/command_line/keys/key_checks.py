"""Whether the values of a composed configuration are those that its keys allow."""

from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from inkwright.keys import declared_keys
from inkwright.keys.key import nearest

# The groups of conf/ that are trees of the composed configuration.
TREES = ("datamodule", "lightning_module", "guidance", "callbacks", "trainer", "logger")


def check_ranges(config: Mapping[str, Any]) -> None:
    """Every key is within its range, and there is no other key.

    Raises:
        ValueError: the first key that is not; the message names what is allowed.
    """
    keys = declared_keys()
    for name in config:
        if name not in keys and name not in TREES:
            raise ValueError(f"{name}: there is no such key{nearest(str(name), [*keys, *TREES])}")
    for key in keys.values():
        if key.refuses(config[key.name]):
            raise ValueError(key.refusal(config[key.name]))


def check_used(config: DictConfig, overrides: Sequence[str]) -> None:
    """Every key of a method that was set on the command line is used somewhere in the configuration.

    Raises:
        ValueError: the first that is not.
    """
    text = OmegaConf.to_yaml(config)
    given = {each.lstrip("+~").partition("=")[0] for each in overrides}
    for key in declared_keys().values():
        if key.owner and key.name in given and f"${{{key.name}}}" not in text:
            raise ValueError(
                f"{key.name}: nothing in this experiment uses it ({key.meaning}; {key.owner}); "
                "leave it out, or choose an experiment or callbacks that do"
            )
